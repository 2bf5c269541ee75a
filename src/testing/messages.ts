import type { StreamDescriptor, StreamStatus } from '../protocol/messages.ts'

/** Lines of input, as a platform would send them. Values are put in as JSON text where digits matter. */

export type RecordOptions = {
  readonly emittedAt?: number
  /** JSON text of `meta.changes`. */
  readonly changes?: string
}

/** A RECORD line. `data` is JSON text, sent as it is, or an object. */
export function recordLine(
  stream: StreamDescriptor,
  data: string | object,
  options: RecordOptions = {},
): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  const meta = options.changes === undefined ? '' : `,"meta":{"changes":${options.changes}}`
  const names = JSON.stringify({ stream: stream.name, namespace: stream.namespace }).slice(1, -1)
  return `{"type":"RECORD","record":{${names},"emitted_at":${options.emittedAt ?? 1_700_000_000_000},"data":${text}${meta}}}`
}

/** A STREAM state with the platform's `id`. */
export function stateLine(stream: StreamDescriptor, id: number, recordCount: number): string {
  return JSON.stringify({
    type: 'STATE',
    state: {
      type: 'STREAM',
      stream: { stream_descriptor: names(stream), stream_state: { position: id } },
      sourceStats: { recordCount },
      id,
    },
  })
}

/** A stream's terminal status. */
export function statusLine(stream: StreamDescriptor, status: StreamStatus = 'COMPLETE'): string {
  const trace = {
    type: 'STREAM_STATUS',
    emitted_at: 1,
    stream_status: { stream_descriptor: names(stream), status },
  }
  return JSON.stringify({ type: 'TRACE', trace })
}

/** Nothing but the names, since a stream of a case has more. */
function names({ name, namespace }: StreamDescriptor): StreamDescriptor {
  return { name, namespace }
}
