import { DestinationError, describeStream, isValidJson, type RecordBatch, type TableName } from 'landfall/sdk'
import { classifyPostgresError } from './errors.ts'
import type { ServerError } from './known-error.ts'

/** Names the stream and, where the server or the data themselves tell, the record that a COPY failed on. */
export function classifyLoadError(error: unknown, table: TableName, batch: RecordBatch): DestinationError {
  if (DestinationError.is(error)) return error
  const { descriptor } = batch.stream
  const activity = `Loading ${batch.count} records of \`${describeStream(descriptor)}\` into \`${table.namespace}.${table.name}\``
  const classified = classifyPostgresError(error, activity)
  const row = classified.code === 'DATA_REFUSED' ? findRow(error, table, batch) : undefined
  const message =
    row === undefined
      ? classified.message
      : `${classified.message} ${describeRow(row, batch)} Correct it in the source.`
  const { code, detail, cause, failureType } = classified
  const recordIndex = row === undefined ? undefined : row - 1
  return new DestinationError(code, message, { stream: descriptor, detail, cause, failureType, recordIndex })
}

/** The number of the record, counted from 1, as the server counts lines of a COPY. */
function findRow(error: unknown, table: TableName, batch: RecordBatch): number | undefined {
  const context: ServerError | undefined = error instanceof Error ? error : undefined
  // The word for "line" is in the server's language, but a table's name is not: what follows it is the number.
  const prefix = `COPY ${table.name}, `
  const place = context?.where?.split('\n').find((line) => line.startsWith(prefix))
  const row = Number(/\d+/.exec(place?.slice(prefix.length) ?? '')?.[0])
  return row >= 1 && row <= batch.count ? row : undefined
}

function describeRow(row: number, batch: RecordBatch): string {
  let isJson = true
  batch.visit((index, block, start, end) => {
    if (index === row - 1) isJson = isValidJson(block, start, end)
  })
  return `It is record ${row} of the batch, ${isJson ? 'which is valid JSON but nothing that jsonb can hold.' : 'which is not valid JSON.'}`
}
