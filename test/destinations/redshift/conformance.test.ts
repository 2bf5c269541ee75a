import { testDestination } from 'landfall/testing'
import destination from '../../../destinations/redshift/index.ts'
import { openRedshiftTarget } from './target.ts'

testDestination({ name: 'Redshift', open: openRedshiftTarget, lacks: destination.lacks })
