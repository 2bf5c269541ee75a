import { DuckDBInstance } from '@duckdb/node-api'
import { finalName, namespace, rawName, rawNamespace } from '../tables.ts'

/**
 * What DuckDB does by itself with a file of messages: into a raw table, or right into typed columns.
 * Usage: `node read-json.ts raw|typed <file> <database>`.
 */

const tables = {
  raw: {
    name: `${rawNamespace}.${rawName}`,
    data: 'JSON',
    columns: `uuid()::VARCHAR AS _airbyte_raw_id, make_timestamp(record.emitted_at * 1000)::TIMESTAMPTZ AS _airbyte_extracted_at,
  NULL::TIMESTAMPTZ AS _airbyte_loaded_at, record.data AS _airbyte_data,
  '{"changes":[],"sync_id":1}'::JSON AS _airbyte_meta, 1::BIGINT AS _airbyte_generation_id`,
  },
  typed: {
    name: `${namespace}.${finalName}`,
    data: `STRUCT(id BIGINT, name VARCHAR, email VARCHAR, city VARCHAR, country VARCHAR, birth_date DATE,
  created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ, score DECIMAL(38, 9), visits BIGINT, is_active BOOLEAN, biography VARCHAR)`,
    columns: 'unnest(record.data)',
  },
} as const

const [, , kind = '', input = '', path = ''] = process.argv
const table = kind === 'raw' ? tables.raw : tables.typed
const instance = await DuckDBInstance.create(path)
const connection = await instance.connect()
await connection.run(`CREATE SCHEMA ${kind === 'raw' ? rawNamespace : namespace}`)
await connection.run(`CREATE TABLE ${table.name} AS
SELECT ${table.columns}
FROM read_json('${input}', format = 'newline_delimited', columns = {
  type: 'VARCHAR', record: 'STRUCT(data ${table.data}, emitted_at BIGINT)'
})
WHERE type = 'RECORD'`)
await connection.run('CHECKPOINT')
connection.closeSync()
instance.closeSync()
