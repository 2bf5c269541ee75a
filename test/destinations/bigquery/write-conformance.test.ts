import { testDestination } from 'landfall/testing'
import destination from '../../../destinations/bigquery/index.ts'
import { openWriteTarget } from './target.ts'

testDestination({
  name: 'BigQuery, Storage Write API',
  open: openWriteTarget,
  lacks: destination.lacks,
  skip: {
    'a record of 20 MB arrives whole':
      'a request of the Storage Write API has up to 10 MB; the longest values become NULL',
  },
})
