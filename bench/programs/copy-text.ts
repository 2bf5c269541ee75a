import { closeSync, openSync, readSync } from 'node:fs'
import pg from 'pg'
import { copyDataHeaderBytes, copyIn, sealCopyData } from '../../destinations/postgres/copy-in.ts'
import { joinSql, quoteIdentifier, sql } from '../../src/sql/sql.ts'
import { rawName, rawNamespace, rawRowColumns } from '../tables.ts'

/** What `psql \copy` does, for machines without it. Usage: `node copy-text.ts <file>`, server in PG* variables. */

const frameBytes = 131_072

function* readFrames(path: string): Generator<Buffer> {
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const frame = Buffer.allocUnsafeSlow(copyDataHeaderBytes + frameBytes)
      const bytes = readSync(file, frame, copyDataHeaderBytes, frameBytes, null)
      if (bytes === 0) return
      yield sealCopyData(frame.subarray(0, copyDataHeaderBytes + bytes))
    }
  } finally {
    closeSync(file)
  }
}

const [, , path = ''] = process.argv
const client = new pg.Client()
await client.connect()
const table = joinSql([rawNamespace, rawName].map(quoteIdentifier), '.')
const columns = joinSql(rawRowColumns.map(quoteIdentifier), ', ')
await copyIn(client, sql`COPY ${table} (${columns}) FROM STDIN`, readFrames(path))
await client.end()
