import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import duckdb from '../../destinations/duckdb/index.ts'
import postgres from '../../destinations/postgres/index.ts'
import { runGrantsCommand } from '../../src/cli/grants.ts'
import type { Destination } from '../../src/destination/destination.ts'

const config = { host: 'db', port: 5432, database: 'shop', schema: 'public', username: 'landfall' }

it('prints the script', async () => {
  const { code, stdout, stderr } = await run(postgres, config)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('GRANT CONNECT, TEMPORARY ON DATABASE "shop" TO "landfall";')
  expect(stdout).toContain('GRANT USAGE, CREATE ON SCHEMA "airbyte_internal" TO "landfall";')
})

it.each([
  {
    case: 'no file',
    destination: postgres,
    path: undefined,
    says: '`landfall grants` needs `--config <file>`',
  },
  {
    case: 'a configuration with a fault',
    destination: postgres,
    changes: { host: 5 },
    says: '`host` must be a text',
  },
  {
    case: 'a destination without roles',
    destination: duckdb,
    says: '`duckdb` has no script of rights',
  },
])('fails with a plain line: $case', async ({ destination, changes, says, ...rest }) => {
  const { code, stdout, stderr } = await run(destination, { ...config, ...changes }, rest)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(says)
})

async function run(destination: Destination, content: object, overrides: { path?: string | undefined } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-grants-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'config.json')
  writeFileSync(path, JSON.stringify(content))
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runGrantsCommand(destination, 'path' in overrides ? overrides.path : path, {
    stdout,
    stderr,
  })
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}
