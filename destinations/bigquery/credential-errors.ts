import {
  atStage,
  type ConnectionStage,
  DestinationError,
  describeWebError,
  type ErrorCode,
} from 'landfall/sdk'
import { isPassing, type Problem, readProblem, tokenAddress } from './problem.ts'

/** Servers and files on the way to a token, in the order in which a federation needs them. */
type Step = 'subject token' | 'token exchange' | 'impersonation'

/**
 * What went wrong on the way to a token, where it did not come from a key alone; `undefined` for all else. The
 * client reports such failures as if a request to BigQuery had failed.
 */
export function describeCredentialError(error: unknown): DestinationError | undefined {
  const address = tokenAddress(error)
  const problem = readProblem(error)
  const step = findStep(address, problem.message)
  if (step === undefined) return undefined
  const options = { cause: error, detail: `The step ${step} of the login failed: ${problem.message}` }
  const unreached = address && describeWebError(error, { url: address, field: 'credentials_json' })
  if (unreached) {
    return new DestinationError(unreached.code, `${unreached.message} It was asked for the ${step}.`, {
      ...options,
      failureType: isPassing(problem) ? 'transient_error' : unreached.failureType,
    })
  }
  const { stage, code, advice } = findRule(step, problem)
  return new DestinationError(code, atStage(stage, `At the step ${step}, ${advice}`), options)
}

/** Words of Google's library that an error keeps on its way through gRPC, which drops everything else. */
const signs: readonly { readonly step: Step; readonly words: RegExp }[] = [
  {
    step: 'subject token',
    words: /does not exist, or it is not a file|subject_token from the credential_source/,
  },
  { step: 'token exchange', words: /Error code (?:undefined|[a-z_]+)(?::|$)|https:\/\/[\w.-]*\bsts\b/ },
  {
    step: 'impersonation',
    words: /iam\.serviceAccounts\.getAccessToken|unable to impersonate|https:\/\/[\w.-]*\biamcredentials\b/,
  },
]

function findStep(address: string | undefined, message: string): Step | undefined {
  const host = address && URL.parse(address)?.hostname
  if (host && /\bsts\b.*\.googleapis\.com$/.test(host)) return 'token exchange'
  if (host && /\biamcredentials\b.*\.googleapis\.com$/.test(host)) return 'impersonation'
  // Nothing else that the library asks is outside of Google, but the metadata of its own machines.
  if (address && host && !host.endsWith('.googleapis.com') && !address.includes('/computeMetadata/')) {
    return 'subject token'
  }
  return signs.find(({ words }) => words.test(message))?.step
}

type Rule = {
  readonly step: Step
  readonly when: (problem: Problem) => boolean
  readonly code: ErrorCode
  readonly advice: string
}

const rules: readonly Rule[] = [
  {
    step: 'subject token',
    when: ({ status, reason }) => status === undefined && /^E[A-Z]+$/.test(reason),
    code: 'LOGIN_FAILED',
    advice:
      "the file that `credential_source.file` of `credentials_json` names cannot be read. Mount it into the connector's container, readable for its user, or correct the path.",
  },
  {
    step: 'subject token',
    when: ({ status }) => status !== undefined,
    code: 'LOGIN_FAILED',
    advice:
      'the server that `credential_source.url` of `credentials_json` names refused to give one. Check the address and its `headers`.',
  },
  {
    step: 'subject token',
    when: () => true,
    code: 'LOGIN_FAILED',
    advice:
      'what `credential_source` of `credentials_json` names holds no token. Check `format`, and the field that it takes the token from.',
  },
  {
    step: 'token exchange',
    when: ({ message }) => /invalid_grant/.test(message),
    code: 'LOGIN_FAILED',
    advice:
      "Google does not take the subject token (invalid_grant). Check that it is not expired, and that the provider's issuer, allowed audiences and attribute condition fit it.",
  },
  {
    step: 'token exchange',
    when: ({ message }) => /invalid_target/.test(message),
    code: 'LOGIN_FAILED',
    advice:
      'Google knows no such provider (invalid_target). Check `audience` of `credentials_json`, and that the workload identity pool and its provider are enabled.',
  },
  {
    step: 'token exchange',
    when: () => true,
    code: 'LOGIN_FAILED',
    advice:
      'Google refused it. Check `audience` and `subject_token_type` of `credentials_json`, and that the Security Token Service API is enabled. Its words are in the log.',
  },
  {
    step: 'impersonation',
    when: ({ status, message }) => status === 403 || /getAccessToken/.test(message),
    code: 'PERMISSION_DENIED',
    advice:
      'Google does not let the credentials act as the service account. On that account, grant the role `roles/iam.workloadIdentityUser` to the identity of the federation, or `roles/iam.serviceAccountTokenCreator` to another account; and enable the IAM Service Account Credentials API.',
  },
  {
    step: 'impersonation',
    when: () => true,
    code: 'LOGIN_FAILED',
    advice:
      'Google gave no token for the service account. Check that it exists and is enabled, and its address in `impersonated_account` or `service_account_impersonation_url`. Its words are in the log.',
  },
]

function findRule(step: Step, problem: Problem) {
  const stage: ConnectionStage = 'database login'
  if (isPassing(problem)) {
    const advice = 'a server could not do it now. If this stays so, see its words in the log.'
    return { stage, code: 'SERVER_UNAVAILABLE' as const, advice }
  }
  const rule = rules.find((candidate) => candidate.step === step && candidate.when(problem))
  if (rule === undefined) throw new Error(`no rule for the step ${step}`)
  return { stage, code: rule.code, advice: rule.advice }
}
