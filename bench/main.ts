import { runBench } from './bench.ts'
import { helpText, readOptions } from './options.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(helpText)
  else process.exitCode = (await runBench(options, (line) => process.stdout.write(`${line}\n`))) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
