import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Difference, rules } from './differences.ts'
import { observeRows } from './observe-rows.ts'
import { observeValues, valueStream } from './observe-values.ts'
import { renderPage } from './render-page.ts'
import { columnTypes, type DestinationName, names, type Observation, openTarget } from './targets.ts'

type Observations = {
  readonly values: readonly Observation[]
  readonly looks: readonly Observation[]
  readonly columns: ReadonlyMap<string, string>
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const observed = new Map<DestinationName, Observations>()

async function observe(name: DestinationName): Promise<void> {
  await using target = await openTarget[name]()
  const values = await observeValues(target)
  const looks = await observeRows(target)
  const own = Object.keys(valueStream.properties).filter((key) => key !== 'id')
  const types = columnTypes(target, valueStream)
  const columns = new Map(own.map((key) => [key, types.get(key) ?? types.get(key.toUpperCase()) ?? '']))
  observed.set(name, { values, looks, columns })
}

function observationsOf(name: DestinationName): Observations {
  const found = observed.get(name)
  if (found === undefined) throw new Error(`${name} was not observed`)
  return found
}

beforeAll(async () => {
  await Promise.all(names.map(observe))
}, 300_000)

describe('the four destinations', () => {
  it.each(['values', 'looks'] as const)(
    'differ in %s only where a rule says so, and there always',
    (kind) => {
      const isRows = kind === 'looks'
      const listed = rules
        .flatMap(({ differences }) => differences)
        .filter(({ subject }) => (subject === 'rows') === isRows)
      expect(findDifferences(kind).map(line).toSorted()).toEqual(listed.map(line).toSorted())
    },
  )

  it('agree on most of what was sent', () => {
    const { values } = observationsOf('DuckDB')
    expect(values.some(({ answer }) => answer === 'no row')).toBe(false)
    expect(findDifferences('values').length).toBeLessThan(values.length / 2)
  })
})

describe('the reviewed list', () => {
  it.each(rules.flatMap(({ title, stated }) => stated.map((place) => ({ title, ...place }))))(
    '$title: $page says "$words"',
    ({ page, words }) => {
      const text = readFileSync(`${root}${page}`, 'utf8').replace(/\s+/g, ' ')
      expect(text).toContain(words)
    },
  )

  it.each(rules)(
    '$title: names every destination that answers otherwise than the others',
    ({ differences }) => {
      for (const { answers } of differences) expect(new Set(Object.values(answers)).size).toBeGreaterThan(1)
    },
  )

  it('is the page that users read', async () => {
    const [BigQuery, DuckDB, PostgreSQL, Snowflake] = [
      observationsOf('BigQuery').columns,
      observationsOf('DuckDB').columns,
      observationsOf('PostgreSQL').columns,
      observationsOf('Snowflake').columns,
    ]
    const { values, looks } = observationsOf('DuckDB')
    const page = renderPage({
      rules,
      columns: { BigQuery, DuckDB, PostgreSQL, Snowflake },
      probes: { values: values.length, looks: looks.length },
    })
    await expect(page).toMatchFileSnapshot(`${root}docs/reference/differences.md`)
  })
})

function findDifferences(kind: 'values' | 'looks'): readonly Difference[] {
  const answers = names.map((name) => observationsOf(name)[kind])
  return observationsOf('DuckDB')[kind].flatMap(({ subject, sent }, index) => {
    const each = Object.fromEntries(names.map((name, at) => [name, answers[at]?.[index]?.answer ?? '']))
    const isSame = new Set(Object.values(each)).size === 1
    return isSame ? [] : [{ subject, sent, answers: each as Difference['answers'] }]
  })
}

/** As it stands in the list, so that a failure can be copied from. */
function line({ subject, sent, answers }: Difference): string {
  return [subject, sent, ...names.map((name) => answers[name])].join(' | ')
}
