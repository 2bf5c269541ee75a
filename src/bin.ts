import { runLandfall } from './devkit/program.ts'
import { DestinationError } from './errors.ts'
import { readVersion, runDestination } from './run.ts'

const exitCode = await runLandfall({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version: readVersion(),
  stopSignal,
  runDestination,
})
// `run` has set the code of its destination.
if (exitCode !== 0) process.exitCode = exitCode

function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => stop.abort(new DestinationError('INTERRUPTED', `Stopped by ${signal}.`)))
  }
  return stop.signal
}
