import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCheckCommand } from 'landfall/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createServiceAccount } from '../../support/bigquery-double/service-account.ts'
import { findFreePort } from '../../support/free-port.ts'
import { IdentityDouble } from '../../support/google-identity/identity-double.ts'
import { connect, countRows, prepareRaw } from './connection.ts'
import { openWriteTarget } from './target.ts'

const audience =
  '//iam.googleapis.com/projects/12345/locations/global/workloadIdentityPools/clusters/providers/oidc'
const subjectTokenType = 'urn:ietf:params:oauth:token-type:jwt'
const workload =
  'principal://iam.googleapis.com/projects/12345/locations/global/workloadIdentityPools/clusters/subject/landfall'
const [middle, loader] = [
  'middle@shop-123.iam.gserviceaccount.com',
  'loader@shop-123.iam.gserviceaccount.com',
]
const { key, credentialsJson } = createServiceAccount()
const subjectToken = 'the.kubelet.token'

const impersonationUrl = (account: string) =>
  `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`

let identity: IdentityDouble
let target: Awaited<ReturnType<typeof openWriteTarget>>
let folder: string
/** Whose tokens BigQuery takes. */
let principal: string

beforeAll(async () => {
  identity = await IdentityDouble.start({
    audience,
    subjectTokenType,
    subjects: new Map([[subjectToken, workload]]),
    keys: [key],
    tokenCreators: new Map([
      [workload, [loader]],
      [key.clientEmail, [loader, middle]],
      [middle, ['end@shop-123.iam.gserviceaccount.com']],
    ]),
    // Two seconds in which Google's libraries call a token fresh.
    lifetimeSeconds: 302,
  })
  target = await openWriteTarget({
    keys: [],
    complaintAbout: (token) => identity.complaintAbout(token, principal),
  })
  folder = await mkdtemp(join(tmpdir(), 'landfall-federation-'))
  await writeFile(join(folder, 'token'), subjectToken)
  await writeFile(join(folder, 'token.json'), JSON.stringify({ access_token: subjectToken }))
  await writeFile(join(folder, 'stale'), 'another.old.token')
})
afterAll(async () => {
  await target?.[Symbol.asyncDispose]()
  await identity?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  principal = loader
  identity.requests.length = 0
  identity.impersonations.length = 0
  identity.faults.length = 0
  vi.stubEnv('HTTPS_PROXY', identity.proxy.url)
  vi.stubEnv('NO_PROXY', '127.0.0.1,localhost')
})
afterEach(() => {
  vi.unstubAllEnvs()
  // Whatever a test did, nobody else was asked for.
  expect(identity.proxy.refused.splice(0)).toEqual([])
})

const direct = (changes: object = {}) =>
  JSON.stringify({
    type: 'external_account',
    audience,
    subject_token_type: subjectTokenType,
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { file: join(folder, 'token') },
    ...changes,
  })

const federation = (changes: object = {}) =>
  direct({ service_account_impersonation_url: impersonationUrl(loader), ...changes })

const methods = ['Standard', 'Storage Write API']
const [exchange, impersonation] = [
  'sts.googleapis.com/v1/token',
  impersonationUrl(loader).replace('https://', ''),
]

/** One batch, from end to end. */
async function load(name: string, changes: object, loadingMethod = 'Standard') {
  const warehouse = await connect(target, { ...changes, loading_method: { method: loadingMethod } })
  const { table, batch } = await prepareRaw(warehouse, name)
  await warehouse.insertRaw(table, batch)
  return { warehouse, table, batch }
}

describe.each(methods)('workload identity federation, %s:', (method) => {
  const name = method.replaceAll(' ', '_')

  it('a token from a file becomes one of the service account', async () => {
    const { table } = await load(`file_${name}`, { credentials_json: federation() }, method)
    expect(countRows(target.double, table)).toBe(3)
    expect(new Set(identity.requests)).toEqual(new Set([exchange, impersonation]))
    expect(identity.impersonations[0]).toMatchObject({ lifetime: '3600s' })
  })

  it('a long sync gets new tokens before the old ones end', async () => {
    const { warehouse, table, batch } = await load(`long_${name}`, { credentials_json: federation() }, method)
    const before = identity.requests.filter((request) => request === exchange).length
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    const { table: other } = await prepareRaw(warehouse, `long_other_${name}`)
    await warehouse.insertRaw(other, batch)
    expect(countRows(target.double, other)).toBe(3)
    expect(countRows(target.double, table)).toBe(3)
    expect(identity.requests.filter((request) => request === exchange).length).toBeGreaterThan(before)
  })

  it('a file that is gone later says so, and not that BigQuery is busy', async () => {
    const file = join(folder, `passing_${name}`)
    await writeFile(file, subjectToken)
    const { warehouse, table, batch } = await load(
      `gone_${name}`,
      { credentials_json: federation({ credential_source: { file } }) },
      method,
    )
    await rm(file)
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    await expect(warehouse.insertRaw({ ...table }, batch)).rejects.toMatchObject({
      code: 'LOGIN_FAILED',
      failureType: 'config_error',
      message: expect.stringContaining('At the step subject token, the file that'),
    })
  })

  it('a service account acts as another, by a token that is good for more than BigQuery', async () => {
    const { table } = await load(
      `impersonated_${name}`,
      { credentials_json: credentialsJson, impersonated_account: loader },
      method,
    )
    expect(countRows(target.double, table)).toBe(3)
    expect(identity.impersonations[0]).toMatchObject({ lifetime: '3600s', delegates: [] })
  })
})

describe('workload identity federation', () => {
  it('takes the token of a file of JSON', async () => {
    const credential_source = {
      file: join(folder, 'token.json'),
      format: { type: 'json', subject_token_field_name: 'access_token' },
    }
    const { table } = await load('json_file', { credentials_json: federation({ credential_source }) })
    expect(countRows(target.double, table)).toBe(3)
  })

  it('takes the token of an address, asked for with the given headers', async () => {
    const server = createServer(({ headers, url }, response) => {
      const isAllowed = headers.metadata === 'True' && url === '/identity?resource=landfall'
      response.writeHead(isAllowed ? 200 : 403).end(JSON.stringify({ access_token: subjectToken }))
    })
    await using _server = await listen(server)
    const credential_source = {
      url: `${_server.url}/identity?resource=landfall`,
      headers: { Metadata: 'True' },
      format: { type: 'json', subject_token_field_name: 'access_token' },
    }
    const { table } = await load('address', { credentials_json: federation({ credential_source }) })
    expect(countRows(target.double, table)).toBe(3)
  })

  it('without a service account, the workload itself writes', async () => {
    principal = workload
    const { table } = await load('direct', { credentials_json: direct() })
    expect(countRows(target.double, table)).toBe(3)
    expect(new Set(identity.requests)).toEqual(new Set([exchange]))
  })

  it('the workload acts as the account of `impersonated_account`', async () => {
    const { table } = await load('direct_as', { credentials_json: direct(), impersonated_account: loader })
    expect(countRows(target.double, table)).toBe(3)
  })

  it('asks for a shorter life of its tokens, where its file says so', async () => {
    const service_account_impersonation = { token_lifetime_seconds: 2800 }
    await load('lifetime', { credentials_json: federation({ service_account_impersonation }) })
    expect(identity.impersonations[0]).toMatchObject({ lifetime: '2800s' })
  })
})

it('a chain of accounts, by `delegates`', async () => {
  principal = 'end@shop-123.iam.gserviceaccount.com'
  const delegates = [`projects/-/serviceAccounts/${middle}`]
  const chain = (changes: object) =>
    JSON.stringify({
      type: 'impersonated_service_account',
      service_account_impersonation_url: impersonationUrl(principal),
      source_credentials: JSON.parse(credentialsJson),
      ...changes,
    })
  const { table } = await load('chain', { credentials_json: chain({ delegates }) })
  expect(countRows(target.double, table)).toBe(3)
  expect(identity.impersonations[0]).toMatchObject({ delegates })
  await expect(load('no_chain', { credentials_json: chain({}) })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  })
})

describe('check names the step of the login that failed, and what to do', () => {
  const check = async (changes: object) => {
    const { messages } = await runCheckCommand(target.destination, {
      ...Object(target.config),
      loading_method: { method: 'Standard' },
      ...changes,
    })
    const [message] = messages.filter(({ type }) => type === 'CONNECTION_STATUS')
    const answer = message?.connectionStatus as { readonly status: string; readonly message: string }
    return `${answer.status}: ${answer.message}`
  }

  it.each([
    {
      case: 'a file that is not there',
      changes: () => ({ credential_source: { file: join(folder, 'missing') } }),
      says: 'At the step subject token, the file that `credential_source.file`',
    },
    {
      case: 'a file without a token',
      changes: () => ({
        credential_source: {
          file: join(folder, 'token.json'),
          format: { type: 'json', subject_token_field_name: 'id_token' },
        },
      }),
      says: 'At the step subject token, what `credential_source` of `credentials_json` names holds no token',
    },
    {
      case: 'a token that the provider refuses',
      changes: () => ({ credential_source: { file: join(folder, 'stale') } }),
      says: 'At the step token exchange, Google does not take the subject token (invalid_grant)',
    },
    {
      case: 'a provider that does not exist',
      changes: () => ({ audience: `${audience}-2` }),
      says: 'At the step token exchange, Google knows no such provider (invalid_target)',
    },
    {
      case: 'a token of another type',
      changes: () => ({ subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
      says: 'At the step token exchange, Google refused it. Check `audience` and `subject_token_type`',
    },
    {
      case: 'an account that it may not act as',
      changes: () => ({ service_account_impersonation_url: impersonationUrl(middle) }),
      says: 'At the step impersonation, Google does not let the credentials act as the service account. On that account, grant the role `roles/iam.workloadIdentityUser`',
    },
  ])('$case', async ({ changes, says }) => {
    const answer = await check({ credentials_json: federation(changes()) })
    expect(answer).toContain('FAILED: Connecting failed at the stage database login. ')
    expect(answer).toContain(says)
    expect(answer).not.toContain(folder)
  })

  it('an account that a key may not act as', async () => {
    const answer = await check({
      credentials_json: credentialsJson,
      impersonated_account: 'stranger@shop-123.iam.gserviceaccount.com',
    })
    expect(answer).toContain('`roles/iam.serviceAccountTokenCreator`')
  })

  it('an account that does not exist', async () => {
    const body = { error: { code: 404, message: 'Not found; Gaia id not found', status: 'NOT_FOUND' } }
    identity.faults.push({ host: 'iamcredentials.googleapis.com', status: 404, body })
    expect(await check({ credentials_json: federation() })).toContain(
      'At the step impersonation, Google gave no token for the service account. Check that it exists',
    )
  })

  it('an address that gives no token', async () => {
    await using server = await listen(createServer((_request, response) => response.writeHead(403).end()))
    const credential_source = { url: `${server.url}/token` }
    expect(await check({ credentials_json: federation({ credential_source }) })).toContain(
      'At the step subject token, the server that `credential_source.url` of `credentials_json` names refused',
    )
  })

  it('an address where nothing listens', async () => {
    const credential_source = { url: `http://127.0.0.1:${await findFreePort()}/token` }
    const answer = await check({ credentials_json: federation({ credential_source }) })
    expect(answer).toContain('Connecting failed at the stage TCP. ')
    expect(answer).toContain('It was asked for the subject token.')
  })

  it('a token server that cannot be reached', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await findFreePort()}`)
    const answer = await check({ credentials_json: federation() })
    expect(answer).toContain('Connecting failed at the stage TCP. ')
    expect(answer).toContain('It was asked for the token exchange.')
  })
})

it('a token server that is busy for a moment costs nothing but the moment', async () => {
  for (const host of ['sts.googleapis.com', 'iamcredentials.googleapis.com']) {
    identity.faults.push({ host, status: 503, body: { error: 'unavailable' } })
  }
  const { table } = await load('busy', { credentials_json: federation() })
  expect(countRows(target.double, table)).toBe(3)
})

async function listen(server: ReturnType<typeof createServer>) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
