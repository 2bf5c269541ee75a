import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { conformanceCases, runCase, testDestination } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import destination from '../../../destinations/redshift/index.ts'
import { openLiveTarget } from './live-target.ts'
import { openRedshiftTarget } from './target.ts'

/** Where `landfall secrets` puts a connector's credentials; nothing of it is in the repository. */
const path = fileURLToPath(new URL('../../../destinations/redshift/secrets/config.json', import.meta.url))

describe('the live suite', () => {
  it('runs anywhere, here on the double, and leaves nothing behind', async () => {
    await using target = await openRedshiftTarget()
    const schemas = async () =>
      (await target.double.database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'landfall%'"))
        .length
    {
      await using live = openLiveTarget(target.config)
      const chosen = conformanceCases.filter(
        ({ name }, index) => index === 0 || name === 'a bad value costs one value, and says so',
      )
      expect(chosen.length).toBe(2)
      for (const [index, one] of chosen.entries())
        await runCase(live, one, `${live.namespacePrefix}case_${index}`)
      expect(await schemas()).toBeGreaterThan(0)
    }
    expect(await schemas()).toBe(0)
    expect([...target.double.s3.objects.keys()]).toEqual([])
  })
})

/** An account of Amazon's own service, where there is a configuration for it. */
if (existsSync(path)) {
  testDestination({
    name: 'Redshift, a real cluster',
    open: async () => openLiveTarget(JSON.parse(readFileSync(path, 'utf8'))),
    lacks: destination.lacks,
  })
} else {
  describe('Redshift, a real cluster', () => {
    it.skip('conforms (no credentials in destinations/redshift/secrets/config.json)', () => {})
  })
}
