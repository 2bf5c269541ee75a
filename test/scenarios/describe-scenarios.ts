import { afterAll, beforeAll, describe, it } from 'vitest'
import { runScenario, type ScenarioTarget } from './run-scenario.ts'
import { type ScenarioSuite, type ScenarioVariant, scenarioVariants } from './targets.ts'
import { hasFixtures, loadScenarios, type Scenario } from './upstream-fixtures.ts'

/** The large ones send 200,000 records, five scenarios at a time. */
const timeoutMilliseconds = 5 * 60_000

/** Registers all scenarios of the upstream suite for a destination, several at a time. */
export function describeScenarios(suite: ScenarioSuite): void {
  const title = `scenarios of the upstream suite on ${suite.name} (skipped without its data beside the checkout)`
  describe.skipIf(!hasFixtures)(title, () => {
    let shared: ScenarioTarget | undefined
    beforeAll(async () => {
      if (suite.isShared) shared = await suite.open()
    })
    afterAll(async () => {
      await shared?.[Symbol.asyncDispose]()
    })
    for (const variant of scenarioVariants) {
      describe.concurrent(variant.name, () => {
        for (const scenario of loadScenarios()) {
          const reason = whySkipped(suite, scenario, variant)
          const name = reason === undefined ? scenario.name : `${scenario.name} (${reason})`
          it.skipIf(reason !== undefined)(name, { timeout: timeoutMilliseconds }, async () => {
            const names = nextNames()
            const options = { names, config: variant.config, isTypingEnabled: variant.isTypingEnabled }
            if (shared !== undefined) return runScenario(shared, scenario, options)
            await using own = await suite.open()
            await runScenario(own, scenario, options)
          })
        }
      })
    }
  })
}

function whySkipped(suite: ScenarioSuite, scenario: Scenario, variant: ScenarioVariant): string | undefined {
  const { isTypingEnabled } = variant
  if (scenario.steps.some((step) => 'image' in step)) return 'a released connector would have to run'
  if (scenario.requires?.includes('disabled') && isTypingEnabled) return 'is about raw tables only'
  if (scenario.skipped_when?.includes('disabled') && !isTypingEnabled) return 'is about final tables'
  return suite.whyNot(scenario, variant)
}

let count = 0

/** Names that the legend of the scenarios asks for, other ones in every call. */
function nextNames() {
  count += 1
  const letters = String(count)
    .padStart(10, '0')
    .replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))
  return { namespace: `tdtest__${letters}`, name: `test__${letters}` }
}
