import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type KnownKey, readAssertion } from '../bigquery-double/verify-token.ts'
import { InterceptingProxy } from './intercepting-proxy.ts'

export type IdentityOptions = {
  /** Full name of the provider in the workload identity pool. */
  readonly audience: string
  readonly subjectTokenType: string
  /** Tokens of the other cloud that the provider takes, and who they are in the pool. */
  readonly subjects: ReadonlyMap<string, string>
  /** Service accounts that may ask for tokens by a signature. */
  readonly keys?: readonly KnownKey[]
  /** Who has the role Service Account Token Creator (or Workload Identity User) on which accounts. */
  readonly tokenCreators: ReadonlyMap<string, readonly string[]>
  /** What the answers call the lifetime of a token; see `freshSeconds`. */
  readonly lifetimeSeconds?: number
}

export type IdentityFault = { readonly host: string; readonly status: number; readonly body: object }

type IssuedToken = {
  readonly principal: string
  readonly scopes: readonly string[]
  readonly refusedFrom: number
}

const platformScope = 'https://www.googleapis.com/auth/cloud-platform'
const iamScopes = [platformScope, 'https://www.googleapis.com/auth/iam']
const bigQueryScopes = [platformScope, 'https://www.googleapis.com/auth/bigquery']

/** Google's libraries get a new token this long before the old one ends. */
const earlySeconds = 300
/** A request that was sent while its token was fresh may arrive a little later. */
const graceMilliseconds = 1_000

/**
 * Google's three servers of tokens, under their own names, by way of a proxy on the loopback interface:
 * Security Token Service, IAM Service Account Credentials, and OAuth 2.0.
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export class IdentityDouble implements AsyncDisposable {
  /** What was asked for: host and path. */
  readonly requests: string[] = []
  /** Bodies of requests to IAM. */
  readonly impersonations: { readonly [field: string]: unknown }[] = []
  /** Answers in place of the next ones of a host. */
  readonly faults: IdentityFault[] = []
  readonly #options: IdentityOptions
  readonly #issued = new Map<string, IssuedToken>()
  #proxy: InterceptingProxy | undefined

  private constructor(options: IdentityOptions) {
    this.#options = options
  }

  static async start(options: IdentityOptions): Promise<IdentityDouble> {
    const double = new IdentityDouble(options)
    double.#proxy = await InterceptingProxy.start(
      ['sts.googleapis.com', 'iamcredentials.googleapis.com', 'oauth2.googleapis.com'],
      (request, response) => void double.#answer(request, response),
    )
    return double
  }

  get proxy(): InterceptingProxy {
    if (this.#proxy === undefined) throw new Error('the double has not started')
    return this.#proxy
  }

  /** Why a service refuses a token; nothing where it is a principal's own, fresh, and for BigQuery. */
  complaintAbout(token: string, principal: string): string | undefined {
    const issued = this.#issued.get(token)
    if (issued === undefined) return 'nobody has issued this token'
    if (Date.now() >= issued.refusedFrom) return 'expired'
    if (issued.principal !== principal) return `a token of ${issued.principal}`
    return issued.scopes.some((scope) => bigQueryScopes.includes(scope)) ? undefined : 'no scope'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const host = String(request.headers.host)
    this.requests.push(`${host}${request.url}`)
    const fault = this.faults.findIndex((candidate) => candidate.host === host)
    const { status, body } =
      this.faults.splice(fault, fault === -1 ? 0 : 1)[0] ??
      this.#route(host, request, Buffer.concat(chunks).toString())
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  #route(host: string, { method, url = '', headers }: IncomingMessage, body: string): Answer {
    if (method === 'POST' && host === 'sts.googleapis.com' && url === '/v1/token') {
      return this.#exchange(new URLSearchParams(body))
    }
    if (method === 'POST' && host === 'oauth2.googleapis.com' && url === '/token') {
      return this.#grant(new URLSearchParams(body))
    }
    const account = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):generateAccessToken$/.exec(url)?.[1]
    if (method === 'POST' && host === 'iamcredentials.googleapis.com' && account !== undefined) {
      return this.#impersonate(decodeURIComponent(account), headers.authorization, JSON.parse(body))
    }
    return { status: 404, body: { error: `${method} ${host}${url}` } }
  }

  #exchange(form: URLSearchParams): Answer {
    const { audience, subjectTokenType, subjects } = this.#options
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange') {
      return oauthError('unsupported_grant_type', 'grant_type')
    }
    if (form.get('requested_token_type') !== 'urn:ietf:params:oauth:token-type:access_token') {
      return oauthError('invalid_request', 'requested_token_type')
    }
    if (form.get('audience') !== audience) {
      return oauthError(
        'invalid_target',
        'The target service indicated by the "audience" parameters is invalid.',
      )
    }
    if (form.get('subject_token_type') !== subjectTokenType) {
      return oauthError('invalid_request', 'Invalid subject_token_type.')
    }
    const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean)
    if (scopes.length === 0) return oauthError('invalid_scope', 'scope')
    const subject = subjects.get(form.get('subject_token') ?? '')
    if (subject === undefined) {
      return oauthError('invalid_grant', 'The given credential is rejected by the attribute condition.')
    }
    const { token, lifetime } = this.#issue(subject, scopes)
    return {
      status: 200,
      body: {
        access_token: token,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: lifetime,
      },
    }
  }

  #grant(form: URLSearchParams): Answer {
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return oauthError('unsupported_grant_type', 'grant_type')
    }
    try {
      const claims = readAssertion(form.get('assertion') ?? '', this.#options.keys ?? [])
      if (claims.aud !== 'https://oauth2.googleapis.com/token') return oauthError('invalid_grant', 'aud')
      const { token, lifetime } = this.#issue(String(claims.iss), String(claims.scope ?? '').split(' '))
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: lifetime } }
    } catch {
      return oauthError('invalid_grant', 'Invalid JWT Signature.')
    }
  }

  #impersonate(
    account: string,
    authorization: string | undefined,
    request: { readonly [field: string]: unknown },
  ): Answer {
    this.impersonations.push(request)
    const { scope = [], delegates = [], lifetime } = request
    const token = this.#caller(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '')
    if (token === undefined || Date.now() >= token.refusedFrom) {
      return apiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')
    }
    if (!token.scopes.some((own) => iamScopes.includes(own))) {
      return apiError(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.')
    }
    if (!Array.isArray(scope) || scope.length === 0) return apiError(400, 'INVALID_ARGUMENT', 'scope')
    if (!Array.isArray(delegates)) return apiError(400, 'INVALID_ARGUMENT', 'delegates')
    const seconds = Number(/^(\d+)s$/.exec(String(lifetime))?.[1])
    if (!(seconds > 0 && seconds <= 3600)) return apiError(400, 'INVALID_ARGUMENT', 'lifetime')
    const chain = [token.principal, ...delegates.map(toEmail), account]
    const isAllowed = chain.every(
      (name, index) =>
        index === 0 || this.#options.tokenCreators.get(chain[index - 1] ?? '')?.includes(name) === true,
    )
    if (!isAllowed) {
      return apiError(
        403,
        'PERMISSION_DENIED',
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      )
    }
    const issued = this.#issue(account, scope.map(String), seconds)
    const expireTime = new Date(Date.now() + issued.lifetime * 1000).toISOString()
    return { status: 200, body: { accessToken: issued.token, expireTime } }
  }

  /** Who has sent a request: by a token of this double, or by one that an account has signed itself. */
  #caller(token: string): IssuedToken | undefined {
    const issued = this.#issued.get(token)
    if (issued !== undefined) return issued
    try {
      const { iss, scope, exp } = readAssertion(token, this.#options.keys ?? [])
      return {
        principal: String(iss),
        scopes: String(scope ?? '').split(' '),
        refusedFrom: Number(exp) * 1000,
      }
    } catch {
      return undefined
    }
  }

  /** It is refused soon after Google's libraries would not use it any more, so that tests need not wait for its end. */
  #issue(principal: string, scopes: readonly string[], longest = 3600) {
    const lifetime = Math.min(this.#options.lifetimeSeconds ?? 3600, longest)
    const token = `ya29.${randomUUID()}`
    const refusedFrom = Date.now() + (lifetime - earlySeconds) * 1000 + graceMilliseconds
    this.#issued.set(token, { principal, scopes, refusedFrom })
    return { token, lifetime }
  }
}

type Answer = { readonly status: number; readonly body: object }

/** Delegates are resource names, `projects/-/serviceAccounts/<email>`; Google takes bare addresses, too. */
function toEmail(delegate: unknown): string {
  return String(delegate).replace(/^projects\/-\/serviceAccounts\//, '')
}

function oauthError(error: string, description: string): Answer {
  return { status: 400, body: { error, error_description: description } }
}

function apiError(status: number, name: string, message: string): Answer {
  return { status, body: { error: { code: status, message, status: name } } }
}
