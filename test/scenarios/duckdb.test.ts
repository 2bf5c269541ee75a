import { describeScenarios } from './describe-scenarios.ts'
import { duckDbSuite } from './targets.ts'

describeScenarios(duckDbSuite)
