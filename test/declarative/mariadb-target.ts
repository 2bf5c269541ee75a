import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SqlDestination, type TableName } from 'landfall/sdk'
import type { ConformanceTarget, TextRow } from 'landfall/testing'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { loadDeclarativeDestination } from '../../src/declarative/create-destination.ts'
import type { MariadbServer } from '../support/mariadb-server.ts'

export const manifest = join(
  fileURLToPath(new URL('../../', import.meta.url)),
  'examples/declarative/mariadb.yaml',
)

/** The example's manifest, with a database that it makes on the server. */
export async function openMariadbTarget(server: MariadbServer): Promise<ConformanceTarget> {
  const destination = await loadDeclarativeDestination(manifest)
  if (!(destination instanceof SqlDestination))
    throw new Error('the manifest is not one of a SQL destination')
  const connection = await createConnection({ host: server.host, port: server.port, user: 'root' })
  await connection.query('CREATE DATABASE warehouse')
  await connection.end()
  return {
    destination,
    config: {
      host: server.host,
      port: server.port,
      username: 'root',
      password: '',
      database: 'warehouse',
      ssl_mode: 'disable',
    },
    readRows: (table) => readRows(server, table),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function readRows(
  server: MariadbServer,
  { namespace, name }: TableName,
): Promise<readonly TextRow[] | undefined> {
  const connection = await createConnection({
    host: server.host,
    port: server.port,
    user: 'root',
    timezone: 'Z',
  })
  try {
    const [columns] = await connection.execute<RowDataPacket[]>(
      'SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position',
      [namespace, name],
    )
    if (columns.length === 0) return undefined
    const list = columns.map(({ name: column, type }) => {
      const quoted = `\`${column}\``
      if (type === 'tinyint')
        return `IF(${quoted}, 'true', IF(${quoted} IS NULL, NULL, 'false')) AS ${quoted}`
      return `CAST(${quoted} AS CHAR) AS ${quoted}`
    })
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT ${list.join(', ')} FROM \`${namespace}\`.\`${name}\``,
    )
    return rows.map((row) => ({ ...row }))
  } finally {
    await connection.end()
  }
}
