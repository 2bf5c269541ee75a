import { retry } from '../../connection/retry.ts'
import type { DestinationContext } from '../../destination/destination.ts'
import { DestinationError, type ErrorCode } from '../../errors.ts'
import { interpolate, type TemplateValues } from '../interpolate.ts'
import type { Authenticator, HttpRequestText, HttpWriter } from '../manifest.ts'
import { type AnswerText, readAnswer } from './read-answer.ts'

/** Answers that time may change. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const passingStatuses = [408, 425, 429, 500, 502, 503, 504]

const defaultAttempts = 5
const defaultFirstDelaySeconds = 1
/** A server that asks for more patience is left to the platform, which starts the sync anew. */
const longestDelaySeconds = 120
const defaultTimeoutSeconds = 60

/** Most of an answer that an error report quotes, in characters. */
const longestQuote = 500

/** Most that is read of an answer which says that something went wrong, in bytes. */
const longestRefusal = 64 * 1024

/** A server may answer each record with a sentence, but not with a book. */
const leastAnswer = 1024 * 1024
const answerPerRequestByte = 16

export type HttpAnswer = AnswerText & { readonly status: number }

export type HttpBody = { readonly bytes: Buffer; readonly contentType: string; readonly encoding?: 'gzip' }

/** Sends a manifest's requests, again where an answer says that this may help. */
export class HttpClient {
  readonly #writer: HttpWriter
  readonly #config: TemplateValues
  readonly #context: DestinationContext

  constructor(writer: HttpWriter, config: TemplateValues, context: DestinationContext) {
    this.#writer = writer
    this.#config = config
    this.#context = context
  }

  /**
   * @param expected statuses that are a success; default: 200 to 299
   * @throws DestinationError for any other answer, or none
   */
  async send(
    request: HttpRequestText,
    values: TemplateValues = {},
    options: { readonly body?: HttpBody; readonly expected?: readonly number[] | undefined } = {},
  ): Promise<HttpAnswer> {
    const { attempts = defaultAttempts, first_delay_seconds: firstDelay = defaultFirstDelaySeconds } =
      this.#writer.retry ?? {}
    const { signal, logger } = this.#context
    return retry(() => this.#sendOnce(request, values, options), {
      policy: {
        firstDelayMilliseconds: firstDelay * 1000,
        maximumDelayMilliseconds: longestDelaySeconds * 1000,
        totalMilliseconds: Number.POSITIVE_INFINITY,
        maximumAttempts: attempts,
      },
      signal,
      isPassing: (error) =>
        DestinationError.is(error) && error.failureType === 'transient_error' && !signal.aborted,
      askedMilliseconds: (error) =>
        DestinationError.is(error) && error.cause instanceof Patience ? error.cause.seconds * 1000 : 0,
      onRetry: (error, { delay, failures }) =>
        logger.warn(
          `${error instanceof Error ? error.message : error} Trying again in ${(delay / 1000).toFixed(1)} s (${failures} of ${attempts}).`,
        ),
    })
  }

  async #sendOnce(
    request: HttpRequestText,
    values: TemplateValues,
    { body, expected }: { readonly body?: HttpBody; readonly expected?: readonly number[] | undefined },
  ): Promise<HttpAnswer> {
    const url = this.#url(request, values)
    // The query may hold a key, so no report shows it.
    const activity = `\`${request.method} ${url.origin}${url.pathname}\``
    const isExpected = ({ status, ok }: Response) => expected?.includes(status) ?? ok
    const longest = (response: Response) =>
      isExpected(response)
        ? Math.max(leastAnswer, answerPerRequestByte * (body?.bytes.length ?? 0))
        : longestRefusal
    const fetched = await this.#fetch(url, request, { values, body, activity, longest })
    const { response, text, isWhole } = fetched
    if (isExpected(response)) return { status: response.status, text, isWhole }
    throw this.#describeRefusal(response, text, activity)
  }

  /** With the answer's body: one that breaks off tells as little as none. */
  async #fetch(
    url: URL,
    request: HttpRequestText,
    { values, body, activity, longest }: FetchOptions,
  ): Promise<AnswerText & { readonly response: Response }> {
    const seconds = this.#writer.timeout_seconds ?? defaultTimeoutSeconds
    const headers = withoutRepetitions({
      ...(body === undefined ? {} : { 'content-type': body.contentType }),
      ...this.#headers(this.#writer.headers, values),
      ...this.#headers(request.headers, values),
      ...authorization(this.#writer.authenticator, this.#values(values)),
      ...(body?.encoding === undefined ? {} : { 'content-encoding': body.encoding }),
    })
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        // A redirect to elsewhere must not carry credentials along.
        redirect: 'manual',
        signal: AbortSignal.any([this.#context.signal, AbortSignal.timeout(seconds * 1000)]),
        ...(body === undefined ? {} : { body: new Uint8Array(body.bytes) }),
      })
      return { response, ...(await readAnswer(response, longest(response))) }
    } catch (cause) {
      this.#context.signal.throwIfAborted()
      const reason =
        cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
      throw new DestinationError('SERVER_UNAVAILABLE', `${activity} got no complete answer: ${reason}.`, {
        cause,
      })
    }
  }

  #url({ path, query = {} }: HttpRequestText, values: TemplateValues): URL {
    const all = this.#values(values)
    // Names of streams may hold any character.
    const encoded = { ...all, stream: encodeMembers(all.stream) }
    const text = interpolate(this.#writer.base_url, all).replace(/\/$/, '') + interpolate(path, encoded)
    if (!URL.canParse(text) || !/^https?:/.test(text))
      throw new DestinationError('CONFIG_INVALID', 'The address of the server is no http or https URL.')
    const url = new URL(text)
    if (url.username !== '' || url.password !== '') {
      throw new DestinationError(
        'CONFIG_INVALID',
        "The address of the server holds a user name or a password. Give them in the fields of the manifest's authenticator.",
      )
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, interpolate(value, all))
    return url
  }

  #headers(texts: HttpRequestText['headers'] = {}, values: TemplateValues): { [name: string]: string } {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, interpolate(text, this.#values(values))]),
    )
  }

  #values(values: TemplateValues): TemplateValues {
    return { config: this.#config, ...values }
  }

  #describeRefusal({ status, headers }: Response, text: string, activity: string): DestinationError {
    const detail = text.slice(0, longestQuote)
    const statuses = this.#writer.retry?.statuses ?? passingStatuses
    if (statuses.includes(status)) {
      const cause = new Patience(readRetryAfter(headers.get('retry-after') ?? '', Date.now()))
      return new DestinationError('SERVER_UNAVAILABLE', `${activity} answered with status ${status}.`, {
        cause,
        detail,
      })
    }
    const [code, advice] = refusals[status] ?? otherRefusal
    const cause = status === tooLarge ? new RequestTooLarge() : undefined
    return new DestinationError(code, `${activity} answered with status ${status}: ${advice}.`, {
      cause,
      detail,
    })
  }
}

type FetchOptions = {
  readonly values: TemplateValues
  readonly body: HttpBody | undefined
  readonly activity: string
  /** How much of an answer is read, in bytes. */
  readonly longest: (response: Response) => number
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-413-content-too-large */
const tooLarge = 413

/** The cause of an error: the server takes no requests of this size. */
class RequestTooLarge extends Error {}

/** Whether the request would have to be shorter for the server to take it. */
export function isTooLarge(error: unknown): boolean {
  return DestinationError.is(error) && error.cause instanceof RequestTooLarge
}

/** How long a server asks to be left alone. */
class Patience extends Error {
  readonly seconds: number

  constructor(seconds: number) {
    super(`try again in ${seconds} seconds`)
    this.seconds = seconds
  }
}

/** Names that differ only in case are one header, of which the last counts. */
function withoutRepetitions(headers: { readonly [name: string]: string }): Headers {
  const result = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    try {
      result.set(name, value)
    } catch {
      // The error quotes the value, which may be a secret.
      throw new DestinationError(
        'CONFIG_INVALID',
        `The header \`${name}\` cannot be sent: HTTP allows only Latin characters in one line. Correct the configuration, or the manifest.`,
      )
    }
  }
  return result
}

/** Seconds, given as such or as a moment. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
export function readRetryAfter(text: string, now: number): number {
  if (/^\d+$/.test(text.trim())) return Number(text)
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? 0 : Math.max(0, Math.ceil((moment - now) / 1000))
}

const otherRefusal = ['DATA_REFUSED', 'the server refused the request; the log has its answer'] as const

const moved = [
  'CONFIG_INVALID',
  'the server sends us to another address; give the one that it names',
] as const

const refusals: { readonly [status: number]: readonly [ErrorCode, string] } = {
  301: moved,
  302: moved,
  307: moved,
  308: moved,
  401: ['LOGIN_FAILED', 'the credentials were refused'],
  403: ['PERMISSION_DENIED', 'the credentials do not allow that'],
  404: ['CONFIG_INVALID', 'there is nothing at this address; check it'],
  405: ['CONFIG_INVALID', 'the address does not take this method; check it'],
  [tooLarge]: ['DATA_REFUSED', 'the request was too large; lower `batching.maximum_bytes` in the manifest'],
}

function authorization(
  authenticator: Authenticator | undefined,
  values: TemplateValues,
): { readonly [name: string]: string } {
  if (authenticator === undefined) return {}
  if (authenticator.type === 'BearerAuthenticator')
    return { authorization: `Bearer ${interpolate(authenticator.token, values)}` }
  if (authenticator.type === 'ApiKeyAuthenticator')
    return { [authenticator.header]: interpolate(authenticator.value, values) }
  const { username, password = '' } = authenticator
  const pair = `${interpolate(username, values)}:${interpolate(password, values)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function encodeMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, encodeSegment(String(member))]),
  )
}

/** A part of a path. These two would name another place, however they are spelled. */
function encodeSegment(text: string): string {
  if (text !== '.' && text !== '..') return encodeURIComponent(text.toWellFormed())
  throw new DestinationError(
    'CATALOG_INVALID',
    `A stream or namespace called \`${text}\` cannot be a part of an address. Give it another name in the connection.`,
  )
}
