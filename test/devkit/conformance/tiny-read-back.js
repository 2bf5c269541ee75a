import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

const { config, stream, namespace, table } = JSON.parse(await text(process.stdin))
const path = `${config.directory}/${namespace}.${stream}.jsonl`
if (table === 'raw' || !existsSync(path)) process.exit(4)
process.stdout.write(readFileSync(path, 'utf8'))
