import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeDataset, writeWholeDataset } from '../../bench/dataset.ts'
import { recordKinds } from '../../bench/kinds/index.ts'
import type { BenchRecord, RecordKind } from '../../bench/record-kind.ts'

const rows = 1_000

const sizes = { narrow: 350, wide: 2_200, nested: 1_200, dirty: 350, real: 100 } as const

const directory = mkdtempSync(join(tmpdir(), 'landfall-datasets-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function read(kind: RecordKind, hasRepeats = true) {
  const { records, updates } = await kind.open({ rows, hasRepeats })
  return { records: [...records], updates: [...updates] }
}

describe.each(Object.values(recordKinds))('$name records', (kind) => {
  it('are the same every time', async () => {
    expect(await read(kind)).toEqual(await read(kind))
  })

  it('have the columns of the schema, and the size that the benchmark says', async () => {
    const { records } = await read(kind)
    for (const { data } of records.slice(0, 100))
      expect(Object.keys(JSON.parse(data))).toEqual(Object.keys(kind.schema.properties))
    const bytes = records.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0)
    expect(bytes / rows / sizes[kind.name]).toBeGreaterThan(0.85)
    expect(bytes / rows / sizes[kind.name]).toBeLessThan(1.15)
  })

  it('have keys without gaps, and updates of keys that are there', async () => {
    const { records, updates } = await read(kind)
    const keys = new Set(records.map(({ key }) => key))
    expect(Math.max(...keys)).toBe(keys.size)
    expect(updates).toHaveLength(rows / 10)
    expect(updates.filter(({ key }) => !keys.has(key))).toEqual([])
  })

  it('have one key for each value of the primary key', async () => {
    const { records, updates } = await read(kind)
    const found = new Map<string, number>()
    for (const { key, data } of [...records, ...updates]) {
      const record = JSON.parse(data)
      const values = kind.primaryKey.map((column) => record[column]).join()
      expect(found.get(values) ?? key).toBe(key)
      found.set(values, key)
    }
    expect(found.size).toBe(Math.max(...records.map(({ key }) => key)))
  })

  it('check the values that they have', async () => {
    const { records } = await read(kind)
    for (const { data, checked } of records.slice(0, 100)) {
      const record = JSON.parse(data)
      expect(checked).toEqual(kind.checked.map((column) => record[column]))
    }
  })

  it('count their bad values', async () => {
    const { records } = await read(kind)
    expect(sumOf(records.map(({ badValues }) => badValues))).toBe(
      sumOf(records.map((record) => findBad(record, kind))),
    )
  })
})

describe('the sets differ in what they are for', () => {
  it('wide has 60 columns', () => {
    expect(Object.keys(recordKinds.wide.schema.properties)).toHaveLength(60)
  })

  it('of the values of four dirty columns, 5 % are bad', async () => {
    const { records } = await read(recordKinds.dirty)
    const share = sumOf(records.map(({ badValues }) => badValues)) / (rows * 4)
    expect(share).toBeGreaterThan(0.04)
    expect(share).toBeLessThan(0.06)
  })

  it('a sixth of the narrow records repeats a key, unless that is not wanted', async () => {
    const count = async (hasRepeats: boolean) =>
      new Set((await read(recordKinds.narrow, hasRepeats)).records.map(({ key }) => key)).size
    expect(await count(true)).toBeLessThan(rows * 0.9)
    expect(await count(false)).toBe(rows)
  })

  it('there are only so many real records', async () => {
    await expect(recordKinds.real.open({ rows: 3_000_001, hasRepeats: false })).rejects.toThrow(
      '3000000 records',
    )
  })
})

describe('files', () => {
  it('of a data set expect what a reader of them finds', async () => {
    const { input, updates, expected, rawRows, rawRowHalves } = await writeDataset(
      directory,
      recordKinds.dirty,
      rows,
    )
    const lines = readFileSync(input.path, 'utf8').trimEnd().split('\n')
    const ids = lines
      .filter((line) => line.includes('"RECORD"'))
      .map((line) => JSON.parse(line).record.data.id)
    expect(ids).toHaveLength(rows)
    expect(input).toMatchObject({ records: rows, states: 1, bytes: readFileSync(input.path).length })
    const distinctKeys = new Set(ids).size
    expect(expected.raw).toMatchObject({ rows, distinctKeys, changes: 0 })
    expect(expected.append).toMatchObject({ rows, distinctKeys })
    expect(expected.dedup).toMatchObject({ rows: distinctKeys, distinctKeys })
    expect(expected.dedupAfterUpdates).toMatchObject({ rows: distinctKeys, distinctKeys })
    expect(expected.dedup.changes).toBeLessThan(expected.append.changes)
    expect(expected.dedupAfterUpdates.checksum).not.toBe(expected.dedup.checksum)
    expect(updates.records).toBe(rows / 10)
    const halves = rawRowHalves.map((path) => readFileSync(path, 'utf8')).join('')
    expect(readFileSync(rawRows, 'utf8')).toBe(halves)
  })

  it('of a whole sync hold the records and their updates', async () => {
    const { input, expected } = await writeWholeDataset(directory, recordKinds.narrow, rows)
    expect(input.records).toBe(rows * 1.1)
    expect(expected.raw).toMatchObject({ rows: rows * 1.1, distinctKeys: rows })
    expect(expected.dedup).toMatchObject({ rows, distinctKeys: rows })
  })
})

/** By the types of the columns, without what the kind itself says. */
function findBad({ data }: BenchRecord, { schema }: RecordKind): number {
  const record = JSON.parse(data)
  return Object.entries(schema.properties).filter(([name, property]) => {
    const value: unknown = record[name]
    const types = String(property.type)
    if (/number|integer/.test(types)) return typeof value !== 'number'
    if (types.includes('boolean')) return typeof value !== 'boolean'
    if (property.format === 'date') return new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) !== value
    return property.format === 'date-time' && Number.isNaN(Date.parse(String(value)))
  }).length
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
