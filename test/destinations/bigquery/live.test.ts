import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conformanceCases, runCase, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/bigquery/index.ts'
import { openLiveTarget } from './live-target.ts'
import { openBigQueryTarget } from './target.ts'

const path = fileURLToPath(new URL('../../../secrets/bigquery.json', import.meta.url))

describe('the live suite', () => {
  it('runs anywhere, here on the double, and leaves nothing behind', async () => {
    await using target = await openBigQueryTarget()
    const conformanceCase = conformanceCases.find(
      ({ name }) => name === 'a bad value costs one value, and says so',
    )
    if (conformanceCase === undefined) throw new Error('the case is called something else now')
    {
      await using live = openLiveTarget(target.config)
      await runCase(live, conformanceCase, `${live.namespacePrefix}case_0`)
      expect([...target.double.engine.store.datasets.keys()]).toHaveLength(2)
    }
    expect([...target.double.engine.store.datasets.keys()]).toEqual([])
  })
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
