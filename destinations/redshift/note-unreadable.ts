import { DestinationError, describeStream, type StreamConfig } from 'landfall/sdk'
import { isReadable } from './select-typed-rows.ts'

/**
 * Fields whose names cannot be written as an attribute of a SUPER value: their columns stay NULL, and each gets a line in
 * the log. @throws DestinationError `CATALOG_INVALID` where rows are told apart or ordered by one
 */
export function noteUnreadable(streams: readonly StreamConfig[]): readonly string[] {
  return streams.flatMap((stream) => {
    const keys = [...stream.primaryKey, ...(stream.cursor === undefined ? [] : [stream.cursor])]
    const blocked = keys.find(({ originalName }) => !isReadable(originalName))
    if (blocked !== undefined) throw unreadableKey(stream, blocked.originalName)
    return stream.columns
      .filter(({ id }) => !isReadable(id.originalName))
      .map(
        ({ id }) =>
          `The field ${label(id.originalName)} of the stream \`${describeStream(stream.descriptor)}\` stays NULL in the column \`${id.name}\`: ${reason} ` +
          'Its value is in the raw table.',
      )
  })
}

const reason = 'Redshift reads no field of a SUPER value whose name is empty or longer than 127 bytes.'

function unreadableKey({ descriptor }: StreamConfig, key: string): DestinationError {
  return new DestinationError(
    'CATALOG_INVALID',
    `The field ${label(key)} is part of the primary key or the cursor of the stream \`${describeStream(descriptor)}\`, but ${reason} Choose another one.`,
    { stream: descriptor },
  )
}

/** Long names are long. */
function label(key: string): string {
  return key.length > 40 ? `\`${key.slice(0, 40)}…\`` : `\`${key}\``
}
