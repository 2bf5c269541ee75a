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

it.each([['--config', 'PATH'], ['--config=PATH']])('prints the script: %s %s', async (...argv) => {
  const { code, stdout, stderr } = await run(postgres, argv, config)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('GRANT CONNECT, TEMPORARY ON DATABASE "shop" TO "landfall";')
  expect(stdout).toContain('GRANT USAGE, CREATE ON SCHEMA "airbyte_internal" TO "landfall";')
})

it.each([
  { case: 'no file', destination: postgres, argv: [], says: '`landfall grants` needs `--config <file>`' },
  {
    case: 'a configuration with a fault',
    destination: postgres,
    argv: ['--config', 'PATH'],
    changes: { host: 5 },
    says: '`host` must be a text',
  },
  {
    case: 'a destination without roles',
    destination: duckdb,
    argv: ['--config', 'PATH'],
    says: '`duckdb` has no roles',
  },
])('fails with a plain line: $case', async ({ destination, argv, changes, says }) => {
  const { code, stdout, stderr } = await run(destination, argv, { ...config, ...changes })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(says)
})

async function run(destination: Destination, argv: readonly string[], content: object) {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-grants-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'config.json')
  writeFileSync(path, JSON.stringify(content))
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runGrantsCommand(
    destination,
    argv.map((word) => word.replace('PATH', path)),
    { stdout, stderr },
  )
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}
