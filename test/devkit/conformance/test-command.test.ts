import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runKit } from '../run-kit.ts'

const here = import.meta.dirname
const root = fileURLToPath(new URL('../../../', import.meta.url))
const node = process.execPath

const scenarios = [
  {
    name: 'basic',
    description: 'Two rows.',
    json_schema: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
    primary_key: [['id']],
    records: [
      { id: 1, name: 'Ann' },
      { id: 2, name: 'Ben' },
    ],
    expected_rows: [
      { id: 1, name: 'Ann' },
      { id: 2, name: 'Ben' },
    ],
  },
  {
    name: 'many',
    json_schema: { properties: { id: { type: 'integer' }, at: { type: 'string', format: 'date-time' } } },
    record_count: 50,
    record_generator: 'large_batch',
  },
]

/** A folder with settings for the tiny connector, or for others. */
async function folder(settings: object, config: object = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-test-command-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(
    join(directory, 'config.json'),
    JSON.stringify({ directory: join(directory, 'out'), ...config }),
  )
  await writeFile(join(directory, 'scenarios.json'), JSON.stringify({ custom_scenarios: scenarios }))
  // JSON is YAML, too.
  await writeFile(
    join(directory, 'landfall-test.yaml'),
    JSON.stringify({ config: 'config.json', ...settings }),
  )
  return directory
}

const tiny = {
  command: `${node} ${join(here, 'tiny-connector.js')}`,
  read: `${node} ${join(here, 'tiny-read-back.js')}`,
}

describe('landfall test', () => {
  it('passes a destination that keeps the protocol, whatever it is written in', async () => {
    const cwd = await folder({ command: tiny.command, protocol_only: true })
    const run = await runKit(['test', '--junit', 'reports/junit.xml'], { cwd, env: process.env })
    expect(run.stderr).not.toContain('✗')
    expect(run).toMatchObject({ exitCode: 0, stdout: '7 passed, 0 failed, 0 skipped\n' })
    expect(await readFile(join(cwd, 'reports/junit.xml'), 'utf8')).toMatch(
      /<testsuites name="landfall test" tests="7" failures="0" skipped="0" time="[\d.]+">/,
    )
  })

  it.each([
    ['two-specs', 'spec prints one specification', 'printed 2 SPEC messages'],
    ['accepts-anything', 'check fails with an empty configuration', 'an empty configuration was accepted'],
    ['changed-state', 'each state comes back once', 'position'],
  ])('notices a fault: %s', async (fault, name, message) => {
    const cwd = await folder({ command: tiny.command, protocol_only: true })
    const run = await runKit(['test', '--only', name, '--junit', 'junit.xml'], {
      cwd,
      env: { ...process.env, FAULT: fault },
    })
    expect(run).toMatchObject({ exitCode: 1, stdout: '0 passed, 1 failed, 0 skipped\n' })
    expect(run.stderr).toContain(message)
    expect(await readFile(join(cwd, 'junit.xml'), 'utf8')).toContain('<failure message="')
  })

  it('runs scenario files in the format of PyAirbyte, and reads the rows back', async () => {
    const cwd = await folder({ ...tiny, custom_scenarios: ['scenarios.json'] })
    for (const [name, fault, exitCode] of [
      ['basic', '', 0],
      ['many', '', 0],
      ['basic', 'lost-row', 1],
      ['many', 'lost-row', 1],
    ] as const) {
      const run = await runKit(['test', '--only', name], { cwd, env: { ...process.env, FAULT: fault } })
      expect(run.exitCode, `${name} ${fault} ${run.stderr}`).toBe(exitCode)
    }
  })

  it('runs the scenarios of PyAirbyte by their names, and sees what is lost', async () => {
    const skip = { duplicate_primary_keys: 'it does not deduplicate' }
    const cwd = await folder({ ...tiny, scenarios: 'basic_types,duplicate_primary_keys', skip })
    const env = { ...process.env, FAULT: 'lost-row' }
    const run = await runKit(['test', '--only', 'scenarios:'], { cwd, env })
    expect(run.stdout).toBe('0 passed, 1 failed, 1 skipped\n')
    expect(run.stderr).toContain('id=2e0 | is_active=false | name=Linus')
    const good = await runKit(['test', '--only', 'scenarios:', '--scenarios', 'basic_types'], {
      cwd,
      env: process.env,
    })
    expect(good).toMatchObject({ exitCode: 0, stdout: '1 passed, 0 failed, 0 skipped\n' })
  })

  it('ends a destination that does not end by itself', async () => {
    const cwd = await folder({ command: tiny.command, protocol_only: true, timeout_seconds: 1 })
    const run = await runKit(['test', '--only', 'a sync without records'], {
      cwd,
      env: { ...process.env, FAULT: 'hangs' },
    })
    expect(run.stderr).toContain('`write` did not end within 1 seconds')
  })

  it('runs the conformance cases against an executable, and reads its tables', async () => {
    const cwd = await folder({
      command: `${node} ${join(root, 'bin/destination-duckdb.js')}`,
      read: `${node} ${join(here, 'duckdb-read-back.ts')}`,
      skip: { 'append_dedup keeps the newest record of each key': 'to see a skip' },
    })
    await writeFile(join(cwd, 'config.json'), JSON.stringify({ destination_path: join(cwd, 'test.duckdb') }))
    for (const [only, outcome] of [
      ['append keeps every record', 'passed'],
      ['append_dedup keeps the newest', 'skipped'],
      ['a full refresh that breaks off leaves', 'passed'],
    ]) {
      const run = await runKit(['test', '--only', only ?? '', '--json'], { cwd, env: process.env })
      expect(run.exitCode, run.stderr).toBe(0)
      expect(JSON.parse(run.stdout).results).toMatchObject([{ group: 'conformance', outcome }])
    }
  })

  it('starts an image with docker', async () => {
    const cwd = await folder({ image: 'example/destination:dev', docker_arguments: ['--network', 'host'] })
    const docker = `#!/bin/sh
echo "$@" >> calls
folder=$(echo "$5" | cut -d: -f1)
while [ "$1" != example/destination:dev ]; do shift; done
shift
exec ${tiny.command} $(echo "$@" | sed "s#/landfall/#$folder/#g")
`
    await writeFile(join(cwd, 'docker'), docker, { mode: 0o755 })
    const env = { ...process.env, PATH: `${cwd}:${process.env.PATH}` }
    const run = await runKit(['test', '--protocol-only'], { cwd, env })
    expect(run, run.stderr).toMatchObject({ exitCode: 0 })
    expect(await readFile(join(cwd, 'calls'), 'utf8')).toMatch(
      /^run --rm -i --volume \/\S+:\/landfall:ro --network host example\/destination:dev check --config \/landfall\/config.json$/m,
    )
  })

  it.each([
    [{ protocol_only: true }, 'Give one of `--command` and `--image`'],
    [{ command: 'x' }, 'Give `--read`'],
    [{ command: 'x', protocol_only: true, skip: { nothing: 'why' } }, 'which no case is called'],
    [{ command: 'x', protocol_only: true, config: 'none.json' }, 'Write a configuration that works into it'],
    [{ command: 'x', protocol_only: true, tpyo: 1 }, 'tpyo'],
    [
      { command: 'x', protocol_only: true, custom_scenarios: ['config.json'] },
      'The scenario file `config.json`',
    ],
  ])('says what is wrong with settings: %j', async (settings, message) => {
    const run = await runKit(['test'], { cwd: await folder(settings), env: process.env })
    expect(run.exitCode).toBeGreaterThan(1)
    expect(run.stderr).toContain(message)
  })
})
