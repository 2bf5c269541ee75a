import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { init, parse as parseWithRust } from '@guanmingchiu/sqlparser-ts'
import { type Dialect, parse as parseWithPolyglot } from '@polyglot-sql/sdk'
import { caseNamespace, recordLine, runCase, statusLine } from 'landfall/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { openSnowflakeTarget } from './target.ts'

/**
 * No engine here has Snowflake's grammar, so every statement that the connector writes is read by two parsers of
 * its dialect. Both are lax: what neither refuses is refused by a list of what belongs to other databases.
 */
const golden = fileURLToPath(new URL('../../golden/snowflake/', import.meta.url))

/** What a parser does not know although Snowflake's documentation has it. Each was read by a person. */
const unknownToPolyglot = [
  // https://docs.snowflake.com/en/sql-reference/sql/create-table#create-table-like
  /^CREATE TABLE .* LIKE .* COPY GRANTS$/,
]
const unknownToRust = [
  // https://docs.snowflake.com/en/sql-reference/sql/put
  /^PUT '/,
]

/** Of other databases: pattern, and a statement that it must find. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/`/, 'SELECT `a`'],
  [/\bSAFE_CAST\b/i, 'SELECT SAFE_CAST(a AS INT)'],
  [/->>?/, "SELECT a ->> 'b'"],
  [/\bON CONFLICT\b/i, 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'],
  [/NOT MATCHED BY SOURCE/i, 'MERGE INTO t USING s ON a WHEN NOT MATCHED BY SOURCE THEN DELETE'],
  [/\bDISTINCT ON\b/i, 'SELECT DISTINCT ON (a) a FROM t'],
  [/\b(jsonb?|timestamptz|bytea|bigserial|int64|float64|struct)\b/i, 'SELECT a::jsonb'],
  [/\b(json|jsonb|regexp|pg|list|struct)_(?!(like|replace)\b)\w+\(/i, 'SELECT json_extract(a, b)'],
  [/\bRETURNING\b/i, 'DELETE FROM t RETURNING a'],
  [/\bCREATE (UNIQUE )?INDEX\b/i, 'CREATE INDEX i ON t (a)'],
  [/\bFILTER \(/i, 'SELECT count(*) FILTER (WHERE a) FROM t'],
  [/\bARRAY\[/i, 'SELECT ARRAY[1]'],
  [/\bUNNEST\b/i, 'SELECT * FROM UNNEST(a)'],
  [/\bEXTRACT\(EPOCH\b/i, 'SELECT EXTRACT(EPOCH FROM a)'],
  [/\bTEMP(ORARY)?\b/i, 'CREATE TEMPORARY TABLE t AS SELECT 1'],
  [/\bDROP SCHEMA\b/i, 'DROP SCHEMA a'],
  [/\bSELECT EXISTS\b|, EXISTS\b|\bNOT EXISTS \([^)]*\) AS\b/i, 'SELECT EXISTS (SELECT 1)'],
  [/\bNOW\(\)/i, 'SELECT NOW()'],
  [/(?<![A-Z_])CAST\([^()]*::TEXT AS /i, 'SELECT CAST(a::TEXT AS DATE)'],
]

function goldenStatements(): readonly string[] {
  return readdirSync(golden).flatMap((file) =>
    readFileSync(golden + file, 'utf8')
      .split(/;\n/)
      .map((part) => part.replace(/^(\s|--.*\n)+/, '').trim())
      .filter((statement) => statement !== ''),
  )
}

/** What really goes over the wire: a first sync, a change of columns, a refresh, a refused record, a deletion. */
async function recordedStatements(): Promise<readonly string[]> {
  await using target = await openSnowflakeTarget()
  const stream = (properties: object, generation: readonly [number, number]) => ({
    name: "use'rs",
    namespace: caseNamespace,
    properties: {
      id: { type: 'integer' },
      _ab_cdc_deleted_at: { type: 'string', format: 'date-time' },
      ...properties,
    },
    mode: 'append_dedup' as const,
    primaryKey: [['id']],
    generation,
  })
  const sync = (current: ReturnType<typeof stream>, ...records: readonly object[]) => ({
    streams: [current],
    lines: [...records.map((record) => recordLine(current, record)), statusLine(current)],
  })
  /** No time that the server knows, so the record goes to the rejects; it is longer than what is kept there. */
  const withUnfit = (current: ReturnType<typeof stream>, record: object) => ({
    streams: [current],
    lines: [
      recordLine(current, record),
      recordLine(current, { 'na"me': '\\'.repeat(400_000) }, { emittedAt: 1e15 }),
      statusLine(current),
    ],
  })
  const wide = stream({ 'na"me': { type: 'string' } }, [1, 0])
  await runCase(
    target,
    {
      name: 'statements',
      syncs: [
        withUnfit(wide, { id: 1 }),
        sync(wide, { id: 1, _ab_cdc_deleted_at: '2024-01-01T00:00:00Z' }),
        sync(stream({ price: { type: 'number' } }, [1, 0]), { id: 2 }),
        sync(stream({ price: { type: 'number' } }, [2, 2]), { id: 3 }),
      ],
    },
    'recorded',
  )
  return target.double.engine.statements.map(({ text }) => text)
}

/** Without texts and names in quotes, which may hold anything. */
function skeleton(statement: string): string {
  return statement.replaceAll(/'(?:[^'\\]|''|\\.)*'/g, "''").replaceAll(/"(?:[^"]|"")*"/g, '""')
}

describe('statements of Snowflake', () => {
  let statements: readonly string[] = []

  beforeAll(async () => {
    await init()
    statements = [...new Set([...goldenStatements(), ...(await recordedStatements())])]
  })

  it('are of every kind', () => {
    const kinds = new Set(
      statements.map(
        (statement) => /^\w+( (INTO|TABLE|SCHEMA|STAGE|SESSION|OVERWRITE))?/.exec(statement)?.[0],
      ),
    )
    for (const kind of [
      'COPY INTO',
      'PUT',
      'MERGE INTO',
      'INSERT OVERWRITE',
      'CREATE STAGE',
      'ALTER TABLE',
      'DESCRIBE TABLE',
      'SHOW',
    ]) {
      expect(kinds).toContain(kind)
    }
    expect(statements.some((statement) => statement.includes('SWAP WITH'))).toBe(true)
    expect(statements.some((statement) => statement.includes('_airbyte_rejects'))).toBe(true)
  })

  it('are read by polyglot', () => {
    const refused = statements.filter(
      (statement) => !parseWithPolyglot(statement, 'snowflake' as Dialect).success,
    )
    expect(
      refused.filter((statement) => !unknownToPolyglot.some((pattern) => pattern.test(statement))),
    ).toEqual([])
    for (const pattern of unknownToPolyglot)
      expect(refused.some((statement) => pattern.test(statement))).toBe(true)
  })

  it('are read by sqlparser-rs', () => {
    const refused = statements.filter((statement) => {
      try {
        parseWithRust(statement, 'snowflake')
        return false
      } catch {
        return true
      }
    })
    expect(refused.filter((statement) => !unknownToRust.some((pattern) => pattern.test(statement)))).toEqual(
      [],
    )
    for (const pattern of unknownToRust)
      expect(refused.some((statement) => pattern.test(statement))).toBe(true)
  })

  it.each(foreign)('have nothing that is like %s', (pattern, example) => {
    expect(pattern.test(skeleton(example))).toBe(true)
    expect(statements.filter((statement) => pattern.test(skeleton(statement)))).toEqual([])
  })

  it('stay below the limit of a statement', () => {
    const longest = Math.max(...statements.map((statement) => statement.length))
    expect(longest).toBeLessThan(1024 * 1024)
  })
})
