import { runBench } from './bench.ts'
import { helpText, readOptions } from './options.ts'
import { writePlot } from './write-plot.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const command = readOptions(process.argv.slice(2))
  if (command.kind === 'help') process.stdout.write(helpText)
  else if (command.kind === 'plot') writePlot(command.options, print)
  else process.exitCode = (await runBench(command.options, print)) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
