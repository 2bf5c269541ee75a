import { openStandardInput } from '../../src/cli/standard-input.ts'
import { LineSplitter } from '../../src/pipeline/split-lines.ts'
import { StreamRouter } from '../../src/pipeline/stream-router.ts'
import { createMessageScanner } from '../../src/protocol/scan-message.ts'
import { namespace } from '../tables.ts'

/**
 * Reads messages from standard input and does nothing with them: `lines` only looks for their ends,
 * `records` also scans them and finds their stream. Prints how many it has seen, and in how many seconds: without the start of
 * Node, which here also takes the types out of each module.
 */

const lineFeed = 0x0a

const input = openStandardInput(0, () => process.stdin)

async function countLines(): Promise<number> {
  let count = 0
  for await (const bytes of input) {
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, end + 1)) count += 1
  }
  return count
}

async function countRecords(): Promise<number> {
  let count = 0
  const scanner = createMessageScanner()
  const router = new StreamRouter([{ name: 'users', namespace }])
  const splitter = new LineSplitter((buffer, start, end) => {
    const message = scanner.scan(buffer, start, end)
    if (message.kind === 'record' && router.route(buffer, message) === 0) count += 1
  })
  for await (const chunk of input) splitter.push(chunk)
  splitter.end()
  return count
}

const startedAt = performance.now()
const count = process.argv[2] === 'lines' ? await countLines() : await countRecords()
process.stdout.write(`${count} ${(performance.now() - startedAt) / 1000}\n`)
