import { conformanceCases, testDestination } from 'landfall/testing'
import destination from '../../../destinations/bigquery/index.ts'
import { openWriteTarget } from './target.ts'

/** Too large for one request; the longest values become NULL, which `record-limits.test.ts` looks at. */
const tooLarge = 'a record of 20 MB arrives whole'

const isLong = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''

/**
 * Only the way into the raw table differs from load jobs, with which every case runs: here, an ordinary run
 * takes each third of them. `LANDFALL_ALL_SCENARIOS` takes all.
 */
const cases = conformanceCases
  .filter(({ name }) => name !== tooLarge)
  .filter((_, index) => isLong || index % 3 === 0)

testDestination({
  name: 'BigQuery, Storage Write API',
  open: openWriteTarget,
  lacks: destination.lacks,
  cases,
})
