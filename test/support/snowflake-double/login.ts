import { createHash, createPublicKey, verify } from 'node:crypto'

export type Credentials = {
  readonly user: string
  readonly password: string
  /** PEM; absent where the user has no key. */
  readonly publicKey?: string | undefined
}

export type LoginData = {
  readonly SESSION_PARAMETERS?: { readonly [name: string]: unknown }
  readonly LOGIN_NAME?: string
  readonly ACCOUNT_NAME?: string
  readonly PASSWORD?: string
  readonly AUTHENTICATOR?: string
  readonly TOKEN?: string
}

/** What is wrong with a login, as code and message; `undefined` where it is right. */
export function refuseLogin(
  data: LoginData,
  { user, password, publicKey }: Credentials,
): readonly [code: string, message: string] | undefined {
  if (data.AUTHENTICATOR === 'SNOWFLAKE_JWT') {
    const problem = publicKey === undefined ? 'no key' : refuseToken(data, user, publicKey)
    return problem === undefined ? undefined : ['390144', `JWT token is invalid. [${problem}]`]
  }
  if (data.LOGIN_NAME?.toUpperCase() === user.toUpperCase() && data.PASSWORD === password) return undefined
  return ['390100', 'Incorrect username or password was specified.']
}

/** https://docs.snowflake.com/en/user-guide/key-pair-auth, https://www.rfc-editor.org/rfc/rfc7519 */
function refuseToken(
  { TOKEN: token = '', ACCOUNT_NAME: account = '' }: LoginData,
  user: string,
  publicKey: string,
) {
  const [header = '', claims = '', signature = ''] = token.split('.')
  if (JSON.parse(Buffer.from(header, 'base64url').toString()).alg !== 'RS256') return 'algorithm'
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isSigned) return 'signature'
  const { iss, sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  const subject = `${account.split('.')[0]}.${user}`.toUpperCase()
  if (sub !== subject) return 'subject'
  if (iss !== `${subject}.SHA256:${createHash('sha256').update(der).digest('base64')}`) return 'issuer'
  // The driver writes milliseconds, the standard seconds.
  return Number(exp) * (exp > 1e11 ? 1 : 1000) < Date.now() ? 'expired' : undefined
}
