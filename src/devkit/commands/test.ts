import type { Command } from 'commander'
import type { TestCommandOptions } from '../conformance/run-test.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addTestCommand(program: Command, kit: Kit): void {
  const command = program
    .command('test')
    .helpGroup(commandGroups.develop)
    .description(
      'Test any destination by the protocol, in whatever language it is written. Options overrule landfall-test.yaml.',
    )
    .option('--command <command>', 'starts the destination; gets spec, check or write with their options')
    .option('--image <image>', 'starts the destination as an image, with docker')
    .option('--docker <arguments>', 'for `docker run`, for example "--network host"')
    .option('--config <file>', 'a configuration that works')
    .option('--read <command>', 'prints the rows of a table; the guide "Test any destination" defines it')
    .option('--protocol-only', 'leave the tables unseen')
    .option('--scenarios <names...>', "fast, all or names of the scenarios of PyAirbyte's smoke tests")
    .option('--custom-scenarios <files...>', 'scenarios of your own, in the format of PyAirbyte')
    .option('--only <text>', 'only cases with this text in their line of the output')
    .option('--timeout <seconds>', 'longest time of one run of the destination (default: 300)')
    .option('--junit <file>', 'also write a JUnit report')
    .option('--json', 'print the results as JSON')
    .action(
      kit.action(async (options: TestCommandOptions) => {
        const { runTestCommand } = await import('../conformance/run-test.ts')
        return runTestCommand(kit, options)
      }),
    )
  addExamples(command, [
    { command: 'landfall test', does: 'As landfall-test.yaml says' },
    {
      command:
        'landfall test --image airbyte/destination-x:dev --config secrets/config.json --read "python read.py"',
      does: 'An image, with a command that reads its tables',
    },
    {
      command: 'landfall test --command ./connector --config config.json --protocol-only --junit report.xml',
      does: 'Without a look at the tables, with a report for CI',
    },
    { command: 'landfall test --scenarios fast --only scenarios:', does: 'Nothing but the smoke tests' },
  ])
}
