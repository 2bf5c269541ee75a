import { recordLine, runCheckCommand, runWriteCommand, statusLine } from 'landfall/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import { grantScript } from '../../../destinations/redshift/grant-script.ts'
import destination from '../../../destinations/redshift/index.ts'
import { RedshiftDouble } from '../../support/redshift-double/server.ts'

/** What the rights of Redshift have in common with those of PostgreSQL, on the double. */
describe('a user with few rights', () => {
  let double: RedshiftDouble
  let role: string

  beforeEach(async () => {
    double = await RedshiftDouble.start()
    role = `${double.database.name}_weak`
    await double.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'weak'`)
    await double.database.query(`REVOKE ALL ON DATABASE ${double.database.name} FROM PUBLIC`)
    await double.database.query(`GRANT CONNECT ON DATABASE ${double.database.name} TO ${role}`)
  })

  afterEach(async () => {
    await double.database.query(`DROP OWNED BY ${role} CASCADE`)
    await double.database.query(`DROP ROLE ${role}`)
    await double[Symbol.asyncDispose]()
  })

  const config = () => ({ ...double.config, schema: 'shop', username: role, password: 'weak' })
  const check = async () => {
    const { messages } = await runCheckCommand(destination, config())
    return JSON.stringify(messages.at(-1)?.connectionStatus)
  }

  it('is told what to run, and what `landfall grants` prints is enough', async () => {
    const status = await check()
    expect(status).toContain('FAILED')
    expect(status).toContain(`GRANT TEMPORARY ON DATABASE`)
    expect(status).toContain(String.raw`CREATE SCHEMA \"airbyte_internal\"`)
    const script = grantScript(redshiftConfigSchema.parse(config()))
    expect(script).not.toContain('weak;')
    await double.database.query(script)
    expect(await check()).toBe('{"status":"SUCCEEDED"}')
    const users = { name: 'users', namespace: 'shop' }
    const run = await runWriteCommand(destination, {
      config: config(),
      catalog: {
        streams: [
          {
            stream: { ...users, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
            sync_mode: 'incremental',
            destination_sync_mode: 'append_dedup',
            primary_key: [['id']],
            generation_id: 1,
            minimum_generation_id: 0,
            sync_id: 1,
          },
        ],
      },
      input: [recordLine(users, { id: 1 }), statusLine(users)],
    })
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
  })
})
