import { conformanceCases, testDestination } from 'landfall/testing'
import destination from '../../../destinations/bigquery/index.ts'
import { openWriteTarget } from './target.ts'

const isLong = (process.env.LANDFALL_ALL_SCENARIOS ?? '') !== ''

/** Only the way into the raw table differs from load jobs, with which every case runs. */
const elsewhere = conformanceCases.filter((_, index) => !isLong && index % 3 !== 0)

testDestination({
  name: 'BigQuery, Storage Write API',
  open: openWriteTarget,
  lacks: destination.lacks,
  skip: {
    ...Object.fromEntries(
      elsewhere.map(({ name }) => [name, 'runs with load jobs; LANDFALL_ALL_SCENARIOS runs it here, too']),
    ),
    'a record of 20 MB arrives whole':
      'a request of the Storage Write API has up to 10 MB; the longest values become NULL',
  },
})
