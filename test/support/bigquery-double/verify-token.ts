import { verify } from 'node:crypto'
import { ApiError } from './errors.ts'

export type KnownKey = { readonly clientEmail: string; readonly publicKey: string }

/** Whose tokens are taken: those that a key has signed, and those that others have issued. */
export type TokenRules = {
  readonly keys: readonly KnownKey[]
  /** Why a token that is no signature of a key is refused; nothing where it is taken. */
  readonly complaintAbout?: ((token: string) => string | undefined) | undefined
}

const scope = 'https://www.googleapis.com/auth/bigquery'

/** Checks a service account's own token: RS256, issuer, time and scope. Any other is the issuer's business. */
export function verifyToken(header: string | undefined, { keys, complaintAbout }: TokenRules): void {
  const token = /^Bearer (?<token>\S+)$/.exec(header ?? '')?.groups?.token
  if (token === undefined) throw unauthorized('no token')
  if (complaintAbout !== undefined && !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    const complaint = complaintAbout(token)
    if (complaint !== undefined) throw unauthorized(complaint)
    return
  }
  const { scope: granted, aud } = readAssertion(token, keys)
  if (!String(granted ?? '').includes(scope) && aud === undefined) throw unauthorized('no scope')
}

/** The claims of what a service account has signed. @throws ApiError */
export function readAssertion(token: string, keys: readonly KnownKey[]): Claims {
  const [head = '', claims = '', signature = ''] = token.split('.')
  const { alg } = decode(head)
  const content = decode(claims)
  const key = keys.find(({ clientEmail }) => clientEmail === content.iss)
  if (alg !== 'RS256' || key === undefined) throw unauthorized(`unknown issuer ${String(content.iss)}`)
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    key.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isGenuine) throw unauthorized('bad signature')
  if (Number(content.exp) * 1000 < Date.now()) throw unauthorized('expired')
  return content
}

type Claims = { readonly [claim: string]: unknown }

function decode(part: string): Claims {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    throw unauthorized('not a token')
  }
}

function unauthorized(detail: string): ApiError {
  return new ApiError(401, 'authError', `Request had invalid authentication credentials (${detail}).`)
}
