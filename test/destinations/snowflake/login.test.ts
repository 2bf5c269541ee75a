import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import destination from '../../../destinations/snowflake/index.ts'
import { runCheckCommand } from '../../../src/testing/run-connector.ts'
import { SnowflakeDouble } from '../../support/snowflake-double/server.ts'

const encoding = { type: 'pkcs8', format: 'pem' } as const
const createPair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: encoding,
  })

describe('logging in to Snowflake', () => {
  const pair = createPair()
  const locked = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { ...encoding, cipher: 'aes-256-cbc', passphrase: 'open sesame' },
  })
  let double: SnowflakeDouble
  let doubleOfLocked: SnowflakeDouble

  beforeAll(async () => {
    const user = { user: 'AIRBYTE', password: 'secret word' }
    double = await SnowflakeDouble.start({ credentials: { ...user, publicKey: pair.publicKey } })
    doubleOfLocked = await SnowflakeDouble.start({ credentials: { ...user, publicKey: locked.publicKey } })
  })

  afterAll(async () => {
    await double[Symbol.asyncDispose]()
    await doubleOfLocked[Symbol.asyncDispose]()
  })

  const check = async (server: SnowflakeDouble, credentials: object) => {
    const run = await runCheckCommand(destination, { ...server.config, credentials })
    const [answer] = run.messages.filter(({ type }) => type === 'CONNECTION_STATUS')
    return { status: answer?.connectionStatus as { status: string; message?: string }, stdout: run.stdout }
  }

  const keyPair = (privateKey: string, password?: string) => ({
    auth_type: 'Key Pair Authentication',
    private_key: privateKey,
    ...(password === undefined ? {} : { private_key_password: password }),
  })

  it.each([
    ['a key as it is', (key: string) => key],
    ['a key in one line, with spaces', (key: string) => key.replaceAll('\n', ' ')],
    ['a key in one line, with escapes', (key: string) => key.replaceAll('\n', '\\n')],
  ])('takes %s', async (_title, spell) => {
    expect((await check(double, keyPair(spell(pair.privateKey)))).status).toEqual({ status: 'SUCCEEDED' })
  })

  it('takes an encrypted key with its passphrase', async () => {
    const { status } = await check(doubleOfLocked, keyPair(locked.privateKey, 'open sesame'))
    expect(status).toEqual({ status: 'SUCCEEDED' })
  })

  it.each([
    ['a key that belongs to somebody else', () => keyPair(createPair().privateKey), 'RSA_PUBLIC_KEY'],
    ['a key that is none', () => keyPair('not a key'), '`private_key`'],
    ['a wrong passphrase', () => keyPair(locked.privateKey, 'wrong'), '`private_key_password`'],
    ['a wrong password', () => ({ auth_type: 'Username and Password', password: 'wrong' }), 'password'],
  ])('refuses %s, and says what to check', async (_title, credentials, hint) => {
    const { status, stdout } = await check(double, credentials())
    expect(status.status).toBe('FAILED')
    expect(status.message).toContain(hint)
    expect(stdout).not.toContain('PRIVATE KEY')
    expect(stdout).not.toContain('secret word')
  })
})
