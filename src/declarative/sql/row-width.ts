import { resolveUnion } from '../../catalog/parse-airbyte-type.ts'
import type { StreamConfig } from '../../catalog/stream-config.ts'
import { DestinationError } from '../../errors.ts'
import { describeStream } from '../../protocol/messages.ts'
import type { ColumnKind } from '../manifest.ts'

/** Bytes of a row in a page of 16 KiB. https://mariadb.com/kb/en/innodb-limitations/#limitations-on-size */
export const innodbRowBytes = 8126

/** Of a long text, as many bytes may stay in the row, and one that says how many. */
const longBytes = 41

/** Most bytes that a value takes in the row itself. */
const inlineBytes: Readonly<Record<ColumnKind, number>> = {
  string: longBytes,
  struct: longBytes,
  array: longBytes,
  unsupported_one_of: longBytes,
  unknown: longBytes,
  time_with_timezone: longBytes,
  number: 17,
  integer: 8,
  boolean: 1,
  date: 3,
  time_without_timezone: 6,
  timestamp_without_timezone: 8,
  timestamp_with_timezone: 8,
}

/** Airbyte's own columns, the row's header, and one bit per column for NULL. */
const frameBytes = (columns: number) => 37 + 8 + longBytes + 8 + 24 + Math.ceil(columns / 8)

/**
 * A table that could not hold a row of its columns would take short values for a while, and then fail for good.
 * @throws DestinationError `CATALOG_INVALID`
 */
export function assertRowFits(stream: StreamConfig, maximumBytes: number): void {
  const { columns, descriptor } = stream
  const widths = columns.map(({ type }) => inlineBytes[resolveUnion(type).type])
  const bytes = widths.reduce((sum, width) => sum + width, frameBytes(columns.length))
  if (bytes <= maximumBytes) return
  const texts = widths.filter((width) => width === longBytes).length
  throw new DestinationError(
    'CATALOG_INVALID',
    `The stream \`${describeStream(descriptor)}\` has ${columns.length} fields, ${texts} of them texts or JSON. A row of them may need ${bytes} bytes beside what is long, and a row of this server has ${maximumBytes}. ` +
      'Select fewer fields in the connection, or switch final tables off in the configuration.',
    { stream: descriptor },
  )
}
