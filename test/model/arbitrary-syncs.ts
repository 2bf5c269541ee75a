import fc from 'fast-check'
import { type CaseStream, type CaseSync, caseNamespace, recordLine, statusLine } from 'landfall/testing'
import { awkwardValues, type Json, type KindName, kindNames, kinds } from './typed-value.ts'

/** What stays the same about a stream over all syncs of a case. */
type Shape = Uniqueness & {
  readonly hasCursor: boolean
  readonly hasDeletions: boolean
}

type Uniqueness = { readonly isDeduplicated: boolean; readonly keyColumns: readonly string[] }

type Schema = { readonly [column: string]: KindName | undefined }

/** One stream of one sync. */
type Turn = {
  /** As the rest of the case has it, most of the time. */
  readonly uniqueness: Uniqueness
  readonly schema: Schema
  readonly records: readonly { readonly data: { readonly [key: string]: Json }; readonly emittedAt: number }[]
  readonly status: 'COMPLETE' | 'INCOMPLETE' | undefined
  readonly refresh: 'none' | 'keep' | 'replace'
  /** The record that is large enough to fill a batch, or -1. */
  readonly largeRecord: number
  /** Sends the stream in the other dialect than the rest of the case: with generation ids, or without. */
  readonly isOtherDialect: boolean
}

const orderedKinds: readonly KindName[] = ['integer', 'timestamp', 'string', 'number', 'date', 'boolean']
const [key, secondKey, cursor, deletedAt] = ['id', 'id2', 'at', '_ab_cdc_deleted_at']

/** Syncs of one to three streams, without what must be in the tables after them. */
export const arbitrarySyncs: fc.Arbitrary<readonly CaseSync[]> = fc
  .record({
    shapes: fc.array(arbitraryShape(), { minLength: 1, maxLength: 3, size: 'max' }),
    count: fc.integer({ min: 1, max: 5 }),
    hasGenerations: fc.boolean(),
    config: often({}, { cdc_deletion_mode: 'Soft delete' }),
  })
  .chain(({ shapes, count, hasGenerations, config }) =>
    fc
      .array(
        fc.record({
          turns: fc.tuple(...shapes.map(arbitraryTurn)),
          isBroken: often(false, true),
          isTypedEarly: fc.boolean(),
        }),
        { minLength: count, maxLength: count },
      )
      .map((plans) => {
        const generations = shapes.map(() => new Generations(hasGenerations))
        return plans.map(({ turns, isBroken, isTypedEarly }, index): CaseSync => {
          const streams = turns.map((turn, position) =>
            toStream(turn, position, shapes[position], generations[position], isBroken),
          )
          return {
            streams,
            lines: [...toLines(turns, streams), ...(isBroken ? ['no message'] : [])],
            syncId: index + 7,
            config,
            // How much of a broken sync is typed is a matter of time, which a model does not know.
            ...(isTypedEarly && !isBroken ? { env: { LANDFALL_TYPING_INTERVAL_SECONDS: '0.000001' } } : {}),
          }
        })
      }),
  )

function often<Value>(usual: Value, rare: Value): fc.Arbitrary<Value> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 5 }, { arbitrary: fc.constant(rare), weight: 1 })
}

function arbitraryUniqueness(): fc.Arbitrary<Uniqueness> {
  return fc.record({
    isDeduplicated: fc.boolean(),
    keyColumns: fc.constantFrom([key], [key, secondKey], [secondKey, key]),
  })
}

function arbitraryShape(): fc.Arbitrary<Shape> {
  return fc
    .record({
      uniqueness: arbitraryUniqueness(),
      hasCursor: fc.boolean(),
      hasDeletions: fc.boolean(),
    })
    .map(({ uniqueness, ...shape }) => ({ ...uniqueness, ...shape }))
}

function arbitraryTurn(shape: Shape): fc.Arbitrary<Turn> {
  return arbitrarySchema(shape).chain((schema) =>
    fc.record({
      uniqueness: fc.oneof({ arbitrary: fc.constant(shape), weight: 4 }, arbitraryUniqueness()),
      schema: fc.constant(schema),
      records: fc.array(arbitraryRecord(schema), { maxLength: 7 }),
      status: fc.oneof(
        { arbitrary: fc.constant('COMPLETE' as const), weight: 2 },
        { arbitrary: fc.constantFrom('INCOMPLETE' as const, undefined), weight: 1 },
      ),
      refresh: fc.oneof(
        { arbitrary: fc.constant('none' as const), weight: 3 },
        { arbitrary: fc.constant('keep' as const), weight: 1 },
        { arbitrary: fc.constant('replace' as const), weight: 3 },
      ),
      largeRecord: fc.oneof({ arbitrary: fc.constant(-1), weight: 9 }, fc.nat(6)),
      isOtherDialect: fc.nat(11).map((number) => number === 11),
    }),
  )
}

/**
 * Columns of keys and cursors are always there; their types change now and then. No column changes from an
 * object to an array: both are JSON in the table, so nothing tells that its rows were typed as another type.
 */
function arbitrarySchema({ hasDeletions }: Shape): fc.Arbitrary<Schema> {
  const ordered = (usual: KindName) =>
    fc.oneof(
      { arbitrary: fc.constant(usual), weight: 6 },
      { arbitrary: fc.constantFrom(...orderedKinds), weight: 1 },
    )
  return fc.record({
    [key]: ordered('integer'),
    [secondKey]: ordered('string'),
    [cursor]: ordered('timestamp'),
    v: fc.option(fc.constantFrom(...kindNames.filter((name) => name !== 'array')), { nil: undefined }),
    w: fc.option(fc.constantFrom<KindName>('string', 'integer', 'array'), { nil: undefined }),
    [deletedAt]: hasDeletions ? often<KindName | undefined>('timestamp', undefined) : fc.constant(undefined),
  })
}

/** Few values, so that keys and cursors meet; fields outside of the schema are sent too. */
function arbitraryRecord(schema: Schema): fc.Arbitrary<Turn['records'][number]> {
  const value = (kind: KindName | undefined, weight = 6): fc.Arbitrary<Json | undefined> =>
    fc.oneof(
      { arbitrary: fc.constantFrom<Json>(...kinds[kind ?? 'integer'].samples), weight },
      { arbitrary: fc.constantFrom<Json | undefined>(undefined, ...awkwardValues), weight: 1 },
    )
  const deletion = fc.oneof(
    { arbitrary: fc.constantFrom(undefined, null), weight: 5 },
    { arbitrary: fc.constantFrom<Json>('2024-01-03T00:00:00Z', 'x'), weight: 2 },
  )
  const fields = fc.record({
    [key]: value(schema[key]),
    [secondKey]: value(schema[secondKey]),
    [cursor]: value(schema[cursor]),
    v: value(schema.v, 3),
    w: value(schema.w, 3),
    [deletedAt]: deletion,
  })
  return fc.record({
    data: fields.map(
      (data): { readonly [key: string]: Json } =>
        Object.fromEntries(Object.entries(data).filter(([, field]) => field !== undefined)) as {
          [key: string]: Json
        },
    ),
    emittedAt: fc.constantFrom(1000, 2000, 3000),
  })
}

/** The ids that a platform would send: a new one per refresh, the same one again until it has succeeded. */
class Generations {
  readonly #isEnabled: boolean
  #generation = 1
  #isUnfinished = false

  constructor(isEnabled: boolean) {
    this.#isEnabled = isEnabled
  }

  next({ refresh, status, isOtherDialect }: Turn, isBroken: boolean): readonly [number, number] | undefined {
    if (this.#isEnabled === isOtherDialect) return undefined
    const isRetry = this.#isUnfinished && refresh === 'replace'
    if (refresh !== 'none' && !isRetry) this.#generation += 1
    this.#isUnfinished = refresh === 'replace' && (status !== 'COMPLETE' || isBroken)
    return [this.#generation, refresh === 'replace' ? this.#generation : 0]
  }
}

function toStream(
  turn: Turn,
  position: number,
  shape: Shape | undefined,
  generations: Generations | undefined,
  isBroken: boolean,
): CaseStream {
  const columns = Object.entries(turn.schema).flatMap(([name, kind]) =>
    kind === undefined ? [] : [[name, kinds[kind].schema] as const],
  )
  const generation = generations?.next(turn, isBroken)
  const replaces = generation === undefined && turn.refresh === 'replace'
  const { isDeduplicated, keyColumns } = turn.uniqueness
  return {
    name: `stream_${position}`,
    namespace: caseNamespace,
    properties: Object.fromEntries(columns),
    mode: `${replaces ? ('overwrite' as const) : ('append' as const)}${isDeduplicated ? '_dedup' : ''}`,
    ...(isDeduplicated ? { primaryKey: keyColumns.map((column) => [column]) } : {}),
    ...(shape?.hasCursor ? { cursor: [cursor] } : {}),
    ...(generation === undefined ? {} : { generation }),
  }
}

/** Records of all streams in turns, then the statuses. */
function toLines(turns: readonly Turn[], streams: readonly CaseStream[]): readonly string[] {
  const most = Math.max(...turns.map(({ records }) => records.length))
  const records = Array.from({ length: most }, (_, index) =>
    turns.flatMap(({ records, largeRecord }, position) => {
      const [record, stream] = [records[index], streams[position]]
      if (record === undefined || stream === undefined) return []
      const data = largeRecord === index ? { ...record.data, padding } : record.data
      return [recordLine(descriptorOf(stream), data, { emittedAt: record.emittedAt })]
    }),
  ).flat()
  const statuses = turns.flatMap(({ status }, position) => {
    const stream = streams[position]
    return status === undefined || stream === undefined ? [] : [statusLine(descriptorOf(stream), status)]
  })
  return [...records, ...statuses]
}

/** More than a batch takes: the record and those before it are written before the next ones. */
const padding = 'x'.repeat(1_500_000)

function descriptorOf({ name, namespace }: CaseStream) {
  return { name, namespace }
}
