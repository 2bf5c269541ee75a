import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conformanceCases, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/bigquery/index.ts'
import { openLiveTarget } from './live-target.ts'
import { openBigQueryTarget } from './target.ts'

const path = fileURLToPath(new URL('../../../secrets/bigquery.json', import.meta.url))

/** Each of these runs the cases on a double, so here some of them are enough to show that the suite itself works. */
const isLong = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''
const left = conformanceCases.filter(
  ({ name }, index) => !isLong && index % 3 !== 0 && name !== 'a record of 20 MB arrives whole',
)

testDestination({
  name: 'BigQuery, the live suite on the double,',
  open: async () => {
    const { double, config, [Symbol.asyncDispose]: close } = await openBigQueryTarget()
    const live = openLiveTarget(config)
    return {
      ...live,
      [Symbol.asyncDispose]: async () => {
        const { datasets } = double.engine.store
        expect(datasets.size).toBeGreaterThan(2)
        await live[Symbol.asyncDispose]()
        expect([...datasets.keys()]).toEqual([])
        await close()
      },
    }
  },
  lacks: destination.lacks,
  skip: Object.fromEntries(left.map(({ name }) => [name, 'LANDFALL_ALL_SCENARIOS runs it here, too'])),
})

/** Google's own service, where there is a configuration for it. */
if (existsSync(path)) {
  testDestination({
    name: 'BigQuery, live,',
    open: async () => openLiveTarget(JSON.parse(readFileSync(path, 'utf8'))),
    lacks: destination.lacks,
  })
} else {
  describe('BigQuery, live,', () => {
    it.skip('conforms (there is no `secrets/bigquery.json`)', () => undefined)
  })
}
