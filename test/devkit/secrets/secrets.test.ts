import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runKit } from '../run-kit.ts'
import { type FakeSecret, type FakeSecretManager, startFakeSecretManager } from './fake-secret-manager.ts'

const project = 'test-project'
let manager: FakeSecretManager
let directory: string

beforeEach(async () => {
  manager = await startFakeSecretManager(project)
  directory = await mkdtemp(join(tmpdir(), 'landfall-secrets-'))
})
afterEach(async () => {
  await manager[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

function secrets(words: readonly string[], env: { readonly [name: string]: string } = {}) {
  return runKit(['secrets', ...words], {
    cwd: directory,
    env: { GCP_PROJECT_ID: project, SECRET_MANAGER_EMULATOR_HOST: manager.address, ...env },
  })
}

function add(name: string, value: string, labels: FakeSecret['labels'] = {}): FakeSecret {
  const secret: FakeSecret = {
    name,
    labels: { connector: 'destination-x', ...labels },
    versions: [{ value, state: 'ENABLED' }],
  }
  manager.secrets.push(secret)
  return secret
}

describe('landfall secrets fetch', () => {
  it('writes each secret under the name of its label, for nobody but the owner', async () => {
    add('SECRET_DESTINATION-X_CREDS', '{"id":12345678901234567890}')
    add('SECRET_DESTINATION-X_OAUTH_CREDS', '{"a":1}', { filename: 'oauth' })
    add('SECRET_DESTINATION-Y_CREDS', '{"y":1}', { connector: 'destination-y' })
    add('UNRELATED', '{"z":1}')
    const run = await secrets(['fetch', 'destination-x'])
    expect(run.exitCode, run.stderr).toBe(0)
    // Digits are not rounded.
    expect(await readFile(join(directory, 'secrets/config.json'), 'utf8')).toBe('{"id":12345678901234567890}')
    expect(await readFile(join(directory, 'secrets/oauth.json'), 'utf8')).toBe('{"a":1}')
    expect((await stat(join(directory, 'secrets/config.json'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(directory, 'secrets/.gitignore'), 'utf8')).toBe('*\n')
    expect(run.stdout).toBe('')
    expect(run.stderr).toContain('SECRET_DESTINATION-X_CREDS -> secrets/config.json')
    expect(run.stderr).not.toContain('DESTINATION-Y')
  })

  it('reads all pages of the list', async () => {
    for (const index of [1, 2, 3, 4, 5]) add(`SECRET_X_${index}_CREDS`, '{}', { filename: `file-${index}` })
    const run = await secrets(['fetch', 'destination-x'])
    expect(run.stderr.trim().split('\n')).toHaveLength(5)
    expect(manager.calls.filter((call) => call === 'ListSecrets')).toHaveLength(3)
  })

  it('finds a connector in a label of several names', async () => {
    add('SECRET_SHARED_CREDS', '{"shared":true}', { connector: 'destination-w_destination-x' })
    expect((await secrets(['fetch', 'destination-x'])).exitCode).toBe(0)
    expect((await secrets(['fetch', 'destination'])).exitCode).toBe(1)
  })

  it('takes the newest version that is enabled', async () => {
    const secret = add('SECRET_X_CREDS', '{"version":1}')
    secret.versions.push({ value: '{"version":2}', state: 'ENABLED' })
    secret.versions.push({ value: '{"version":3}', state: 'DISABLED' })
    await secrets(['fetch', 'destination-x'])
    expect(await readFile(join(directory, 'secrets/config.json'), 'utf8')).toBe('{"version":2}')
  })

  it('closes a file that was open to others', async () => {
    await mkdir(join(directory, 'secrets'))
    await writeFile(join(directory, 'secrets/config.json'), 'old', { mode: 0o644 })
    add('SECRET_X_CREDS', '{}')
    await secrets(['fetch', 'destination-x'])
    expect((await stat(join(directory, 'secrets/config.json'))).mode & 0o777).toBe(0o600)
  })

  it('goes on behind a secret that cannot be used, and says which', async () => {
    add('SECRET_A_CREDS', 'my password', { filename: 'a' })
    add('SECRET_B_CREDS', '{}', { filename: 'b' }).versions.splice(0)
    add('SECRET_C_CREDS', '{}', { filename: '../c' })
    add('SECRET_D_CREDS', '{}', { filename: 'd' })
    add('SECRET_E_CREDS', '{}', { filename: 'd' })
    const run = await secrets(['fetch', 'destination-x'])
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('SECRET_A_CREDS: Its value is not JSON.')
    expect(run.stderr).not.toContain('password')
    expect(run.stderr).toContain('SECRET_B_CREDS: It has no enabled version.')
    expect(run.stderr).toContain('SECRET_C_CREDS: Its label `filename`')
    expect(run.stderr).toContain('SECRET_D_CREDS -> secrets/d.json')
    expect(run.stderr).toContain('SECRET_E_CREDS: It would become the same file as `SECRET_D_CREDS`.')
  })

  it('says how to make a secret where there is none', async () => {
    const run = await secrets(['fetch', 'destination-x'])
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('`SECRET_DESTINATION-X_CREDS`')
  })

  it('masks values in the log of GitHub Actions, before anything else can print them', async () => {
    const embedded = JSON.stringify({ private_key: '-----BEGIN\nabc%def\n' })
    add(
      'SECRET_X_CREDS',
      JSON.stringify({ password: 'pa55', schema: 'public', custom: 'hush', json: embedded }),
    )
    await writeFile(
      join(directory, 'spec.json'),
      JSON.stringify({ connectionSpecification: { properties: { custom: { airbyte_secret: true } } } }),
    )
    const run = await secrets(['fetch', 'destination-x'], { GITHUB_ACTIONS: 'true', CI: 'true' })
    const masks = run.stdout.trim().split('\n')
    expect(masks).toEqual(
      expect.arrayContaining(
        ['pa55', 'hush', '-----BEGIN', 'abc%25def', 'cGE1NQ=='].map((mask) => `::add-mask::${mask}`),
      ),
    )
    expect(run.stdout).not.toContain('public')
  })

  it('prints no value where the CI does not understand masks', async () => {
    add('SECRET_X_CREDS', '{"password":"pa55"}')
    const run = await secrets(['fetch', 'destination-x'], { CI: 'true' })
    expect(run.stdout + run.stderr).not.toContain('pa55')
    expect(run.stderr).toContain('Only GitHub Actions can mask values')
  })

  it('reads the name of the connector in its folder', async () => {
    const folder = join(directory, 'destination-x')
    await mkdir(folder)
    add('SECRET_X_CREDS', '{}')
    expect((await secrets(['fetch', './destination-x'])).exitCode).toBe(0)
    expect((await stat(join(folder, 'secrets/config.json'))).isFile()).toBe(true)
    expect((await secrets(['fetch'])).stderr).toContain('does not say which connector it holds')
  })

  it('explains what the service account lacks', async () => {
    manager.refuseWith = 7
    const run = await secrets(['fetch', 'destination-x'])
    expect(run.exitCode).toBe(3)
    expect(run.stderr).toContain('`Secret Manager Secret Accessor`')
  })
})

describe('without a project', () => {
  it('fails, or succeeds with a note where that is asked for', async () => {
    const env = { GCP_PROJECT_ID: '' }
    expect((await secrets(['fetch', 'destination-x'], env)).exitCode).toBe(2)
    const run = await secrets(['fetch', 'destination-x', '--if-configured'], env)
    expect(run.exitCode).toBe(0)
    expect(run.stderr).toContain('No Google Cloud project is known')
    expect(manager.calls).toEqual([])
  })

  it('refuses credentials that are no key of a service account, without showing them', async () => {
    const run = await secrets(['list', 'destination-x'], { GCP_PROJECT_ID: '', GCP_GSM_CREDENTIALS: 'pa55' })
    expect(run.exitCode).toBe(3)
    expect(run.stderr).toContain('`GCP_GSM_CREDENTIALS`')
    expect(run.stderr).not.toContain('pa55')
  })
})

it('landfall secrets list shows names and files, never values', async () => {
  add('SECRET_X_CREDS', '{"password":"pa55"}')
  const run = await secrets(['list', 'destination-x'])
  expect(run.stdout).toBe('SECRET_X_CREDS  secrets/config.json  created 2023-11-14\n')
  const json = await secrets(['list', 'destination-x', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'SECRET_X_CREDS', file: 'config.json' }])
  expect(manager.calls).not.toContain('AccessSecretVersion')
})

describe('landfall secrets write-back', () => {
  async function update(name: string, value: string, minutesAgo: number): Promise<void> {
    const folder = join(directory, 'secrets', 'updated_configurations')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, name), value)
    const time = new Date(Date.now() - minutesAgo * 60_000)
    await utimes(join(folder, name), time, time)
  }

  it('stores the newest value and disables the old version', async () => {
    const secret = add('SECRET_X_CREDS', '{"token":"old"}')
    await update('config|second.json', '{"token":"new"}', 1)
    await update('config|first.json', '{"token":"older"}', 9)
    const run = await secrets(['write-back', 'destination-x'])
    expect(run.exitCode, run.stderr).toBe(0)
    expect(secret.versions).toEqual([
      { value: '{"token":"old"}', state: 'DISABLED' },
      { value: '{"token":"new"}', state: 'ENABLED' },
    ])
    expect(manager.calls.indexOf('AddSecretVersion')).toBeLessThan(
      manager.calls.indexOf('DisableSecretVersion'),
    )
  })

  it('leaves a secret alone that holds the same', async () => {
    const secret = add('SECRET_X_CREDS', '{"a": 1, "b": 2}')
    await update('config.json', '{"b":2,"a":1}', 1)
    expect((await secrets(['write-back', 'destination-x'])).stderr).toContain('No configuration has changed.')
    expect(secret.versions).toHaveLength(1)
  })

  it('fails where no secret becomes that file', async () => {
    await update('other.json', '{}', 1)
    const run = await secrets(['write-back', 'destination-x'])
    expect(run.exitCode).toBe(3)
    expect(run.stderr).toContain('`other.json`')
  })
})
