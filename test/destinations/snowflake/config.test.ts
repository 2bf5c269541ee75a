import { describe, expect, it } from 'vitest'
import { snowflakeConfigSchema } from '../../../destinations/snowflake/config.ts'
import destination from '../../../destinations/snowflake/index.ts'
import { caught } from '../../support/caught.ts'

/** As the Java connector's users have stored it. */
const stored = {
  host: 'accountname.us-east-2.aws.snowflakecomputing.com',
  role: 'AIRBYTE_ROLE',
  warehouse: 'AIRBYTE_WAREHOUSE',
  database: 'AIRBYTE_DATABASE',
  schema: 'AIRBYTE_SCHEMA',
  username: 'AIRBYTE_USER',
  credentials: { auth_type: 'Username and Password', password: 'secret word' },
  cdc_deletion_mode: 'Hard delete',
  use_merge_for_upsert: true,
}

const parse = (changes: object = {}) => snowflakeConfigSchema.parse({ ...stored, ...changes })

it('prints the rights that syncs need, for the names of the configuration', () => {
  const script = destination.grants(parse({ role: '"my role"', raw_data_schema: 'raw "x"' }))
  expect(script).toContain('GRANT USAGE ON WAREHOUSE "AIRBYTE_WAREHOUSE" TO ROLE "my role";')
  expect(script).toContain('ON SCHEMA "AIRBYTE_DATABASE"."raw ""x""" TO ROLE "my role";')
  expect(script).not.toContain('secret')
})

describe('the configuration of Snowflake', () => {
  it('reads a file of the Java connector', () => {
    expect(parse()).toEqual({
      url: 'https://accountname.us-east-2.aws.snowflakecomputing.com',
      account: 'accountname.us-east-2.aws',
      role: 'AIRBYTE_ROLE',
      warehouse: 'AIRBYTE_WAREHOUSE',
      database: 'AIRBYTE_DATABASE',
      schema: 'AIRBYTE_SCHEMA',
      username: 'AIRBYTE_USER',
      login: { kind: 'password', password: 'secret word' },
      parameters: { session: {} },
      rawDataSchema: 'airbyte_internal',
      disableTypeDedupe: false,
      cdcDeletionMode: 'hard',
      retentionPeriodDays: 1,
    })
  })

  it('reads a password from where older files have it', () => {
    expect(parse({ credentials: undefined, password: 'old' }).login).toEqual({
      kind: 'password',
      password: 'old',
    })
  })

  it.each([
    ['https://a.snowflakecomputing.com/', 'https://a.snowflakecomputing.com', 'a'],
    ['org-account.snowflakecomputing.com', 'https://org-account.snowflakecomputing.com', 'org-account'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1'],
    [
      'http://snowflake.localhost.localstack.cloud',
      'http://snowflake.localhost.localstack.cloud',
      'snowflake.localhost',
    ],
  ])('reads the host %s', (host, url, account) => {
    expect(parse({ host })).toMatchObject({ url, account })
  })

  it('reads settings from `jdbc_url_params`, in any case', () => {
    const text = '?statement_timeout_in_seconds=60&loginTimeout=30&tracing=ALL'
    expect(parse({ jdbc_url_params: text }).parameters).toEqual({
      loginTimeoutSeconds: 30,
      session: { STATEMENT_TIMEOUT_IN_SECONDS: 60 },
    })
  })

  it.each([
    [{ host: undefined }, 'CONFIG_INVALID', 'host'],
    [{ host: 'http://a.snowflakecomputing.com' }, 'CONFIG_UNSUPPORTED', 'without encryption'],
    [{ host: 'https://a.snowflakecomputing.com/path' }, 'CONFIG_INVALID', 'host'],
    [{ role: '' }, 'CONFIG_INVALID', 'role'],
    [{ credentials: { auth_type: 'OAuth2.0', client_id: 'x' } }, 'CONFIG_UNSUPPORTED', 'OAuth'],
    [{ credentials: { auth_type: 'Username and Password' } }, 'CONFIG_INVALID', 'password'],
    [{ credentials: null }, 'CONFIG_INVALID', 'credentials'],
    [{ credentials: { private_key: 'secret text' } }, 'CONFIG_INVALID', 'private_key'],
    [{ retention_period_days: 91 }, 'CONFIG_INVALID', 'retention_period_days'],
    [{ retention_period_days: 1.5 }, 'CONFIG_INVALID', 'retention_period_days'],
    [{ cdc_deletion_mode: 'Never' }, 'CONFIG_INVALID', 'cdc_deletion_mode'],
    [{ jdbc_url_params: 'LOCK_TIMEOUT=1;DROP' }, 'CONFIG_INVALID', 'LOCK_TIMEOUT'],
    [{ jdbc_url_params: 'privateKeyFile=x' }, 'CONFIG_UNSUPPORTED', 'privateKeyFile'],
  ])('refuses %j', async (changes, code, hint) => {
    const error = await caught(() => parse(changes))
    expect(error.code).toBe(code)
    expect(error.message).toContain(hint)
    expect(error.message).not.toMatch(/secret/)
  })
})
