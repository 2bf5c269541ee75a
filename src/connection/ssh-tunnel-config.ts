import * as z from 'zod'
import { filledTextField, portField, problem, textField } from './config-fields.ts'

export type SshTunnelConfig = {
  /** The jump server. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly login: SshLogin
  /** `SHA256:...` as the log shows it; absent: the first key that the jump server shows is taken. */
  readonly hostFingerprint: string | undefined
}

export type SshLogin =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'key'; readonly privateKey: string; readonly passphrase: string | undefined }

const methods = ['NO_TUNNEL', 'SSH_KEY_AUTH', 'SSH_PASSWORD_AUTH'] as const

const jumpServer = {
  tunnel_host: filledTextField,
  tunnel_port: portField.default(22),
  tunnel_user: filledTextField,
  tunnel_host_fingerprint: textField.trim().nullish(),
}

/** The field `tunnel_method` as Airbyte's database connectors have it, read into a tunnel or `undefined` for none. */
export const sshTunnelField = z
  .discriminatedUnion(
    'tunnel_method',
    [
      z.looseObject({ tunnel_method: z.literal('NO_TUNNEL') }),
      z.looseObject({
        tunnel_method: z.literal('SSH_KEY_AUTH'),
        ...jumpServer,
        ssh_key: filledTextField,
        ssh_key_password: textField.nullish(),
      }),
      z.looseObject({
        tunnel_method: z.literal('SSH_PASSWORD_AUTH'),
        ...jumpServer,
        tunnel_user_password: textField,
      }),
    ],
    {
      error: ({ code }) =>
        code === 'invalid_union'
          ? `must be one of ${methods.join(', ')}`
          : problem('must be an object').error({ input: '' }),
    },
  )
  .transform((value): SshTunnelConfig | undefined => {
    if (value.tunnel_method === 'NO_TUNNEL') return undefined
    return {
      host: value.tunnel_host,
      port: value.tunnel_port,
      user: value.tunnel_user,
      hostFingerprint: value.tunnel_host_fingerprint || undefined,
      login:
        value.tunnel_method === 'SSH_PASSWORD_AUTH'
          ? { kind: 'password', password: value.tunnel_user_password }
          : { kind: 'key', privateKey: value.ssh_key, passphrase: value.ssh_key_password || undefined },
    }
  })

/**
 * The field `tunnel_method` in a connector's specification: Airbyte's, with the passphrase of a key and the
 * jump server's fingerprint beside it. A connector puts it into its `spec.json` word for word.
 */
export function sshTunnelSpecification(placement: { readonly group?: string; readonly order: number }) {
  return {
    type: 'object',
    title: 'SSH Tunnel Method',
    description: 'Whether to reach the server through an SSH tunnel, and how to log in to the jump server.',
    ...placement,
    oneOf: [
      branch('NO_TUNNEL', 'No Tunnel', 'Connect to the server directly.', {}, []),
      branch(
        'SSH_KEY_AUTH',
        'SSH Key Authentication',
        'Connect through a jump server with a user name and a key.',
        {
          ...jumpServerFields,
          ssh_key: {
            type: 'string',
            title: 'SSH Private Key',
            description: 'Private key of that user (RSA, ECDSA or Ed25519), in OpenSSH or PEM format.',
            airbyte_secret: true,
            multiline: true,
            order: 4,
          },
          ssh_key_password: {
            type: 'string',
            title: 'SSH Private Key Password',
            description: 'Passphrase of the private key, where it has one.',
            airbyte_secret: true,
            order: 5,
          },
          tunnel_host_fingerprint: fingerprintField,
        },
        [...jumpServerRequired, 'ssh_key'],
      ),
      branch(
        'SSH_PASSWORD_AUTH',
        'Password Authentication',
        'Connect through a jump server with a user name and a password.',
        {
          ...jumpServerFields,
          tunnel_user_password: {
            type: 'string',
            title: 'Password',
            description: 'Password of that user.',
            airbyte_secret: true,
            order: 4,
          },
          tunnel_host_fingerprint: fingerprintField,
        },
        [...jumpServerRequired, 'tunnel_user_password'],
      ),
    ],
  }
}

const jumpServerRequired: readonly string[] = ['tunnel_host', 'tunnel_port', 'tunnel_user']

const jumpServerFields = {
  tunnel_host: {
    type: 'string',
    title: 'SSH Tunnel Jump Server Host',
    description: 'Name or address of the jump server.',
    order: 1,
  },
  tunnel_port: {
    type: 'integer',
    title: 'SSH Connection Port',
    description: 'Port of the jump server for SSH.',
    default: 22,
    minimum: 0,
    maximum: 65_536,
    order: 2,
  },
  tunnel_user: {
    type: 'string',
    title: 'SSH Login Username',
    description: 'User to log in with on the jump server.',
    order: 3,
  },
}

const fingerprintField = {
  type: 'string',
  title: 'SSH Host Key Fingerprint',
  description:
    "Fingerprint that the jump server's host key must have, as SHA256:...; the log of each check shows it. Left out, every key is accepted.",
  order: 6,
}

function branch(
  method: (typeof methods)[number],
  title: string,
  description: string,
  properties: { readonly [name: string]: unknown },
  required: readonly string[],
) {
  return {
    title,
    description,
    type: 'object',
    additionalProperties: true,
    required: ['tunnel_method', ...required],
    properties: { tunnel_method: { type: 'string', enum: [method], default: method }, ...properties },
  }
}
