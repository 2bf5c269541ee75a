import { randomBytes } from 'node:crypto'
import type { FaultServer } from './fault-server.ts'
import type { FaultStream } from './fault-stream.ts'
import type { FinalRow } from './table-model.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** What a reader sees of a final table at one moment: how many rows of each generation. */
export type Look = ReadonlyMap<string, number>

/** A database that a connector writes to, and what the fault tests may do to it. */
export type FaultTarget = AsyncDisposable & {
  /** `destination-<name>`. */
  readonly name: 'postgres' | 'duckdb'
  readonly config: { readonly [key: string]: unknown }
  /** A part of the password, without characters that any encoding would change; it must appear nowhere. */
  readonly secret: string
  /** Undefined where there is no such table. */
  readFinalTable(stream: FaultStream): Promise<readonly FinalRow[] | undefined>
  /** Absent where no second process can read during a sync. */
  readonly look?: (stream: FaultStream) => Promise<Look | undefined>
  readonly postgres?: PostgresHandles
}

export type PostgresHandles = {
  readonly server: FaultServer
  readonly proxy: TcpProxy
  readonly database: string
  /** The role that the connector logs in with. It is no superuser: limits of roles do not bind those. */
  readonly role: string
}

/** A database and a role of their own, behind a proxy. */
export async function createPostgresTarget(server: FaultServer): Promise<FaultTarget> {
  const suffix = randomBytes(6).toString('hex')
  const [database, role, secret] = [`faults_${suffix}`, `connector_${suffix}`, `hidden${suffix}`]
  const password = `p%"ä/@ ${secret}+?&`
  await server.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`)
  await server.query(`CREATE DATABASE ${database} OWNER ${role}`)
  const proxy = await startTcpProxy(server.address)
  return {
    name: 'postgres',
    config: {
      host: '127.0.0.1',
      port: proxy.port,
      database,
      schema: 'public',
      username: role,
      password,
      ssl: false,
    },
    secret,
    readFinalTable: (stream) => readUnlessMissing(server.query(selectRows(stream), database)),
    look: (stream) => look(server, database, stream),
    postgres: { server, proxy, database, role },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await server.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
      await server.query(`DROP ROLE IF EXISTS ${role}`)
    },
  }
}

export function finalTable(stream: FaultStream): string {
  return `"${stream.namespace}"."${stream.name}"`
}

function selectRows(stream: FaultStream): string {
  return `SELECT position, id, version, text, amount, _airbyte_generation_id AS generation,
    _airbyte_meta ->> 'changes' AS changes FROM ${finalTable(stream)}`
}

type LookRow = { readonly generation: string; readonly rows: string }

async function look(server: FaultServer, database: string, stream: FaultStream): Promise<Look | undefined> {
  const statement = `SELECT _airbyte_generation_id AS generation, count(*) AS rows FROM ${finalTable(stream)} GROUP BY 1`
  const rows = await readUnlessMissing<LookRow>(server.query(statement, database))
  return rows && new Map(rows.map(({ generation, rows: count }) => [generation, Number(count)]))
}

/** The statements above name every column that they return; only `text` and its like can be null, which no record is. */
async function readUnlessMissing<Row extends { readonly [column: string]: string }>(
  result: Promise<readonly { readonly [column: string]: string | null }[]>,
): Promise<readonly Row[] | undefined> {
  try {
    const rows = await result
    return rows.map(
      (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])) as Row,
    )
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && ['42P01', '3F000'].includes(String(error.code))
    if (isMissing) return undefined
    throw error
  }
}
