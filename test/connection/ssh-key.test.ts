import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import ssh2 from 'ssh2'
import { expect, it } from 'vitest'
import { normalisePrivateKey } from '../../src/connection/ssh-key.ts'

const pairs = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ecdsa: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed25519: () => generateKeyPairSync('ed25519'),
}

const encryptions = {
  none: undefined,
  passphrase: { cipher: 'aes-256-cbc', passphrase: 'a passphrase é' },
} as const

const cases = Object.entries(pairs).flatMap(([kind, generate]) =>
  Object.entries(encryptions).map(([encryption, options]) => ({ kind, generate, encryption, options })),
)

it.each(cases)('PKCS 8 with $kind and encryption $encryption stays the same key', ({ generate, options }) => {
  const { publicKey, privateKey } = generate()
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...options }).toString()
  const parsed = ssh2.utils.parseKey(normalisePrivateKey(pem, options?.passphrase))
  if (parsed instanceof Error) throw parsed
  const shown = createPublicKey(parsed.getPublicPEM()).export({ type: 'spki', format: 'der' })
  expect(shown).toEqual(publicKey.export({ type: 'spki', format: 'der' }))
  // What the key signs, the public key must take.
  const text = Buffer.from('text')
  expect(parsed.verify(text, parsed.sign(text) as Buffer)).toBe(true)
})

it.each([
  { what: 'line ends written as backslash and n', change: (key: string) => key.replaceAll('\n', '\\n') },
  { what: "Windows' line ends", change: (key: string) => key.replaceAll('\n', '\r\n') },
  { what: 'blanks around', change: (key: string) => `\n  ${key}\n\n` },
])('takes keys with $what', ({ change }) => {
  const { privateKey } = pairs.rsa()
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  expect(normalisePrivateKey(change(pem), undefined)).toBe(pem)
})
