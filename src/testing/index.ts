// The door for authors who test a destination. It needs vitest.
export { type Capability, capabilities, type Lacks } from '../destination/capabilities.ts'
export { conformanceCases } from './cases/index.ts'
export { canonicalDecimal, comparableRows, type TextRow } from './compare-values.ts'
export type {
  CaseStream,
  CaseSync,
  ConformanceCase,
  ExpectedRow,
  ExpectedValue,
} from './conformance-case.ts'
export { recordLine, stateLine, statusLine } from './messages.ts'
export { caseNamespace } from './placeholders.ts'
export {
  type ConnectorRun,
  type OutputMessage,
  parseOutput,
  runCheckCommand,
  runWriteCommand,
  type WriteInput,
} from './run-connector.ts'
export {
  type ConformanceTarget,
  runCase,
  type TestDestinationOptions,
  testDestination,
} from './test-destination.ts'
export { type TestSqlGeneratorOptions, testSqlGenerator } from './test-sql-generator.ts'
