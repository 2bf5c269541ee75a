import { DestinationError } from '../errors.ts'
import { describeStream } from '../protocol/messages.ts'
import type { ConfiguredStream } from '../protocol/parse-catalog.ts'
import { resolveUnion } from './parse-airbyte-type.ts'
import type { Column, ColumnId } from './stream-config.ts'

/**
 * The columns by which a stream is deduplicated, each once. Unlike the Java framework's, they are the
 * columns as they are called after collisions were resolved. Throws `CATALOG_INVALID`.
 */
export function planPrimaryKey(stream: ConfiguredStream, columns: readonly Column[]): readonly ColumnId[] {
  if (stream.primaryKey.length === 0) {
    throw invalid(
      stream,
      `is deduplicated, but has no primary key`,
      'Choose a primary key, or a sync mode without deduping',
    )
  }
  return [...new Set(stream.primaryKey.map((path) => findColumn(stream, 'primary key', path, columns)))]
}

/** The column that says which of two rows is newer; undefined where the catalog names none. */
export function planCursor(stream: ConfiguredStream, columns: readonly Column[]): ColumnId | undefined {
  return stream.cursorField.length === 0
    ? undefined
    : findColumn(stream, 'cursor', stream.cursorField, columns)
}

/** A warning where the cursor is kept as JSON, in whose order numbers may stand as texts do. */
export function describeCursor(stream: ConfiguredStream, columns: readonly Column[]): string | undefined {
  const column = columns.find(({ id }) => id.originalName === stream.cursorField[0])
  if (column === undefined || !jsonTypes.has(resolveUnion(column.type).type)) return undefined
  return (
    `The cursor \`${column.id.originalName}\` of the stream \`${describeStream(stream.descriptor)}\` has no type of its own in the catalog. ` +
    'Most warehouses compare its values as texts, in which 9 is newer than 10. Where it holds numbers, choose another cursor, or correct its type at the source.'
  )
}

const jsonTypes: ReadonlySet<string> = new Set(['unknown', 'unsupported_one_of', 'struct', 'array'])

/** For streams that only append: nothing depends on the cursor, so one that does not resolve is no error. */
export function findCursor(stream: ConfiguredStream, columns: readonly Column[]): ColumnId | undefined {
  const [key] = stream.cursorField
  return stream.cursorField.length === 1 ? columnOf(key, columns) : undefined
}

function findColumn(
  stream: ConfiguredStream,
  role: 'primary key' | 'cursor',
  path: readonly string[],
  columns: readonly Column[],
): ColumnId {
  const field = path.join('.')
  if (path.length !== 1) {
    throw invalid(stream, `has the nested ${role} \`${field}\``, `Choose a top-level field as the ${role}`)
  }
  const id = columnOf(field, columns)
  if (id !== undefined) return id
  throw invalid(
    stream,
    `has the ${role} \`${field}\`, which is not among its fields`,
    `Select the field, or choose another ${role}`,
  )
}

function columnOf(key: string | undefined, columns: readonly Column[]): ColumnId | undefined {
  return columns.find((column) => column.id.originalName === key)?.id
}

function invalid({ descriptor }: ConfiguredStream, what: string, next: string): DestinationError {
  return new DestinationError(
    'CATALOG_INVALID',
    `The stream \`${describeStream(descriptor)}\` ${what}. ${next} in the connection.`,
    { stream: descriptor },
  )
}
