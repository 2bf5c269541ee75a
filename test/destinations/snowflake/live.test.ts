import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ConformanceCase, conformanceCases, runCase, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/snowflake/index.ts'
import { skippedCases, snowflakeCases } from './cases.ts'
import { openLiveTarget } from './live-target.ts'
import { openSnowflakeTarget } from './target.ts'

/** Where `landfall secrets` puts a connector's credentials; nothing of it is in the repository. */
const path = fileURLToPath(new URL('../../../destinations/snowflake/secrets/config.json', import.meta.url))

describe('the live suite', () => {
  it('runs anywhere, here on the double, and leaves nothing behind', async () => {
    await using target = await openSnowflakeTarget()
    const { catalog } = target.double.engine
    const before = [...catalog.schemas]
    {
      await using live = openLiveTarget(target.config)
      const names = ['a bad value costs one value, and says so', 'every type is typed, from strings as well']
      const chosen = conformanceCases.filter(({ name }, index) => index === 0 || names.includes(name))
      expect(chosen.length).toBeGreaterThan(1)
      for (const [index, one] of chosen.entries())
        await runCase(live, one satisfies ConformanceCase, `${live.namespacePrefix}case_${index}`)
      expect(catalog.schemas.size).toBeGreaterThan(before.length)
    }
    expect([...catalog.schemas]).toEqual(before)
    expect(catalog.tables).toEqual([])
  })
})

/** An account of Snowflake's own service, where there is a configuration for it. */
if (existsSync(path)) {
  testDestination({
    name: 'Snowflake, a real account',
    open: async () => openLiveTarget(JSON.parse(readFileSync(path, 'utf8'))),
    lacks: destination.lacks,
    skip: skippedCases,
    cases: snowflakeCases,
  })
} else {
  describe('Snowflake, a real account', () => {
    it.skip('conforms (no credentials in destinations/snowflake/secrets/config.json)', () => {})
  })
}
