import type { DestinationError } from '../errors.ts'
import { describeNetworkError } from './network-errors.ts'
import { describeTlsError, isTlsError } from './tls-errors.ts'

/** A service behind an address of the web, and which field of the configuration says where it is. */
export type WebTarget = { readonly url: string; readonly field: string }

/**
 * Explains why a service could not be reached, or returns `undefined` where neither the network nor TLS is to
 * blame. Drivers wrap such failures in errors of their own, so the causes are looked at, too.
 */
export function describeWebError(error: unknown, { url, field }: WebTarget): DestinationError | undefined {
  const { hostname: host, protocol, port: ownPort } = new URL(url)
  const port = Number(ownPort) || (protocol === 'http:' ? 80 : 443)
  for (const cause of causesOf(error)) {
    if (isTlsError(cause)) return describeTlsError(cause, `${host}:${port}`, 'web')
    const network = describeNetworkError(cause, { host, port, hostField: field, portField: field })
    if (network !== undefined) return network
  }
  return undefined
}

/** Deep enough for any driver, and an end where somebody made a circle. */
const deepestCause = 5

function* causesOf(error: unknown): Generator<unknown> {
  let current = error
  for (let depth = 0; depth < deepestCause && typeof current === 'object' && current !== null; depth += 1) {
    yield current
    // Node collects the failures of all addresses of a name.
    if (current instanceof AggregateError) yield* current.errors
    current = 'cause' in current ? current.cause : undefined
  }
}
