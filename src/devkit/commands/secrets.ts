import type { Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'
import type { SecretsOptions } from '../secrets/run-secrets.ts'

type SecretsAction = 'fetch' | 'list' | 'write-back'

const actions: { readonly [action in SecretsAction]: string } = {
  fetch: "Write a connector's credentials to secrets/, for its tests.",
  list: 'Show which credentials there are, without their values.',
  'write-back': 'Store configurations that tests changed, in secrets/updated_configurations/.',
}

export function addSecretsCommand(program: Command, kit: Kit): void {
  const secrets = program
    .command('secrets')
    .helpCommand(false)
    .helpGroup(commandGroups.develop)
    .description('Fetch the credentials of CI from Google Secret Manager, or store new ones.')
  for (const action of ['fetch', 'list', 'write-back'] as const) addAction(action)
  addExamples(secrets, [
    { command: 'landfall secrets fetch destination-example', does: 'Fill secrets/ of the current folder' },
  ])

  function addAction(action: SecretsAction): void {
    const command = secrets
      .command(action)
      .description(actions[action])
      .argument('[connector]', 'name, or path of its folder; default: what the current folder holds')
      .option('--project <id>', 'Google Cloud project (default: GCP_PROJECT_ID, or that of the credentials)')
      .option('--if-configured', 'succeed with a note where no project is known, as in the CI of a fork')
      .action(
        kit.action(async (connector: string | undefined, options: SecretsOptions) => {
          const { runSecretsCommand } = await import('../secrets/run-secrets.ts')
          return runSecretsCommand(kit, action, connector, options)
        }),
      )
    if (action === 'list') command.option('--json', 'print JSON')
    addExamples(command, [
      {
        command: `landfall secrets ${action} destination-example --project my-project`,
        does: 'For a connector by name',
      },
      {
        command: `landfall secrets ${action} ./connectors/destination-example --if-configured`,
        does: 'In CI',
      },
    ])
  }
}
