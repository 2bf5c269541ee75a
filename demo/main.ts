import { parseArgs } from 'node:util'
import { runDemo } from './demo.ts'
import { DestinationFailure } from './run-destination.ts'
import { createTerminal } from './terminal.ts'

const { values } = parseArgs({ options: { output: { type: 'string', default: 'demo/output' } } })
const terminal = createTerminal(process.stdout)

// `npm run demo | head` closes the pipe early; that ends the demo without further words.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  process.exitCode = (await runDemo(terminal, values.output)) ? 0 : 1
} catch (error) {
  if (!(error instanceof DestinationFailure)) throw error
  terminal.writeLine(terminal.alarm(`\nThe destination failed: ${error.message}`))
  process.exitCode = 1
}
