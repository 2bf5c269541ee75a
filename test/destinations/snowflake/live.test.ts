import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conformanceCases, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/snowflake/index.ts'
import { skippedCases, snowflakeCases } from './cases.ts'
import { openLiveTarget } from './live-target.ts'
import { openSnowflakeTarget } from './target.ts'

/** Where `landfall secrets` puts a connector's credentials; nothing of it is in the repository. */
const path = fileURLToPath(new URL('../../../destinations/snowflake/secrets/config.json', import.meta.url))

/** Each of these runs the cases on a double, so here some of them are enough to show that the suite itself works. */
const isLong = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''
const neverHere = new Set(Object.keys(skippedCases))
const left = [...conformanceCases, ...snowflakeCases].filter(
  ({ name }, index) =>
    !isLong && index % 3 !== 0 && name !== 'a record of 20 MB arrives whole' && !neverHere.has(name),
)

testDestination({
  name: 'Snowflake, the live suite on the double,',
  open: async () => {
    const { double, config, [Symbol.asyncDispose]: close } = await openSnowflakeTarget()
    const { catalog } = double.engine
    const before = [...catalog.schemas]
    const live = openLiveTarget(config)
    return {
      ...live,
      [Symbol.asyncDispose]: async () => {
        expect(catalog.schemas.size).toBeGreaterThan(before.length)
        await live[Symbol.asyncDispose]()
        expect([...catalog.schemas]).toEqual(before)
        expect(catalog.tables).toEqual([])
        await close()
      },
    }
  },
  lacks: destination.lacks,
  skip: {
    ...Object.fromEntries(left.map(({ name }) => [name, 'LANDFALL_ALL_SCENARIOS runs it here, too'])),
    ...skippedCases,
  },
  cases: snowflakeCases,
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
