import { type CaseStream, type CaseSync, caseNamespace, recordLine, statusLine } from 'landfall/testing'
import { schemas } from './value-probes.ts'

/** A final table after a sync: the columns that are looked at, and in words what was sent. */
export type Look = { readonly sent: string; readonly stream: CaseStream; readonly columns: readonly string[] }

export type RowStep = { readonly sync: CaseSync; readonly looks: readonly Look[] }

const timestamp = { type: 'string', format: 'date-time' }
const text = { type: 'string' }
const integer = { type: 'integer' }

function users(changes: Partial<CaseStream> = {}): CaseStream {
  return {
    name: 'users',
    namespace: caseNamespace,
    properties: { id: integer, name: text, at: timestamp, score: text, _ab_cdc_deleted_at: timestamp },
    mode: 'append_dedup',
    primaryKey: [['id']],
    cursor: ['at'],
    generation: [1, 0],
    ...changes,
  }
}

function step(
  sent: string,
  stream: CaseStream,
  records: readonly object[],
  {
    columns = ['id', 'name', 'score'],
    ...rest
  }: Partial<Omit<CaseSync, 'columns'>> & { readonly columns?: readonly string[] } = {},
): RowStep {
  const lines = records.map((record) => recordLine(stream, record))
  return {
    sync: { streams: [stream], lines: [...lines, statusLine(stream)], ...rest },
    looks: [{ sent, stream, columns }],
  }
}

const day = (number: number) => `2024-01-0${number}T00:00:00Z`
const deleted = (id: number, number: number) => ({ id, at: day(number), _ab_cdc_deleted_at: day(number) })

const withAge = users({
  properties: { id: integer, name: text, at: timestamp, score: { type: 'number' }, age: integer },
})
const softly = users({ name: 'softly' })

/** One life of a table, sync by sync: every mode, keys and cursors at their edges, deletions, new columns, refreshes. */
export const rowSteps: readonly RowStep[] = [
  step('duplicate keys in any order, equal cursors, no cursor, no key', users(), [
    { id: 1, name: 'late', at: day(3), score: '1.5' },
    { id: 1, name: 'early', at: day(1), score: '2' },
    { id: 2, name: 'first', at: day(1), score: 'much' },
    { id: 2, name: 'second', at: day(1), score: 'more' },
    { id: 3, name: 'dated', at: day(1), score: '3' },
    { id: 3, name: 'undated' },
    { name: 'without a key', at: day(1) },
    { name: 'without a key, newer', at: day(2) },
    { id: 'bad', name: 'bad key and newest', at: day(3) },
  ]),
  step('older and newer rows, deletions, a row that comes back', users(), [
    { id: 1, name: 'too old', at: day(2) },
    { id: 2, name: 'newer', at: day(4), score: '5e1' },
    deleted(3, 2),
    { id: 3, name: 'back', at: day(3), score: '4' },
    deleted(4, 3),
    { id: 5, name: 'goes at once', at: day(1) },
    deleted(5, 2),
    { id: null, name: 'no key, newest of all', at: day(4) },
  ]),
  step('older versions of deleted rows', users(), [
    { id: 4, name: 'too late', at: day(2) },
    { id: 5, name: 'too late', at: day(1) },
    { id: 4, name: 'again', at: day(5) },
  ]),
  step(
    'other columns: one gone, one new, one of another type',
    withAge,
    [{ id: 6, name: 'six', at: day(6), score: '6', age: 60 }],
    { columns: ['id', 'name', 'score', 'age', 'changes'] },
  ),
  step('the old columns again', users(), [{ id: 7, name: 'seven', at: day(6), score: 'seven' }]),
  step('another key: name', users({ primaryKey: [['name']] }), [
    { id: 8, name: 'seven', at: day(7), score: '8' },
  ]),
  step('appended', users({ mode: 'append' }), [{ id: 8, name: 'seven', at: day(1), score: 'appended' }]),
  step('deduplicated again', users(), [{ id: 9, name: 'nine', at: day(1) }]),
  step('a refresh that breaks off', users({ mode: 'overwrite_dedup', generation: [2, 2] }), [], {
    lines: [recordLine(users(), { id: 1, name: 'refreshed', at: day(1) })],
    exitCode: 1,
  }),
  step('the same refresh, complete', users({ mode: 'overwrite_dedup', generation: [2, 2] }), [
    { id: 2, name: 'refreshed, too', at: day(1) },
  ]),
  step('a refresh that keeps rows', users({ generation: [3, 0] }), [{ id: 2, name: 'kept', at: day(1) }], {
    columns: ['id', 'name', '_airbyte_generation_id'],
  }),
  step('a refresh without records', users({ mode: 'overwrite_dedup', generation: [4, 4] }), []),
  step(
    'soft deletions',
    softly,
    [{ id: 1, name: 'one', at: day(1) }, { id: 2, name: 'two', at: day(1) }, deleted(1, 2)],
    {
      config: { cdc_deletion_mode: 'Soft delete' },
    },
  ),
  together(
    keys('numbers that differ in the tenth decimal', schemas.number, ['0.1234567891', '0.1234567892']),
    keys('numbers that differ in the seventeenth digit', schemas.number, [
      '90071992547409931',
      '90071992547409932',
    ]),
    keys('1, 1.0 and "1" as integers', schemas.integer, ['1', '1.0', '"1"']),
    keys('texts that differ in case, in a space, in the form of an accent', schemas.string, [
      '"a"',
      '"A"',
      '"a "',
      '"é"',
      '"e\\u0301"',
    ]),
    keys('an empty text and NULL', schemas.string, ['""', 'null']),
    keys('one moment with two offsets', schemas.timestamp_with_timezone, [
      '"2024-01-01T00:00:00Z"',
      '"2024-01-01T02:00:00+02:00"',
    ]),
    keys('one time of day in two spellings', schemas.time_with_timezone, ['"12:00:00Z"', '"12:00:00+00:00"']),
    keys('objects with their keys in another order', schemas.object, ['{"a":1,"b":2}', '{"b":2,"a":1}']),
    cursors('capital and small letters', schemas.string, ['"a"', '"B"']),
    cursors('letters beyond ASCII', schemas.string, ['"z"', '"é"']),
    cursors('numbers as texts', schemas.string, ['"10"', '"9"']),
    cursors('a time without a day', schemas.time_with_timezone, ['"12:00:00+02:00"', '"11:00:00Z"']),
    cursors('numbers', schemas.number, ['10', '9']),
    cursors('a value that does not fit', schemas.number, ['1', '"much"']),
    cursors('not a number', schemas.number, ['1', '"NaN"']),
  ),
]

/** One row for each key that the destination tells apart, named by its position. */
function keys(title: string, schema: object, values: readonly string[]): RowStep {
  return probe(`which keys are the same: ${title}`, values, {
    properties: { value: schema, name: text },
    primaryKey: [['value']],
    cursor: [],
  })
}

/** The row whose cursor the destination takes for the newest. */
function cursors(title: string, schema: object, values: readonly string[]): RowStep {
  return probe(`which cursor is the newest: ${title}`, values, {
    properties: { id: integer, value: schema, name: text },
    primaryKey: [['id']],
    cursor: ['value'],
  })
}

function probe(sent: string, values: readonly string[], changes: Partial<CaseStream>): RowStep {
  const stream = users({ name: sent.replace(/\W+/g, '_').slice(-40), ...changes })
  const lines = values.map((value) =>
    recordLine(stream, `{"id":1,"value":${value},"name":${JSON.stringify(value)}}`),
  )
  return {
    sync: { streams: [stream], lines: [...lines, statusLine(stream)] },
    looks: [{ sent, stream, columns: ['name'] }],
  }
}

/** One sync with the streams of all, since opening a connection takes longer than a stream. */
function together(...steps: readonly RowStep[]): RowStep {
  return {
    sync: {
      streams: steps.flatMap(({ sync }) => sync.streams),
      lines: steps.flatMap(({ sync }) => sync.lines),
    },
    looks: steps.flatMap(({ looks }) => looks),
  }
}
