import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'
import { runConnector, writeFiles } from '../support/spawn-connector.ts'
import { faultRun } from './fault-run.ts'
import { type HostileDatabase, openHostileDuckDb, openHostilePostgres } from './hostile-database.ts'
import { SeededRandom } from './random.ts'

const { isLong, seed } = faultRun()

/** What breaks SQL, COPY, CSV, JSON, templates or paths where somebody forgot to quote it. */
const pieces = [
  `'`,
  `"`,
  `\\`,
  `\\'`,
  `$$`,
  `$1`,
  '`',
  ';',
  '--',
  '/*',
  '*/',
  '%s',
  '%',
  '{}',
  '$' + '{x}',
  '\u0000',
  '\n',
  '\r\n',
  '\t',
  '\\.',
  '\\N',
  `'; DROP TABLE canary.users; --`,
  `"; DROP TABLE canary.users; --`,
  `$$; DROP TABLE canary.users; --`,
  `'); DELETE FROM canary.users; --`,
  `' || (SELECT name FROM canary.users) || '`,
  '../..',
  'é',
  '漢字',
  '😀',
  '\u2028',
  '\ufeff',
  'NULL',
  'null',
  '__proto__',
  'constructor',
  'SELECT',
  'a',
  '0',
]

type HostileStream = {
  readonly name: string
  readonly namespace: string
  readonly keys: readonly string[]
  readonly records: readonly (readonly string[])[]
}

function hostileText(random: SeededRandom): string {
  return Array.from({ length: random.between(1, 5) }, () => random.pick(pieces)).join('')
}

function hostileStream(random: SeededRandom, index: number): HostileStream {
  const keys = [...new Set(Array.from({ length: 4 }, (_, key) => `${key}${hostileText(random)}`))]
  const records = Array.from({ length: 30 }, () => keys.map(() => hostileText(random)))
  // The number keeps two of them from the same table; renaming those is another test's matter.
  return {
    name: `${hostileText(random)}${index}`,
    namespace: `n${index % 2}${hostileText(random)}`,
    keys,
    records,
  }
}

function catalogOf(streams: readonly HostileStream[]): object {
  return {
    streams: streams.map(({ name, namespace, keys }, index) => ({
      stream: {
        name,
        namespace,
        json_schema: {
          type: 'object',
          properties: Object.fromEntries([
            ...keys.map((key) => [key, { type: 'string' }]),
            ['row', { type: 'integer' }],
          ]),
        },
      },
      sync_mode: 'incremental',
      destination_sync_mode: index % 2 === 0 ? 'append' : 'append_dedup',
      primary_key: [['row']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    })),
  }
}

function* inputOf(streams: readonly HostileStream[]): Generator<string> {
  for (const stream of streams) {
    for (const [row, values] of stream.records.entries()) {
      const entries = stream.keys.map(
        (key, index) => `${JSON.stringify(key)}:${JSON.stringify(values[index])}`,
      )
      yield recordLine(stream, `{"row":${row},${entries.join(',')}}`)
    }
  }
  for (const [index, { name, namespace, records }] of streams.entries()) {
    yield stateLine({ name, namespace }, index + 1, records.length)
    yield statusLine({ name, namespace })
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Every row of the stream's final table as the database has it, in the order of the records. */
async function readBack(database: HostileDatabase, catalog: object, index: number) {
  const config = database.destination.configSchema.parse(database.config)
  const stream = database.destination.plan(config, parseCatalog(JSON.stringify(catalog))).streams[index]
  if (stream === undefined) throw new Error(`The catalog has no stream ${index}.`)
  const columns = stream.columns.filter(({ id }) => id.originalName !== 'row')
  // The sign in front: DuckDB's driver takes a byte order mark off the beginning of a text.
  const select = columns.map(({ id }, position) => `'=' || ${quote(id.name)} AS value_${position}`).join(', ')
  const table = `${quote(stream.id.finalNamespace)}.${quote(stream.id.finalName)}`
  const rows = await database.query(`SELECT ${select} FROM ${table} ORDER BY ${quote('row')}`)
  const generator = database.destination.sqlGenerator(config)
  const tables = [
    generator.finalTable(stream),
    generator.rawTable(stream),
    generator.untypedTable(stream, ''),
    generator.deletionsTable(stream),
  ].flatMap((name) => (name === undefined ? [] : [`${name.namespace}.${name.name}`]))
  return { keys: columns.map(({ id }) => id.originalName), rows, tables }
}

describe('names and values that look like SQL', () => {
  it.each([
    ['postgres', openHostilePostgres],
    ['duckdb', openHostileDuckDb],
  ] as const)('come back from destination-%s unchanged and change nothing else', async (name, open) => {
    const random = new SeededRandom(seed)
    const streams = Array.from({ length: isLong ? 60 : 8 }, (_, index) => hostileStream(random, index))
    const catalog = catalogOf(streams)
    const database = await open()
    onTestFinished(() => database[Symbol.asyncDispose]())
    const before = await database.listAll()
    const files = writeFiles({ config: database.config, catalog })
    const argv = ['write', '--config', files.config ?? '', '--catalog', files.catalog ?? '']
    const run = await runConnector(name, argv, inputOf(streams))
    expect(run.errorMessage, `seed ${seed}`).toBeUndefined()
    expect(run.exitCode).toBe(0)
    expect(run.stderr).toBe('')
    const expectedTables: string[] = []
    for (const [index, { keys, records }] of streams.entries()) {
      const found = await readBack(database, catalog, index)
      expectedTables.push(...found.tables)
      const expected = records.map((values) =>
        Object.fromEntries(
          found.keys.map((key, position) => [
            `value_${position}`,
            `=${database.keep(values[keys.indexOf(key)] ?? '')}`,
          ]),
        ),
      )
      expect(found.rows, `seed ${seed}, stream ${index}`).toEqual(expected)
    }
    // Of two namespaces that DuckDB takes for one, the schema has the spelling of the first.
    const { naming } = database.destination.sqlGenerator(
      database.destination.configSchema.parse(database.config),
    )
    const canonical = (names: readonly string[]) =>
      names.map((text) => naming.canonicalTableName?.(text) ?? text).toSorted()
    expect(canonical(await database.listAll())).toEqual(canonical([...before, ...expectedTables]))
  })
})
