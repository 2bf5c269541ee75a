import { verify } from 'node:crypto'
import { ApiError } from './errors.ts'

export type KnownKey = { readonly clientEmail: string; readonly publicKey: string }

const scope = 'https://www.googleapis.com/auth/bigquery'

/** Checks a service account's own token: RS256, issuer, time and scope. */
export function verifyToken(header: string | undefined, keys: readonly KnownKey[]): void {
  const token = /^Bearer (?<token>[\w-]+\.[\w-]+\.[\w-]+)$/.exec(header ?? '')?.groups?.token
  if (token === undefined) throw unauthorized('no token')
  const [head = '', claims = '', signature = ''] = token.split('.')
  const { alg } = decode(head)
  const { iss, exp, scope: granted, aud } = decode(claims)
  const key = keys.find(({ clientEmail }) => clientEmail === iss)
  if (alg !== 'RS256' || key === undefined) throw unauthorized(`unknown issuer ${String(iss)}`)
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    key.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isGenuine) throw unauthorized('bad signature')
  if (Number(exp) * 1000 < Date.now()) throw unauthorized('expired')
  if (!String(granted ?? '').includes(scope) && aud === undefined) throw unauthorized('no scope')
}

function decode(part: string): { readonly [claim: string]: unknown } {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    throw unauthorized('not a token')
  }
}

function unauthorized(detail: string): ApiError {
  return new ApiError(401, 'authError', `Request had invalid authentication credentials (${detail}).`)
}
