// The door for those who build a connector: the base classes and the way to run one.
export { loadDeclarativeDestination } from './declarative/create-destination.ts'
export {
  type ConfigSchema,
  Destination,
  type DestinationContext,
  type DestinationWriter,
  type StreamSummary,
  type TerminalStatus,
} from './destination/destination.ts'
export type { RawIdSequence, Receipt, RecordBatch, RecordVisitor } from './destination/record-batch.ts'
export type { Warehouse } from './destination/warehouse.ts'
export { DestinationError, type ErrorCode, type FailureType } from './errors.ts'
export type { Logger } from './logger.ts'
export { type ConnectorSpecification, describeStream, type StreamDescriptor } from './protocol/messages.ts'
export { runDestination } from './run.ts'
export { SqlDestination, type SqlSettings } from './typing/sql-destination.ts'
