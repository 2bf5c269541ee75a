import { createPrivateKey, type KeyObject } from 'node:crypto'

/**
 * A private key in a form that the SSH driver reads. It knows OpenSSH's format and the old PEM formats of RSA
 * and EC keys; PKCS #8 (`BEGIN PRIVATE KEY`), which other tools write, is converted.
 */
export function normalisePrivateKey(text: string, passphrase: string | undefined): string {
  // Forms that take one line only make people write line ends as `\n`.
  const key = `${text.replaceAll('\\n', '\n').replaceAll('\r', '').trim()}\n`
  if (!/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(key)) return key
  const parsed = createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) })
  if (parsed.asymmetricKeyType === 'rsa') return parsed.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (parsed.asymmetricKeyType === 'ec') return parsed.export({ type: 'sec1', format: 'pem' }).toString()
  if (parsed.asymmetricKeyType === 'ed25519') return openSshKey(parsed)
  return key
}

/** The one format in which the driver knows Ed25519. https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
function openSshKey(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const publicKey = Buffer.from(x, 'base64url')
  const publicPart = Buffer.concat([field('ssh-ed25519'), field(publicKey)])
  const check = Buffer.alloc(8)
  const secretPart = Buffer.concat([
    check,
    publicPart,
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicKey])),
    field(''),
  ])
  const padding = Buffer.from(
    Array.from({ length: (8 - (secretPart.length % 8)) % 8 }, (_, index) => index + 1),
  )
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicPart),
    field(Buffer.concat([secretPart, padding])),
  ])
  const lines = body.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** SSH's string: a length in four bytes, then the bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
