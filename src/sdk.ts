// The door for connector authors: everything that a destination's folder may import from the framework.
export type { AirbyteScalar, AirbyteType, AirbyteTypeName } from './catalog/airbyte-type.ts'
export { createIdentifierCutter } from './catalog/identifier-cutter.ts'
export { identityNaming } from './catalog/identity-naming.ts'
export { type FinalMetaColumn, finalMetaColumns, rawColumns } from './catalog/meta-columns.ts'
export type { NamingRules } from './catalog/naming.ts'
export { parseAirbyteType, type ResolvedType, resolveUnion } from './catalog/parse-airbyte-type.ts'
export type { CatalogPlan } from './catalog/plan-catalog.ts'
export { standardName } from './catalog/standard-name.ts'
export type { Column, ColumnId, PostImportAction, StreamConfig, StreamId } from './catalog/stream-config.ts'
export { asTransient } from './connection/as-transient.ts'
export {
  filledTextField,
  flagField,
  portField,
  problem,
  readFields,
  textField,
} from './connection/config-fields.ts'
export { atStage, type ConnectionStage, connectionStages } from './connection/connection-stage.ts'
export { type ErrorRow, fill } from './connection/error-row.ts'
export {
  describeNetworkError,
  errorCode,
  type NetworkTarget,
  timeoutCode,
} from './connection/network-errors.ts'
export {
  deliveryRetryPolicy,
  pause,
  type RetryPolicy,
  type RetryRules,
  requestRetryPolicy,
  retry,
  withRetries,
} from './connection/retry.ts'
export { SshTunnel, type SshTunnelOptions } from './connection/ssh-tunnel.ts'
export {
  type SshLogin,
  type SshTunnelConfig,
  sshTunnelField,
  sshTunnelSpecification,
} from './connection/ssh-tunnel-config.ts'
export {
  missingCertificates,
  type TlsConfig,
  type TlsMode,
  tlsAttempts,
  tlsModes,
} from './connection/tls.ts'
export { describeTlsError, isTlsError } from './connection/tls-errors.ts'
export { describeWebError, type WebTarget } from './connection/web-errors.ts'
export { type Capability, capabilities, type Lacks } from './destination/capabilities.ts'
export {
  type Batching,
  type ConfigSchema,
  Destination,
  type DestinationContext,
  type DestinationWriter,
  type StreamSummary,
  type TerminalStatus,
} from './destination/destination.ts'
export { DiskRoom, describeDiskError } from './destination/disk-room.ts'
export type {
  BatchCopy,
  RawIdSequence,
  Receipt,
  RecordBatch,
  RecordVisitor,
  RejectedRecord,
} from './destination/record-batch.ts'
export type { RecordLimits } from './destination/record-limits.ts'
export type { RightsNeeded, Row, TableDescription, Warehouse } from './destination/warehouse.ts'
export { DestinationError, type DestinationErrorOptions, type ErrorCode, type FailureType } from './errors.ts'
export { type Logger, silentLogger } from './logger.ts'
export { CleanBlocks } from './protocol/clean-blocks.ts'
export { JsonNumber, type JsonObject, type JsonValue, parseJson } from './protocol/json-value.ts'
export {
  type ConnectorSpecification,
  describeStream,
  type RecordChange,
  type StreamDescriptor,
} from './protocol/messages.ts'
export type { ConfiguredCatalog, ConfiguredStream } from './protocol/parse-catalog.ts'
export { type Member, membersOf, needsSanitizing, sanitizeJson, storedKey } from './protocol/sanitize-json.ts'
export { decodeString, isValidJson } from './protocol/scan-json.ts'
export {
  copyWords,
  skipBalanced,
  skipText,
  startsWith,
  type ViewedBytes,
  viewOf,
  withView,
} from './protocol/skip-balanced.ts'
export { BaseSqlGenerator } from './sql/base-sql-generator.ts'
export { withSuffix } from './sql/identifiers.ts'
export type { LeasesDialect } from './sql/leases-table.ts'
export {
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  sql,
} from './sql/sql.ts'
export {
  type BaseSqlGeneratorOptions,
  cdcDeletedAtKey,
  type FinalTableLayout,
  type MetaColumnTypes,
  markPrefix,
  type RawRows,
} from './sql/sql-dialect.ts'
export type {
  CdcDeletionMode,
  ColumnTypes,
  CreateTableOptions,
  RawTableSuffix,
  SqlGenerator,
  TableName,
  TargetContents,
} from './sql/sql-generator.ts'
export { SqlDestination, type SqlSettings } from './typing/sql-destination.ts'
export { TableLeases } from './typing/table-leases.ts'
export { Turns } from './util/turns.ts'
