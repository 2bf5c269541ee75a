import { testDestination } from 'landfall/testing'
import { openDuckDbTarget } from './target.ts'

testDestination({ name: 'DuckDB', open: openDuckDbTarget })
