import { describeStream, quoteLiteral, type Sql, type StreamConfig, sql } from 'landfall/sdk'
import type pg from 'pg'
import type { PostgresConfig } from './config.ts'
import { applicationName } from './connection.ts'
import { runStatement } from './statements.ts'

/** The server cuts longer names off. https://www.postgresql.org/docs/current/runtime-config-logging.html */
const maximumBytes = 63

/** The name of a session while it works on a stream; the sync's number is the platform's. */
export function sessionLabel(prefix: string, { descriptor, syncId }: StreamConfig): string {
  const label = `${prefix} sync ${syncId} ${describeStream(descriptor)}`
  // The server shows everything but printable ASCII as question marks.
  return label.replace(/[^ -~]/gu, '?').slice(0, maximumBytes)
}

/** Shows in `pg_stat_activity` which stream each session works on, or has worked on last. */
export class SessionLabels {
  readonly #prefix: string
  readonly #shown = new WeakMap<pg.Client, string>()

  constructor(config: Pick<PostgresConfig, 'parameters'>) {
    this.#prefix = applicationName(config)
  }

  /** Asks the server only where the label changes. */
  async show(client: pg.Client, stream: StreamConfig | undefined): Promise<void> {
    if (stream === undefined) return
    for (const statement of this.changes(client, stream)) await runStatement(client, statement)
    this.remember(client, stream)
  }

  /** What shows the label, for a message that has more to say; nothing where it is shown already. */
  changes(client: pg.Client, stream: StreamConfig): readonly Sql[] {
    const label = sessionLabel(this.#prefix, stream)
    return this.#shown.get(client) === label ? [] : [sql`SET application_name = ${quoteLiteral(label)}`]
  }

  /** Once the server has run the changes, and kept them. */
  remember(client: pg.Client, stream: StreamConfig): void {
    this.#shown.set(client, sessionLabel(this.#prefix, stream))
  }
}
