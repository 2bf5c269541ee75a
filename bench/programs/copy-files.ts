import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { Sql } from 'landfall/sql'
import pg from 'pg'
import type { CopyPart } from '../../destinations/postgres/copy-frames.ts'
import { copyDataHeaderBytes, copyIn, sealCopyData } from '../../destinations/postgres/copy-in.ts'
import { joinSql, quoteIdentifier, sql } from '../../src/sql/sql.ts'
import type { CopyTask } from '../copy-program.ts'

/** What `psql \copy` does, for machines without it. Usage: `node copy-files.ts <tasks as JSON>`, server in PG* variables. */

const frameBytes = 131_072

function* readFrames(path: string): Generator<CopyPart> {
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const frame = Buffer.allocUnsafeSlow(copyDataHeaderBytes + frameBytes)
      const bytes = readSync(file, frame, copyDataHeaderBytes, frameBytes, null)
      if (bytes === 0) return
      yield { bytes: sealCopyData(frame.subarray(0, copyDataHeaderBytes + bytes)), release: () => {} }
    }
  } finally {
    closeSync(file)
  }
}

/** The driver's `Submittable` for COPY ... TO STDOUT. */
class CopyOut implements pg.Submittable {
  readonly result: Promise<void>
  readonly #statement: Sql
  readonly #file: number
  #resolve: () => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(statement: Sql, file: number) {
    this.#statement = statement
    this.#file = file
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#statement)
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    for (let written = 0; written < chunk.length; ) written += writeSync(this.#file, chunk, written)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#resolve()
  }

  handleError(error: unknown): void {
    this.#reject(error)
  }
}

async function copyOut(client: pg.Client, statement: Sql, path: string): Promise<void> {
  const file = openSync(path, 'w')
  try {
    const copy = new CopyOut(statement, file)
    client.query(copy)
    await copy.result
  } finally {
    closeSync(file)
  }
}

const [, , text = '[]'] = process.argv
const tasks: readonly CopyTask[] = JSON.parse(text)
const client = new pg.Client()
await client.connect()
for (const { table, columns = [], format, direction, path } of tasks) {
  const list = columns.length === 0 ? sql`` : sql` (${joinSql(columns.map(quoteIdentifier), ', ')})`
  const place = sql`${joinSql(table.split('.').map(quoteIdentifier), '.')}${list}`
  const options = format === 'binary' ? sql`(FORMAT binary)` : sql`(FORMAT text)`
  if (direction === 'from') await copyIn(client, sql`COPY ${place} FROM STDIN ${options}`, readFrames(path))
  else await copyOut(client, sql`COPY ${place} TO STDOUT ${options}`, path)
}
await client.end()
