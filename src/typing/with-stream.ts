import type { StreamConfig } from '../catalog/stream-config.ts'
import { DestinationError, toDestinationError } from '../errors.ts'

/** Names the stream in whatever goes wrong. */
export async function withStream<Result>(
  stream: StreamConfig,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    const failure = toDestinationError(error)
    if (failure.stream !== undefined) throw failure
    throw new DestinationError(failure.code, failure.message, {
      stream: stream.descriptor,
      cause: failure.cause ?? failure,
      detail: failure.detail,
      failureType: failure.failureType,
    })
  }
}
