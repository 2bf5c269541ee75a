import { testDestination } from 'landfall/testing'
import destination from '../../../destinations/snowflake/index.ts'
import { skippedCases, snowflakeCases } from './cases.ts'
import { openSnowflakeTarget } from './target.ts'

testDestination({
  name: 'Snowflake',
  open: openSnowflakeTarget,
  lacks: destination.lacks,
  skip: skippedCases,
  cases: snowflakeCases,
})
