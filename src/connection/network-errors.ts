import { DestinationError, type FailureType } from '../errors.ts'
import { atStage, type ConnectionStage } from './connection-stage.ts'

/** What cannot be reached, and which fields of the configuration say where it is. */
export type NetworkTarget = {
  readonly host: string
  readonly port: number
  /** Names of fields, for example `host`, or `tunnel_host` for the jump server of a tunnel. */
  readonly hostField: string
  readonly portField: string
}

/** Explains why a host could not be reached, or returns `undefined` where the network is not to blame. */
export function describeNetworkError(error: unknown, target: NetworkTarget): DestinationError | undefined {
  const code = errorCode(error)
  const rule = networkRules.find(({ codes }) => codes.includes(code))
  if (rule === undefined) return undefined
  return new DestinationError('CONNECTION_FAILED', atStage(rule.stage, rule.explain(target)), {
    cause: error,
    detail: [code, error instanceof Error ? error.message : ''].filter(Boolean).join(': '),
    failureType: rule.failureType,
  })
}

/** Node's or the server's code of an error; an empty text where it has none. */
export function errorCode(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  return hasCode && typeof error.code === 'string' ? error.code : ''
}

/** The code of errors that this connector makes where nothing answered in time. */
export const timeoutCode = 'ETIMEDOUT'

export type NetworkRule = {
  readonly codes: readonly string[]
  readonly stage: ConnectionStage
  readonly failureType?: FailureType
  readonly explain: (target: NetworkTarget) => string
}

const at = ({ host, port }: NetworkTarget) => `\`${host}:${port}\``

/** Node's system errors: https://nodejs.org/api/errors.html#common-system-errors */
export const networkRules: readonly NetworkRule[] = [
  {
    codes: ['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA'],
    stage: 'name resolution',
    explain: ({ host, hostField }) =>
      `No address is known for the host \`${host}\`. Check the spelling of \`${hostField}\`.`,
  },
  {
    codes: ['EAI_AGAIN', 'EAI_FAIL'],
    stage: 'name resolution',
    failureType: 'transient_error',
    explain: ({ host, hostField }) =>
      `The name service did not answer for the host \`${host}\`. Check \`${hostField}\` and the network's DNS.`,
  },
  {
    codes: ['ECONNREFUSED'],
    stage: 'TCP',
    explain: (target) =>
      `Nothing accepts connections at ${at(target)}. Check ${fields(target)}, and that the server listens there.`,
  },
  {
    codes: [timeoutCode],
    stage: 'TCP',
    explain: (target) =>
      `${at(target)} did not answer in time. Check ${fields(target)}, and that firewalls let this machine in.`,
  },
  {
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'],
    stage: 'TCP',
    explain: (target) =>
      `The network has no way to ${at(target)}, so it did not answer in time. Check ${fields(target)}, routes and firewalls.`,
  },
  {
    codes: ['EACCES', 'EPERM'],
    stage: 'TCP',
    explain: (target) =>
      `This machine's own rules forbid connections to ${at(target)}. Allow them in its firewall or its network policy.`,
  },
  {
    codes: ['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS'],
    stage: 'TCP',
    failureType: 'transient_error',
    explain: (target) =>
      `This machine has no socket left for a connection to ${at(target)}. Close other programs' connections, then try again.`,
  },
]

const fields = ({ hostField, portField }: NetworkTarget) => `\`${hostField}\` and \`${portField}\``
