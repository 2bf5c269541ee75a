import { planCatalog } from 'landfall/sql'
import { describe, expect, it } from 'vitest'
import { insertBareCasts } from '../../bench/bare-casts.ts'
import { createCatalog } from '../../bench/connectors.ts'
import { createCopyProgram } from '../../bench/copy-program.ts'
import { recordKinds } from '../../bench/kinds/index.ts'
import { PostgresSqlGenerator } from '../../destinations/postgres/sql-generator.ts'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'

describe('bare casts', () => {
  const generator = new PostgresSqlGenerator()
  const catalog = parseCatalog(JSON.stringify(createCatalog(recordKinds.real, 'append_dedup')))
  const options = { naming: generator.naming, defaultNamespace: 'bench', rawNamespace: 'airbyte_internal' }
  const [stream] = planCatalog(catalog, options).streams

  it.each([
    { keepsNewestOnly: false, distinct: '', orderBy: '' },
    {
      keepsNewestOnly: true,
      distinct: 'DISTINCT ON ("date", "origin", "destination") ',
      orderBy:
        '\nORDER BY "date", "origin", "destination", "date" DESC, "_airbyte_extracted_at" DESC, "_airbyte_raw_id" DESC',
    },
  ])('are one statement; newest only: $keepsNewestOnly', ({ keepsNewestOnly, distinct, orderBy }) => {
    if (stream === undefined) throw new Error('no stream')
    expect(insertBareCasts(generator, stream, { keepsNewestOnly })).toBe(
      `INSERT INTO "bench"."users" ("date", "delay", "distance", "origin", "destination", "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id")
SELECT ${distinct}("_airbyte_data" ->> 'date')::"timestamp" AS "date",
  ("_airbyte_data" ->> 'delay')::"int8" AS "delay",
  ("_airbyte_data" ->> 'distance')::"int8" AS "distance",
  ("_airbyte_data" ->> 'origin')::"varchar" AS "origin",
  ("_airbyte_data" ->> 'destination')::"varchar" AS "destination",
  "_airbyte_raw_id" AS "_airbyte_raw_id",
  "_airbyte_extracted_at" AS "_airbyte_extracted_at",
  "_airbyte_meta" AS "_airbyte_meta",
  "_airbyte_generation_id" AS "_airbyte_generation_id"
FROM "airbyte_internal"."bench_raw__stream_users"${orderBy}`,
    )
  })
})

describe('the program that copies', () => {
  const environment = { PGHOST: 'there' }
  const tasks = [
    { table: 'raw.rows', columns: ['a', 'b'], format: 'text', direction: 'from', path: "/tmp/it's" },
    { table: 'final.rows', format: 'binary', direction: 'to', path: '/tmp/final' },
  ] as const

  it('is psql, once for all tasks', () => {
    expect(createCopyProgram({ environment, hasPsql: true }, tasks)).toEqual({
      command: 'psql',
      environment,
      arguments: [
        '--no-psqlrc',
        '--quiet',
        '--set=ON_ERROR_STOP=1',
        '--command',
        "\\copy raw.rows (a, b) from '/tmp/it''s' (format text)",
        '--command',
        "\\copy final.rows to '/tmp/final' (format binary)",
      ],
    })
  })

  it('is one of our own without psql, with the same tasks', () => {
    const { command, arguments: words } = createCopyProgram({ environment, hasPsql: false }, tasks)
    expect(command).toBe(process.execPath)
    expect(JSON.parse(words[1] ?? '')).toEqual(tasks)
  })
})
