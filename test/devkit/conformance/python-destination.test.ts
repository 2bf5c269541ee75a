import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runKit } from '../run-kit.ts'

const destination = `python3 ${join(import.meta.dirname, 'python_destination.py')}`
/** Enough of them to see every kind of value go through another language. */
const scenarios = [
  'basic_types',
  'null_handling',
  'unicode_and_special_strings',
  'special_number_values',
  'duplicate_primary_keys',
  'incremental_batch_stream',
].join(',')
const problem = spawnSync('python3', ['--version']).status === 0 ? '' : ' (skipped: python3 is not installed)'

it.skipIf(problem !== '')(
  `landfall test passes a destination written in Python, with its tables${problem}`,
  { timeout: 120_000 },
  async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'landfall-python-'))
    onTestFinished(() => rm(cwd, { recursive: true, force: true }))
    await writeFile(join(cwd, 'config.json'), JSON.stringify({ directory: join(cwd, 'tables') }))
    const words = ['--command', destination, '--read', `${destination} read`, '--config', 'config.json']
    const run = (only: string, ...more: readonly string[]) =>
      runKit(['test', ...words, '--scenarios', scenarios, '--only', only, ...more], { cwd, env: process.env })
    expect(await run('protocol:')).toMatchObject({
      exitCode: 0,
      stdout: '7 passed, 0 failed, 0 skipped\n',
    })
    const tables = await run('scenarios:', '--junit', 'junit.xml')
    expect(tables, tables.stderr).toMatchObject({
      exitCode: 0,
      stdout: '6 passed, 0 failed, 0 skipped\n',
    })
    expect(await readFile(join(cwd, 'junit.xml'), 'utf8')).toContain('name="unicode_and_special_strings"')
    // It has no types, and the suite notices.
    const conformance = await run('a bad value')
    expect(conformance.exitCode, conformance.stderr).toBe(1)
  },
)
