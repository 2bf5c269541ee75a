import { describe, expect, it } from 'vitest'
import { planCatalog } from '../catalog/plan-catalog.ts'
import type { StreamConfig } from '../catalog/stream-config.ts'
import { type ConfiguredCatalog, parseCatalog } from '../protocol/parse-catalog.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'

export type TestSqlGeneratorOptions = {
  /** The destination's name: the folder of its golden files. */
  readonly name: string
  readonly generator: SqlGenerator
  /** Directory of all golden files, absolute. */
  readonly directory: string
}

/**
 * Registers the golden tests of a generator: for each case the whole SQL of a sync, as a file that people
 * review like code. `npm run golden` writes them anew.
 */
export function testSqlGenerator({ name, generator, directory }: TestSqlGeneratorOptions): void {
  describe(`${name} writes the SQL that was reviewed`, () => {
    for (const [file, render] of Object.entries(goldenFiles)) {
      it(file, async () => {
        await expect(render(generator)).toMatchFileSnapshot(`${directory}/${name}/${file}`)
      })
    }
  })
}

const goldenFiles: { readonly [file: string]: (generator: SqlGenerator) => string } = {
  'append.sql': (generator) => renderSync(generator, plan(generator, { destination_sync_mode: 'append' })),
  'append-dedup.sql': (generator) => renderSync(generator, plan(generator, dedup)),
  'append-dedup-without-cursor.sql': (generator) =>
    renderSync(generator, plan(generator, { ...dedup, cursor_field: [] })),
  'truncate.sql': (generator) =>
    renderTruncate(generator, plan(generator, { ...dedup, generation_id: 4, minimum_generation_id: 4 })),
  'names.sql': (generator) => renderNames(generator),
}

const dedup = {
  destination_sync_mode: 'append_dedup',
  primary_key: [['id'], ['Region']],
  cursor_field: ['updated at'],
}

/** One column of every type, and the column that CDC sources add. */
const properties = {
  id: { type: 'integer' },
  Region: { type: 'string' },
  'updated at': { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
  price: { type: 'number' },
  active: { type: 'boolean' },
  born: { type: 'string', format: 'date' },
  local: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
  opens: { type: 'string', format: 'time', airbyte_type: 'time_without_timezone' },
  closes: { type: 'string', format: 'time', airbyte_type: 'time_with_timezone' },
  address: { type: 'object', properties: { city: { type: 'string' } } },
  tags: { type: 'array', items: { type: 'string' } },
  either: { type: ['string', 'integer'] },
  anything: {},
  "it's": { type: 'string' },
  _ab_cdc_deleted_at: { type: 'string', format: 'date-time' },
}

function plan(generator: SqlGenerator, settings: object): StreamConfig {
  const [stream] = planStreams(generator, [
    {
      stream: { name: 'Users', namespace: 'shop', json_schema: { type: 'object', properties } },
      sync_mode: 'incremental',
      generation_id: 3,
      minimum_generation_id: 0,
      sync_id: 42,
      ...settings,
    },
  ])
  if (stream === undefined) throw new Error('the plan has no stream')
  return stream
}

function planStreams(generator: SqlGenerator, streams: readonly object[]): readonly StreamConfig[] {
  const catalog: ConfiguredCatalog = parseCatalog(JSON.stringify({ streams }))
  const options = { naming: generator.naming, defaultNamespace: 'public', rawNamespace: 'airbyte_internal' }
  return planCatalog(catalog, options).streams
}

function renderSync(generator: SqlGenerator, stream: StreamConfig): string {
  return render({
    'The first sync: schemas and the raw table': [
      ...generator.createNamespace(stream.id.rawNamespace),
      ...generator.createNamespace(stream.id.finalNamespace),
      ...generator.createRawTable(stream, ''),
    ],
    'Where earlier deletions cannot be found quickly yet': generator.indexDeletions(stream),
    'The first raw rows, with which the final table is made': generator.updateFinalTable(stream, 'new'),
    'What the tables hold, at the start of a later sync': [
      [generator.selectRawTableState(stream, '')],
      [generator.selectFinalTableState(stream)],
    ],
    'New raw rows into an empty final table': generator.updateFinalTable(stream, 'empty'),
    'New raw rows into a final table with rows': generator.updateFinalTable(stream, 'populated'),
    'The final table anew, after its columns have changed': generator.rebuildFinalTable(
      stream,
      olderColumns(generator, stream),
    ),
  })
}

/** The columns of a table from before the catalog lost one, gained one and changed the type of one. */
function olderColumns(generator: SqlGenerator, stream: StreamConfig): ReadonlyMap<string, string> {
  const columns = new Map(generator.finalTableColumns(stream))
  columns.set('price', columns.get('id') ?? '')
  columns.delete('anything')
  return columns.set('lost', columns.get('id') ?? '')
}

function renderTruncate(generator: SqlGenerator, stream: StreamConfig): string {
  return render({
    'What the tables hold, at the start of a sync': [
      [generator.selectRawTableState(stream, '_airbyte_tmp')],
      [generator.selectFinalTableState(stream)],
    ],
    'An empty temporary raw table': generator.createRawTable(stream, '_airbyte_tmp', { replace: true }),
    'The end of a successful sync: raw rows': generator.replaceRawTable(stream),
    'The end of a successful sync: final rows': generator.rebuildFinalTable(
      stream,
      generator.finalTableColumns(stream),
    ),
    'A later sync takes in what an interrupted one left': generator.absorbTemporaryRawTable(stream),
  })
}

/** Names that need care: long, multi-byte, colliding, reserved. */
function renderNames(generator: SqlGenerator): string {
  const long = 'a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table'
  const keys = ['select', 'Düsseldorf 🎉', 'a.b', 'a_b', '_airbyte_meta', 'x'.repeat(80)]
  const streams = planStreams(
    generator,
    [`${long}_one`, `${long}_two`, 'select', 'Ünï "quoted"'].map((name) => ({
      stream: {
        name,
        json_schema: {
          type: 'object',
          properties: Object.fromEntries(keys.map((key) => [key, { type: 'string' }])),
        },
      },
      sync_mode: 'full_refresh',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 1,
      sync_id: 42,
    })),
  )
  return render(
    Object.fromEntries(
      streams.map((stream) => [
        `Stream ${stream.id.originalName}`,
        [...generator.createRawTable(stream, '_airbyte_tmp'), ...generator.createFinalTable(stream)],
      ]),
    ),
  )
}

function render(sections: { readonly [title: string]: SqlBatch }): string {
  return Object.entries(sections)
    .filter(([, batch]) => batch.some((statements) => statements.length > 0))
    .map(([title, batch]) => `-- ${title}\n\n${batch.map(renderTransaction).join('\n')}`)
    .join('\n')
}

/** A single statement is a transaction by itself. */
function renderTransaction(statements: SqlBatch[number]): string {
  const texts = statements.map((statement) => `${statement};\n`).join('\n')
  return statements.length > 1 ? `BEGIN;\n\n${texts}\nCOMMIT;\n` : texts
}
