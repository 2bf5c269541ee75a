import { describe, expect, it } from 'vitest'
import { readFlag } from '../../src/typing/gather-facts.ts'
import { caught } from '../support/caught.ts'

describe('an answer of true or false', () => {
  it.each([
    [true, true],
    [1, true],
    [1n, true],
    [false, false],
    [0, false],
    [0n, false],
  ])('may be spelled %s', (value, expected) => {
    expect(readFlag({ is_empty: value }, 'is_empty')).toBe(expected)
  })

  it.each([undefined, null, 't', 'false', 2])('is never guessed from %s', async (value) => {
    const error = await caught(async () => readFlag({ is_empty: value }, 'is_empty'))
    expect(error.message).toContain('`is_empty`')
  })

  it('is missed where there is no row', () => {
    expect(() => readFlag(undefined, 'is_empty')).toThrow('undefined')
  })
})
