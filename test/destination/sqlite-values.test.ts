import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { quoteLiteral, type ResolvedType } from 'landfall/sdk'
import { canonicalDecimal } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caught } from '../support/caught.ts'
import { classify } from './sqlite/errors.ts'
import { typedValues } from './sqlite/typed-value.ts'
import { SqliteWarehouse } from './sqlite/warehouse.ts'

const database = new DatabaseSync(':memory:')
afterAll(() => database.close())

/** What a column of the type holds for a value, given as JSON text. */
function typed(type: ResolvedType['type'], json: string): unknown {
  const statement = database.prepare(`SELECT ${typedValues[type](quoteLiteral(json))} AS value`)
  statement.setReadBigInts(true)
  return statement.get()?.value
}

describe('a value of a type, in SQLite', () => {
  it.each<[ResolvedType['type'], string, string | bigint | null]>([
    ['string', '"a\\u00e9\\n"', 'aé\n'],
    ['string', '"null"', 'null'],
    ['string', 'null', null],
    ['string', '1.10', '1.10'],
    ['string', '{"a":[1.0]}', '{"a":[1.0]}'],
    ['integer', '-9223372036854775808', -9223372036854775808n],
    ['integer', '9223372036854775807', 9223372036854775807n],
    ['integer', '9223372036854775808', null],
    ['integer', '1.0', null],
    ['integer', '"12"', null],
    ['integer', 'true', null],
    ['number', '1.10', '1.1'],
    ['number', '100', '100'],
    ['number', '-0', '0'],
    ['number', '0.0000000019', '0.000000001'],
    ['number', '-0.0000000009', '0'],
    ['number', '1.5e3', '1500'],
    ['number', '-1.5E-3', '-0.0015'],
    ['number', '1e28', '10000000000000000000000000000'],
    ['number', '1e29', null],
    ['number', '1e-2000000', '0'],
    ['number', '1e99999999999999999999', null],
    ['number', '"1"', null],
    ['boolean', 'true', 1n],
    ['boolean', 'false', 0n],
    ['boolean', '1', null],
    ['boolean', '"true"', null],
    ['date', '"2024-02-29"', '2024-02-29'],
    ['date', '"2024-02-29T23:59:59-08:00"', '2024-02-29'],
    ['date', '"2024-2-9"', null],
    ['date', '"now"', null],
    ['date', '20240229', null],
    ['time_without_timezone', '"12:30"', '12:30:00'],
    ['time_without_timezone', '"12:30:15.500"', '12:30:15.5'],
    ['time_without_timezone', '"12:30:15+02:00"', '12:30:15'],
    ['time_without_timezone', '"25:00:00"', null],
    ['time_without_timezone', '""', null],
    ['time_with_timezone', '"12:30:15"', '12:30:15+00'],
    ['time_with_timezone', '"12:30:15.25+0530"', '12:30:15.25+05:30'],
    ['timestamp_without_timezone', '"2024-02-29T12:30:15.1234567+02:00"', '2024-02-29T12:30:15.123456'],
    ['timestamp_with_timezone', '"2024-02-29"', '2024-02-29T00:00:00.000000Z'],
    ['timestamp_with_timezone', '"2024-03-01 01:00:00.5+02"', '2024-02-29T23:00:00.500000Z'],
    ['timestamp_with_timezone', '"2024-02-29T12:30:15.1:2Z"', null],
    ['timestamp_with_timezone', '"2024-02-29T12:30:15."', null],
    ['timestamp_with_timezone', '"2024-02-29T12:30:15+05:30:15"', null],
    ['timestamp_with_timezone', '"2024-02-29X12:30:15"', null],
    ['timestamp_with_timezone', '"0000-01-01T00:00:00+01:00"', null],
    ['timestamp_with_timezone', '1709209815', null],
    ['struct', '{"a":1.10}', '{"a":1.10}'],
    ['struct', '[]', null],
    ['array', '[{}]', '[{}]'],
    ['array', '"["', null],
    ['unknown', '"text"', '"text"'],
    ['unknown', '12345678901234567890', '12345678901234567890'],
    ['unsupported_one_of', 'null', null],
  ])('%s of %s is %s', (type, json, expected) => {
    expect(typed(type, json)).toBe(expected)
  })

  it('is the exact number, cut behind the ninth decimal, whatever its spelling', () => {
    const numberText = fc.tuple(
      fc.boolean(),
      fc.bigInt(0n, 10n ** 24n),
      fc.option(fc.stringMatching(/^\d{1,20}$/)),
      fc.option(fc.integer({ min: -40, max: 10 })),
    )
    fc.assert(
      fc.property(numberText, ([isNegative, whole, decimals, exponent]) => {
        const mantissa = `${whole}${decimals === null ? '' : `.${decimals}`}`
        const sign = isNegative ? '-' : ''
        const json = `${sign}${mantissa}${exponent === null ? '' : `e${exponent}`}`
        const expected = cutDecimal(`${whole}${decimals ?? ''}`, (exponent ?? 0) - (decimals ?? '').length)
        const value = typed('number', json)
        if (expected >= 10n ** 38n) expect(value).toBeNull()
        else expect(canonicalDecimal(String(value))).toBe(canonicalDecimal(`${sign}${expected}e-9`))
      }),
    )
  })

  /** Digits times a power of ten, in units of the ninth decimal. */
  function cutDecimal(digits: string, power: number): bigint {
    const shift = power + 9
    return shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : BigInt(digits) / 10n ** BigInt(-shift)
  }
})

describe('a SQLite file', () => {
  let directory = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'landfall-test-sqlite-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('belongs to one sync at a time', async () => {
    const path = join(directory, 'locked.sqlite')
    await using first = new SqliteWarehouse(path)
    const error = await caught(async () => new SqliteWarehouse(path))
    expect(error.code).toBe('TABLE_LOCKED')
    await first[Symbol.asyncDispose]()
    await using second = new SqliteWarehouse(path)
    expect(await second.describeTables([{ namespace: 'a', name: 'b' }])).toEqual([undefined])
  })

  it.each([
    [13, 'SERVER_UNAVAILABLE', 'config_error'],
    [5, 'TABLE_LOCKED', 'transient_error'],
    [275, 'DATA_REFUSED', 'system_error'],
    [1, 'STATEMENT_FAILED', 'system_error'],
  ])('that answers with the code %s means %s, a %s', (errcode, code, failureType) => {
    const error = classify(Object.assign(new Error('refused'), { errcode }), 'testing')
    expect(error).toMatchObject({ code, failureType })
  })

  it('has a path that exists, or says what to do', async () => {
    const error = await caught(async () => new SqliteWarehouse(join(directory, 'no', 'such.sqlite')))
    expect(error).toMatchObject({ code: 'DATABASE_MISSING', failureType: 'config_error' })
  })
})
