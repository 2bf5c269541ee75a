// Reads tables back for `landfall test`: the server's address is the container's own in the configuration, so the one that
// counts out here comes as an argument.
import { text } from 'node:stream/consumers'
import pg from 'pg'

const { config, stream, namespace, table } = JSON.parse(await text(process.stdin))
const { host, port } = JSON.parse(process.argv[2] ?? '{}')
const client = new pg.Client({
  host,
  port,
  user: config.username,
  password: config.password,
  database: config.database,
  types: { getTypeParser: () => (value: string) => value },
})
await client.connect()
const [schema, name] =
  table === 'final' ? [namespace, stream] : ['airbyte_internal', `${namespace}_raw__stream_${stream}`]
const quoted = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
const { rows: found } = await client.query('SELECT to_regclass($1) AS id', [quoted])
if (found[0]?.id === null) process.exit(4)
const { rows } = await client.query(`SELECT * FROM ${quoted}`)
for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
await client.end()
