import { comparableRows } from 'landfall/testing'
import { describe, expect, it } from 'vitest'

describe('rows of a conformance case', () => {
  const spell = (value: Parameters<typeof comparableRows>[0][number][string], text: string | null) => {
    const { expected, actual } = comparableRows([{ value }], [{ value: text }])
    return { expected: expected[0], actual: actual[0] }
  }

  it.each([
    ['2024-01-01T00:00:00Z', '2024-01-01 02:00:00+02'],
    ['2024-01-01T00:00:00Z', '2023-12-31 19:00:00-05:00'],
    ['2024-01-01T00:00:00Z', '2024-01-01 00:00:00'],
    ['2024-01-01T00:00:00.5Z', '2024-01-01 00:00:00.500000+00'],
    ['0001-01-01T00:00:00Z', '0001-12-31 19:03:58-04:56:02 BC'],
    ['0044-03-15T00:00:00Z BC', '0044-03-15 00:00:00+00 BC'],
    ['0044-03-15T00:00:00Z BC', '0044-03-15 (BC) 00:00:00+00'],
    ['12022-01-01T00:00:00Z', '12022-01-01 00:00:00+00'],
  ])('the instant %s is %s', (instant, text) => {
    const { expected, actual } = spell({ instant }, text)
    expect(actual).toBe(expected)
  })

  it.each([
    ['2024-01-01T00:00:00Z', '2024-01-01 00:00:00.000001+00'],
    ['0001-01-01T00:00:00Z', '1901-01-01 00:00:00+00'],
    ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00+00 BC'],
    ['2024-01-01T00:00:00Z', null],
    ['2024-01-01T00:00:00Z', 'infinity'],
  ])('the instant %s is not %s', (instant, text) => {
    const { expected, actual } = spell({ instant }, text)
    expect(actual).not.toBe(expected)
  })

  it.each([
    [{ number: '1.50' }, '1.500000000', true],
    [{ number: '9007199254740993' }, '9007199254740992', false],
    [{ json: '{"a":1,"b":[1.0]}' }, '{"b": [1], "a": 1e0}', true],
    [{ json: '{"a":1}' }, '{"a":"1"}', false],
    [{ time: '23:59:59.5' }, '23:59:59.500000', true],
    [{ time: '08:15:00Z' }, '08:15:00+00', true],
    [{ time: '08:15:00+09:30' }, '08:15:00+0930', true],
    [{ time: '08:15:00' }, '08:15:00+00', false],
    [{ time: '08:15:00' }, '08:15:00.000001', false],
    [true, 't', true],
    [true, 'false', false],
    ['', null, false],
    [null, '', false],
  ])('%j and %j', (value, text, isEqual) => {
    const { expected, actual } = spell(value, text)
    expect(actual === expected).toBe(isEqual)
  })
})
