// A destination in plain JavaScript, without this project's framework: rows as lines in a file per stream.
// FAULT makes it break one promise, to see that the suite notices.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [command, ...words] = process.argv.slice(2)
const fault = process.env.FAULT
const option = (name) => {
  const path = words[words.indexOf(`--${name}`) + 1]
  return words.includes(`--${name}`) ? JSON.parse(readFileSync(path, 'utf8')) : fail(`--${name} is missing`)
}
const print = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

function fail(message) {
  print({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: 1, error: { message } } })
  process.exit(1)
}

if (command === 'spec') {
  const spec = { connectionSpecification: {}, supported_destination_sync_modes: ['append', 'overwrite'] }
  print({ type: 'SPEC', spec })
  if (fault === 'two-specs') print({ type: 'SPEC', spec })
}

if (command === 'check') {
  const { directory } = option('config')
  const isValid = typeof directory === 'string' || fault === 'accepts-anything'
  print({ type: 'CONNECTION_STATUS', connectionStatus: { status: isValid ? 'SUCCEEDED' : 'FAILED' } })
}

if (command === 'write') {
  const { directory } = option('config')
  const { streams } = option('catalog')
  mkdirSync(directory, { recursive: true })
  const path = ({ namespace, name }) => `${directory}/${namespace}.${name}.jsonl`
  for (const { stream, destination_sync_mode: mode } of streams) {
    if (mode === 'overwrite' && existsSync(path(stream))) rmSync(path(stream))
    if (!existsSync(path(stream))) writeFileSync(path(stream), '')
  }
  const counts = new Map()
  let isIncomplete = false
  process.stderr.write('this line is for people\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const { type, record, state, trace } = JSON.parse(line)
    if (type === 'RECORD') {
      const key = `${record.namespace}.${record.stream}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (fault === 'lost-row' && counts.get(key) === 2) continue
      appendFileSync(
        path({ namespace: record.namespace, name: record.stream }),
        `${JSON.stringify(record.data)}\n`,
      )
    }
    if (type === 'STATE') {
      const { name, namespace } = state.stream.stream_descriptor
      const recordCount = counts.get(`${namespace}.${name}`) ?? 0
      counts.set(`${namespace}.${name}`, 0)
      if (fault === 'changed-state') state.stream.stream_state = {}
      print({ type, state: { ...state, destinationStats: { recordCount } } })
    }
    if (trace?.stream_status?.status === 'INCOMPLETE') isIncomplete = true
    if (fault === 'hangs') await new Promise((resolve) => setTimeout(resolve, 60_000))
  }
  if (isIncomplete) fail('a stream is not complete')
}
