import {
  atStage,
  type ConnectionStage,
  DestinationError,
  describeWebError,
  type ErrorCode,
} from 'landfall/sdk'
import { describeCredentialError } from './credential-errors.ts'
import { isPassing, type Problem, readProblem } from './problem.ts'

type Rule = {
  readonly when: (problem: Problem) => boolean
  readonly code: ErrorCode
  readonly advice: string
  /** For what keeps a sync from beginning. */
  readonly stage?: ConnectionStage
}

const rules: readonly Rule[] = [
  {
    when: ({ reason }) => reason === 'quotaExceeded',
    code: 'SERVER_UNAVAILABLE',
    advice:
      'a quota of the project is used up, which a load for each batch can do: let syncs run less often, or ask Google for more',
  },
  { when: isPassing, code: 'SERVER_UNAVAILABLE', advice: 'BigQuery could not do it now' },
  {
    when: ({ status, message }) =>
      status === 401 || /invalid_grant|default credentials|DECODER routines|asymmetric key/i.test(message),
    code: 'LOGIN_FAILED',
    stage: 'database login',
    advice:
      'Google does not take the credentials: check `credentials_json`, and that the key was not deleted',
  },
  {
    when: ({ reason }) => reason.startsWith('billing'),
    code: 'PERMISSION_DENIED',
    advice: 'the project may not be billed for it: enable billing, or look at its limits',
  },
  {
    when: ({ status, reason }) => status === 403 || reason === 'accessDenied',
    code: 'PERMISSION_DENIED',
    advice:
      'the account lacks a right: it needs the roles BigQuery Data Editor and BigQuery User in the project',
  },
  {
    when: ({ message, reason }) => reason === 'notFound' && /^Not found: (Dataset|Project)/i.test(message),
    code: 'DATABASE_MISSING',
    advice: 'the project or the dataset does not exist, or not in the location of the configuration',
  },
]

/**
 * What went wrong, with the right failure type.
 * @param activity what was being done, in the gerund: "typing `shop.users`"
 */
export function classifyBigQueryError(error: unknown, activity: string): DestinationError {
  if (DestinationError.is(error)) return error
  const refused = describeCredentialError(error)
  if (refused !== undefined) return refused
  const problem = readProblem(error)
  const unreached = describeUnreached(error, problem, activity)
  if (unreached !== undefined) return unreached
  const rule = rules.find(({ when }) => when(problem))
  const named = problem.reason === '' ? '' : ` (${problem.reason})`
  if (rule === undefined) {
    return new DestinationError(
      'STATEMENT_FAILED',
      `BigQuery failed ${activity}${named}. Its words are in the log.`,
      {
        cause: error,
        detail: problem.message,
      },
    )
  }
  const text = `BigQuery failed ${activity}: ${rule.advice}${named}.`
  return new DestinationError(rule.code, rule.stage === undefined ? text : atStage(rule.stage, text), {
    cause: error,
    detail: problem.message,
  })
}

const usualAddress = 'https://bigquery.googleapis.com'

/**
 * A request that found no server. The client says where it went only in its words; tokens come from another
 * address than data. Google's addresses are right, and most others were right before: it may pass.
 */
function describeUnreached(error: unknown, problem: Problem, activity: string): DestinationError | undefined {
  if (problem.status !== undefined && problem.reason !== 'UNAVAILABLE') return undefined
  const [, address = usualAddress] = /request to (https?:\/\/[^\s/]+)/.exec(problem.message) ?? []
  const url = URL.canParse(address) ? address : usualAddress
  const described = describeWebError(withCode(error, problem), { url, field: 'api_endpoint' })
  if (described === undefined) return undefined
  return new DestinationError(described.code, described.message, {
    cause: error,
    detail: `BigQuery failed ${activity}: ${problem.message}`,
    failureType: isPassing(problem) ? 'transient_error' : described.failureType,
  })
}

/** gRPC has its own codes, and Node's in its words. */
function withCode(error: unknown, { reason, message }: Problem): unknown {
  const [code] = reason === 'UNAVAILABLE' ? (/\bE(?:AI_)?[A-Z]{5,}\b/.exec(message) ?? []) : []
  return code === undefined ? error : Object.assign(new Error(message), { code })
}
