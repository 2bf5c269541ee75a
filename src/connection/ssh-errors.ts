import { DestinationError } from '../errors.ts'
import { atStage } from './connection-stage.ts'
import { describeNetworkError, timeoutCode } from './network-errors.ts'
import type { SshTunnelConfig } from './ssh-tunnel-config.ts'

/** Says why a jump server could not be reached or did not let us in. */
export function describeSshError(
  error: unknown,
  config: SshTunnelConfig,
  stage: 'TCP' | 'SSH login',
): DestinationError {
  if (DestinationError.is(error)) return error
  const { host, port, user, login } = config
  const level = levelOf(error)
  if (isKeyError(error)) return describeKeyError(error)
  if (level === 'client-authentication') {
    const field = login.kind === 'password' ? 'tunnel_user_password' : 'ssh_key'
    return new DestinationError(
      'LOGIN_FAILED',
      atStage(
        'SSH login',
        `The SSH server at \`${host}:${port}\` refused the user \`${user}\`. Check \`tunnel_user\` and \`${field}\`` +
          `${login.kind === 'key' ? ", and that the public key is in that user's `authorized_keys`" : ''}.`,
      ),
      { cause: error, detail: messageOf(error) },
    )
  }
  const target = { host, port, hostField: 'tunnel_host', portField: 'tunnel_port' }
  const cause = level === 'client-timeout' && stage === 'TCP' ? { code: timeoutCode } : error
  return (
    describeNetworkError(cause, target) ??
    new DestinationError(
      'CONNECTION_FAILED',
      atStage(
        'SSH login',
        `No SSH session with \`${host}:${port}\` came about: ${messageOf(error)} Check \`tunnel_host\` and \`tunnel_port\`, ` +
          "and the SSH server's log.",
      ),
      { cause: error, detail: messageOf(error), failureType: 'transient_error' },
    )
  )
}

/** Says why a jump server did not connect us with the database. */
export function describeForwardError(
  error: unknown,
  config: SshTunnelConfig,
  target: { readonly host: string; readonly port: number },
): DestinationError {
  const jumpServer = `The SSH server at \`${config.host}:${config.port}\``
  const place = `\`${target.host}:${target.port}\``
  const isForbidden = reasonOf(error) === administrativelyProhibited
  const text = isForbidden
    ? `${jumpServer} does not allow forwarding to ${place}. Allow it there (\`AllowTcpForwarding\`, \`PermitOpen\`).`
    : `${jumpServer} cannot reach ${place}: ${messageOf(error)} Check \`host\` and \`port\`, which are as the SSH server sees them.`
  return new DestinationError('CONNECTION_FAILED', atStage('port forward', text), {
    cause: error,
    detail: messageOf(error),
  })
}

/** Says what is wrong with a private key, and nothing of what is in it. */
export function describeKeyError(error: unknown): DestinationError {
  const message = messageOf(error)
  const isAboutPassphrase = /passphrase|decrypt|integrity|interrupted or cancelled/i.test(message)
  return new DestinationError(
    'CONFIG_INVALID',
    atStage(
      'SSH login',
      isAboutPassphrase
        ? 'The private key in `ssh_key` could not be decrypted. Check `ssh_key_password`.'
        : 'The text in `ssh_key` is not a private key that can be read. Give an RSA, ECDSA or Ed25519 key in OpenSSH or ' +
            'PEM format, with its BEGIN and END lines.',
    ),
    { detail: message },
  )
}

/** RFC 4254, section 5.1. */
const administrativelyProhibited = 1

function isKeyError(error: unknown): boolean {
  return /^Cannot parse privateKey|privateKey value/.test(messageOf(error))
}

/** The driver's word for where it failed. */
function levelOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'level' in error ? String(error.level) : ''
}

function reasonOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined
}

/** The first line, with a period. */
function messageOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return `${line.trim().replace(/\.$/, '')}.`
}
