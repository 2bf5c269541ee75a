import { describeScenarios } from './describe-scenarios.ts'
import { postgresSuites } from './targets.ts'

for (const suite of postgresSuites) describeScenarios(suite)
