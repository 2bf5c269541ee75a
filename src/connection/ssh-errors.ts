import { DestinationError } from '../errors.ts'
import type { ConnectionStage } from './connection-stage.ts'
import { type ErrorRow, errorOfRow, fill } from './error-row.ts'
import { describeNetworkError, timeoutCode } from './network-errors.ts'
import type { SshTunnelConfig } from './ssh-tunnel-config.ts'

/** What the driver says about a failure, in the parts that tell failures apart. */
type SshFailure = {
  readonly message: string
  /** The driver's word for where it failed. */
  readonly level: string
  /** Of RFC 4254, section 5.1, for a forward that was refused. */
  readonly reason: unknown
  readonly login: SshTunnelConfig['login']['kind'] | undefined
}

export type SshErrorRow = ErrorRow & {
  readonly stage: ConnectionStage
  /** Absent for failures that this connector finds itself. */
  readonly applies?: (failure: SshFailure) => boolean
}

const isKeyProblem = ({ message }: SshFailure) => /^Cannot parse privateKey|privateKey value/.test(message)
const isAboutPassphrase = ({ message }: SshFailure) =>
  /passphrase|decrypt|integrity|interrupted or cancelled/i.test(message)
const isRefused = ({ level }: SshFailure) => level === 'client-authentication'

/** RFC 4254, section 5.1. */
const administrativelyProhibited = 1

/** A key that cannot be used, wherever the text is read. */
const keyErrors = {
  undecipherable: {
    name: 'key not decrypted',
    applies: isAboutPassphrase,
    code: 'CONFIG_INVALID',
    stage: 'SSH login',
    sentence: 'The private key in `ssh_key` could not be decrypted.',
    remedy: 'Check `ssh_key_password`.',
  },
  unreadable: {
    name: 'key not readable',
    code: 'CONFIG_INVALID',
    stage: 'SSH login',
    sentence: 'The text in `ssh_key` is not a private key that can be read.',
    remedy: 'Give an RSA, ECDSA or Ed25519 key in OpenSSH or PEM format, with its BEGIN and END lines.',
  },
} as const satisfies { readonly [name: string]: SshErrorRow }

/** The first match counts. */
const loginErrors: readonly SshErrorRow[] = [
  {
    name: 'login refused (key)',
    applies: (failure) => isRefused(failure) && failure.login === 'key',
    code: 'LOGIN_FAILED',
    stage: 'SSH login',
    sentence: 'The SSH server at {jumpServer} refused the user `{user}`.',
    remedy: "Check `tunnel_user` and `ssh_key`, and that the public key is in that user's `authorized_keys`.",
  },
  {
    name: 'login refused (password)',
    applies: isRefused,
    code: 'LOGIN_FAILED',
    stage: 'SSH login',
    sentence: 'The SSH server at {jumpServer} refused the user `{user}`.',
    remedy: 'Check `tunnel_user` and `tunnel_user_password`.',
  },
  {
    name: 'no common algorithm',
    applies: ({ message }) => /no matching/.test(message),
    code: 'CONNECTION_FAILED',
    stage: 'SSH login',
    sentence: 'The SSH server at {jumpServer} and this connector have no algorithm in common: {said}.',
    remedy:
      "Allow a usual one in the SSH server's configuration (`KexAlgorithms`, `Ciphers`, `HostKeyAlgorithms`).",
  },
  {
    name: 'no SSH server',
    applies: ({ message }) => /identification string/.test(message),
    code: 'CONNECTION_FAILED',
    stage: 'SSH login',
    sentence: 'What answers at {jumpServer} does not speak SSH: {said}.',
    remedy: 'Check `tunnel_host` and `tunnel_port`.',
  },
  {
    name: 'connection ended before the handshake',
    applies: ({ message }) => /lost before handshake/.test(message),
    code: 'CONNECTION_FAILED',
    failureType: 'transient_error',
    stage: 'SSH login',
    sentence: 'What answers at {jumpServer} ended the connection before the SSH handshake.',
    remedy:
      'Check `tunnel_host` and `tunnel_port`; an SSH server does so when too many log in at once (`MaxStartups`) or where it has blocked this machine.',
  },
  {
    name: 'no login in time',
    applies: ({ level }) => level === 'client-timeout',
    code: 'CONNECTION_FAILED',
    failureType: 'transient_error',
    stage: 'SSH login',
    sentence: 'The SSH server at {jumpServer} did not finish the login in time.',
    remedy: "Check `tunnel_host` and `tunnel_port`, and the SSH server's log.",
  },
]

const unknownLoginError: SshErrorRow = {
  name: 'no session',
  code: 'CONNECTION_FAILED',
  failureType: 'transient_error',
  stage: 'SSH login',
  sentence: 'No SSH session with {jumpServer} came about: {said}.',
  remedy: "Check `tunnel_host` and `tunnel_port`, and the SSH server's log.",
}

const otherHostKey: SshErrorRow = {
  name: 'another host key',
  code: 'LOGIN_FAILED',
  stage: 'SSH login',
  sentence: 'The SSH server at {jumpServer} shows the host key `{shown}`, but `{expected}` is expected.',
  remedy:
    'If its key was changed on purpose, correct `tunnel_host_fingerprint`; otherwise something may stand between.',
}

const forbiddenForward: SshErrorRow = {
  name: 'forwarding forbidden',
  applies: ({ reason }) => reason === administrativelyProhibited,
  code: 'CONNECTION_FAILED',
  stage: 'port forward',
  sentence: 'The SSH server at {jumpServer} does not allow forwarding to {place}.',
  remedy: 'Allow it there (`AllowTcpForwarding`, `PermitOpen`).',
}

const failedForward: SshErrorRow = {
  name: 'database out of reach',
  code: 'CONNECTION_FAILED',
  stage: 'port forward',
  sentence: 'The SSH server at {jumpServer} cannot reach {place}: {said}.',
  remedy: 'Check `host` and `port`, which are as the SSH server sees them.',
}

const brokenTunnel: SshErrorRow = {
  name: 'tunnel broken',
  code: 'SERVER_UNAVAILABLE',
  stage: 'port forward',
  sentence: 'The SSH tunnel through {jumpServer} broke, at the stage port forward.',
  remedy:
    'The next attempt will open it again; if this goes on, look at the log of the SSH server and at the network in between.',
}

/** Beside those of the network, with `tunnel_host` and `tunnel_port` as the fields. */
export const sshErrors: readonly SshErrorRow[] = [
  keyErrors.undecipherable,
  keyErrors.unreadable,
  ...loginErrors,
  otherHostKey,
  unknownLoginError,
  forbiddenForward,
  failedForward,
  brokenTunnel,
]

/** Says why a jump server could not be reached or did not let us in. */
export function describeSshError(
  error: unknown,
  config: SshTunnelConfig,
  stage: 'TCP' | 'SSH login',
): DestinationError {
  if (DestinationError.is(error)) return error
  const failure = readFailure(error, config)
  if (isKeyProblem(failure)) return describeKeyError(error)
  const target = { host: config.host, port: config.port, hostField: 'tunnel_host', portField: 'tunnel_port' }
  const hasNoAnswer = failure.level === 'client-timeout' && stage === 'TCP'
  const network = describeNetworkError(hasNoAnswer ? { code: timeoutCode } : error, target)
  if (network !== undefined) return network
  const row = loginErrors.find(({ applies }) => applies?.(failure)) ?? unknownLoginError
  const facts = { ...factsOf(config, error), user: config.user }
  return errorOfRow(row, facts, { cause: error, detail: firstLine(error) })
}

/** Says why a jump server did not connect us with the database. */
export function describeForwardError(
  error: unknown,
  config: SshTunnelConfig,
  { host, port }: { readonly host: string; readonly port: number },
): DestinationError {
  const isForbidden = forbiddenForward.applies?.(readFailure(error, config)) === true
  const facts = { ...factsOf(config, error), place: `\`${host}:${port}\`` }
  return errorOfRow(isForbidden ? forbiddenForward : failedForward, facts, {
    cause: error,
    detail: firstLine(error),
  })
}

/** Says what is wrong with a private key, and nothing of what is in it. */
export function describeKeyError(error: unknown): DestinationError {
  const { undecipherable, unreadable } = keyErrors
  const row = isAboutPassphrase(readFailure(error)) ? undecipherable : unreadable
  return errorOfRow(row, {}, { detail: firstLine(error) })
}

/** Says that a jump server is not the one that was logged in to before, or that is configured. */
export function describeOtherHostKey(
  config: SshTunnelConfig,
  keys: { readonly shown: string; readonly expected: string },
): DestinationError {
  return errorOfRow(otherHostKey, { ...factsOf(config), ...keys })
}

/** For the streams of a tunnel that was open and is gone. */
export function describeBrokenTunnel(config: SshTunnelConfig): DestinationError {
  const { code, sentence, remedy } = brokenTunnel
  return new DestinationError(code, fill(`${sentence} ${remedy}`, factsOf(config)))
}

function factsOf({ host, port }: SshTunnelConfig, error: unknown = '') {
  return { jumpServer: `\`${host}:${port}\``, said: firstLine(error) }
}

function readFailure(error: unknown, config?: SshTunnelConfig): SshFailure {
  const facts: { readonly level?: unknown; readonly reason?: unknown } =
    typeof error === 'object' && error !== null ? error : {}
  return {
    message: error instanceof Error ? error.message : String(error),
    level: String(facts.level ?? ''),
    reason: facts.reason,
    login: config?.login.kind,
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().replace(/\.$/, '')
}
