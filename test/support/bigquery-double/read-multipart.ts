import type { IncomingMessage } from 'node:http'
import type { JobRequest } from './jobs.ts'

/** The two parts of an upload: the job as JSON, and the rows. */
export function readMultipart(
  request: IncomingMessage,
  body: Buffer,
): { readonly metadata: JobRequest; readonly content: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1]
  if (boundary === undefined) throw new Error('an upload without a boundary')
  const [metadata, content] = readParts(body, Buffer.from(`--${boundary}`))
  if (metadata === undefined || content === undefined) throw new Error('an upload of less than two parts')
  return { metadata: JSON.parse(metadata.toString()), content }
}

function readParts(body: Buffer, delimiter: Buffer): readonly Buffer[] {
  const parts: Buffer[] = []
  for (let start = body.indexOf(delimiter); start !== -1; ) {
    const next = body.indexOf(delimiter, start + delimiter.length)
    if (next === -1) break
    const part = body.subarray(start + delimiter.length, next)
    // A line break before the next delimiter belongs to it.
    parts.push(part.subarray(part.indexOf('\r\n\r\n') + 4, part.length - 2))
    start = next
  }
  return parts
}
