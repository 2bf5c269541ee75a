import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresRecordLimits } from '../../../destinations/postgres/record-limits.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const digits = (count: number) => '1'.repeat(count)

const numbers = [
  '0',
  '-0.0',
  '12345678901234567890.123',
  '1e131071',
  '1e131072',
  '-1E131072',
  '9.9e131071',
  '99e131071',
  '10e131071',
  '0.1e131072',
  '0.1e131073',
  '0.001e131074',
  '0.001e+131075',
  '1e-16383',
  '1e-16384',
  '1.5e-16383',
  '1.0e-16382',
  '100e-16385',
  '0e200000',
  '0e-20000',
  '1e999999999999',
  '0e999999999999',
  '0e-999999999999',
  `0.${digits(16_383)}`,
  `0.${digits(16_384)}`,
  digits(131_072),
  digits(131_073),
]

describe.each(postgresVersions)('the limits of jsonb, PostgreSQL %s', (version) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase(version)
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  const isTaken = async (json: string) => {
    try {
      await database.query(`SELECT '${json}'::jsonb IS NULL`)
      return true
    } catch {
      // What the server says about it is not what is asked here.
      return false
    }
  }

  it.each(numbers)('a number is accepted where the server accepts it: %.30s', async (number) => {
    expect(postgresRecordLimits.acceptsNumber(number)).toBe(await isTaken(`[${number}]`))
  })

  it('the safe depth is one that the server takes', async () => {
    const depth = postgresRecordLimits.safeDepth
    expect(await isTaken('['.repeat(depth) + ']'.repeat(depth))).toBe(true)
    expect(await isTaken('['.repeat(depth * 50) + ']'.repeat(depth * 50))).toBe(false)
  })
})
