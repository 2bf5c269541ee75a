import { type CaseStream, caseNamespace, recordLine, runCase, statusLine } from 'landfall/testing'
import { expect, it } from 'vitest'
import { openSnowflakeTarget } from './target.ts'

const users = (generation: readonly [number, number], properties: object = {}): CaseStream => ({
  name: 'Users',
  namespace: caseNamespace,
  properties: { id: { type: 'integer' }, Name: { type: 'string' }, ...properties },
  mode: 'append_dedup',
  primaryKey: [['id']],
  generation,
})

const sync = (stream: CaseStream, names: readonly string[], rows: readonly object[]) => ({
  streams: [stream],
  lines: [...names.map((Name, id) => recordLine(stream, { id, Name })), statusLine(stream)],
  final: { Users: rows as [] },
})

/** Every decision that is made from names: which tables exist, which columns they have, what replaces what. */
it('works the same where the account folds names in quotes to upper case', async () => {
  await using target = await openSnowflakeTarget()
  target.double.engine.parameters.set('QUOTED_IDENTIFIERS_IGNORE_CASE', 'true')
  await runCase(
    target,
    {
      name: 'case policy',
      syncs: [
        sync(users([1, 0]), ['a', 'b'], [{ name: 'a' }, { name: 'b' }]),
        sync(users([1, 0]), ['c'], [{ name: 'c' }, { name: 'b' }]),
        sync(users([1, 0], { added: { type: 'number' } }), [], [{ name: 'c', added: null }, { name: 'b' }]),
        sync(users([2, 2], { added: { type: 'number' } }), ['d'], [{ name: 'd' }]),
      ],
    },
    'Folded',
  )
  const tables = target.double.engine.catalog.tables.map(({ schema, name }) => `${schema}.${name}`)
  expect(tables.toSorted()).toEqual([
    'AIRBYTE_INTERNAL.FOLDED_RAW__STREAM_USERS',
    'AIRBYTE_INTERNAL._AIRBYTE_LEASES',
    'FOLDED.USERS',
  ])
})

it('keeps the case of raw names, and writes final names in upper case', async () => {
  await using target = await openSnowflakeTarget()
  await runCase(target, { name: 'case policy', syncs: [sync(users([1, 0]), ['a'], [{ name: 'a' }])] }, 'Kept')
  const { tables } = target.double.engine.catalog
  expect(tables.map(({ schema, name }) => `${schema}.${name}`).toSorted()).toEqual([
    'KEPT.USERS',
    'airbyte_internal.Kept_raw__stream_Users',
    'airbyte_internal._airbyte_leases',
  ])
  expect(target.double.engine.catalog.get('KEPT', 'USERS').columns.map(({ name }) => name)).toEqual([
    '_AIRBYTE_RAW_ID',
    '_AIRBYTE_EXTRACTED_AT',
    '_AIRBYTE_META',
    '_AIRBYTE_GENERATION_ID',
    'ID',
    'NAME',
  ])
})
