import { conformanceCases, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import { openDuckDbTarget } from '../destinations/duckdb/target.ts'

describe('the conformance suite', () => {
  it('refuses to skip a case that does not exist, so that a renamed case is not skipped by nobody', () => {
    const options = { name: 'any', open: openDuckDbTarget, skip: { 'no such case': 'a reason' } }
    expect(() => testDestination(options)).toThrow('`skip` names `no such case`')
  })

  it('has a name of its own for every case', () => {
    const names = conformanceCases.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(conformanceCases)('$name: expects something', ({ syncs }) => {
    const expectations = syncs.filter(
      ({ final, rawCounts, columns, states, exitCode }) =>
        [final, rawCounts, columns, states].some((part) => Object.keys(part ?? {}).length > 0) ||
        exitCode !== undefined,
    )
    expect(expectations).not.toEqual([])
  })
})
