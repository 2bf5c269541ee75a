import { text } from 'node:stream/consumers'
import { DuckDBInstance } from '@duckdb/node-api'

type Request = {
  readonly config: { readonly destination_path: string }
  readonly stream: string
  readonly namespace: string
  readonly table: 'final' | 'raw'
}

const { config, stream, namespace, table }: Request = JSON.parse(await text(process.stdin))
const [schema, name] =
  table === 'final' ? [namespace, stream] : ['airbyte_internal', `${namespace}_raw__stream_${stream}`]
const instance = await DuckDBInstance.create(config.destination_path, { access_mode: 'READ_ONLY' })
const connection = await instance.connect()
const found = await connection.runAndReadAll(
  'SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2',
  [schema, name],
)
if (found.currentRowCount === 0) process.exit(4)
const rows = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM "${schema}"."${name}"`)
for (const row of rows.getRowObjectsJson()) process.stdout.write(`${JSON.stringify(row)}\n`)
