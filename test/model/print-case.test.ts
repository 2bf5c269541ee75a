import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { ConformanceCase } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import { arbitrarySyncs } from './arbitrary-syncs.ts'
import { printCase } from './print-case.ts'
import { predict } from './reference-model.ts'

describe('a printed case', () => {
  it('is the case again when it is read as code', () => {
    fc.assert(
      fc.property(arbitrarySyncs, (syncs) => {
        const expected = predict(`it's "quoted"`, syncs)
        const read: unknown = runInNewContext(`(${printCase(expected)})`)
        expect(JSON.stringify(read)).toBe(JSON.stringify(expected))
      }),
      { numRuns: 50 },
    )
  })

  it('is short, however long the padding of a record is', () => {
    const lines = [`{"data":{"a":"${'x'.repeat(5000)}","b":1}}`]
    const printed = printCase({ name: 'padded', syncs: [{ streams: [], lines }] } satisfies ConformanceCase)
    expect(printed.length).toBeLessThan(300)
    expect(printed).toContain("'x'.repeat(5000)")
  })
})
