import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type Certificate = { readonly certificate: string; readonly key: KeyObject; readonly name: string }

export type CertificateOptions = {
  /** The common name: for clients, the user to log in as. */
  readonly name: string
  /** Absent for an authority, which signs itself. */
  readonly issuer?: Certificate
  readonly hostName?: string
  /** Its last hour ended an hour ago. */
  readonly isExpired?: boolean
  /** Its first hour begins in an hour. */
  readonly isEarly?: boolean
}

/** A certificate in PEM format, made here so that none in the repository can expire. */
export function createCertificate(options: CertificateOptions): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = options.issuer === undefined
  const now = Date.now()
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    distinguishedName(options.issuer?.name ?? options.name),
    sequence(
      utcTime(options.isEarly ? now + hour : now - 2 * hour),
      utcTime(options.isExpired ? now - hour : now + 24 * hour),
    ),
    distinguishedName(options.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(isAuthority), ...subjectAlternativeName(options.hostName))),
  )
  const signature = sign('sha256', body, options.issuer?.key ?? privateKey)
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  const certificate = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { certificate, key: privateKey, name: options.name }
}

/** The private key in PEM format, encrypted where there is a password. */
export function exportKey({ key }: Certificate, password?: string): string {
  const encryption = password === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: password }
  return key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString()
}

const hour = 3_600_000

/** DER: tag, length, content. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const lengthBytes =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes)
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(commonName)))))
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

function extension(hex: string, value: Buffer): Buffer {
  return sequence(objectId(hex), tagged(0x04, value))
}

function basicConstraints(isAuthority: boolean): Buffer {
  return extension('551d13', sequence(...(isAuthority ? [tagged(0x01, Buffer.from([0xff]))] : [])))
}

function subjectAlternativeName(hostName: string | undefined): readonly Buffer[] {
  if (hostName === undefined) return []
  return [extension('551d11', sequence(tagged(0x82, Buffer.from(hostName))))]
}
