import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConnectorName } from '../../../src/devkit/new/connector-name.ts'
import { connectorKindNames } from '../../../src/devkit/new/kinds.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'
import { runKit } from '../run-kit.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'landfall-new-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Runs a program with this Node first on the path, as in the project's own scripts. */
function run(cwd: string, program: string, argv: readonly string[]) {
  const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  )
  const { status, stdout, stderr } = spawnSync(program, argv, {
    cwd,
    encoding: 'utf8',
    // Snapshots must be there already, as in CI.
    env: { ...process.env, PATH: path, CI: 'true', VITEST: undefined },
  })
  return { status, output: `${stdout}\n${stderr}` }
}

describe('the name of a connector', () => {
  it.each([
    ['x', 'x', 'X', 'X'],
    ['destination-x', 'x', 'X', 'X'],
    ['Destination X', 'x', 'X', 'X'],
    ['My X', 'my-x', 'My X', 'MyX'],
    ['my-x', 'my-x', 'My X', 'MyX'],
    ['destination-my-x', 'my-x', 'My X', 'MyX'],
    ['DuckDB', 'duck-db', 'DuckDB', 'DuckDb'],
  ])('%s', (text, slug, title, pascal) => {
    expect(parseConnectorName(text)).toEqual({ slug, title, pascal })
  })

  it.each(['', '1x', 'a--b', '../x', 'a/b', 'é', 'x'.repeat(51)])('cannot be `%s`', (text) => {
    expect(() => parseConnectorName(text)).toThrow('begin with a letter')
  })
})

describe('landfall new', () => {
  it('refuses a folder that has something in it, and leaves it alone', async () => {
    const folder = join(directory, 'taken')
    await runKit(['new', 'taken', '--kind', 'plain', '--directory', folder], { cwd: directory })
    const before = await readFile(join(folder, 'metadata.yaml'), 'utf8')
    const again = await runKit(['new', 'taken', '--kind', 'plain', '--directory', folder], { cwd: directory })
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not empty') })
    expect(await readFile(join(folder, 'metadata.yaml'), 'utf8')).toBe(before)
  })

  it('asks nothing where there is no terminal', async () => {
    const withoutKind = await runKit(['new', 'x'], { cwd: directory })
    expect(withoutKind).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Give `--kind`') })
    const withoutName = await runKit(['new'], { cwd: directory })
    expect(withoutName.stderr).toContain('Give a name')
    expect(await readdir(directory)).not.toContain('destination-x')
  })

  it('asks for the name and the kind on a terminal', async () => {
    const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
    const running = runKit(['new', '--directory', join(directory, 'asked')], {
      cwd: directory,
      stdin: keyboard,
    })
    // Each answer waits for its question.
    for (const keys of ['1x', '\r', '\u0015', 'My Lake', '\r', '\u001b[B', '\r']) {
      await sleep(300)
      keyboard.write(keys)
    }
    const { exitCode, stdout, stderr } = await running
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toBe('asked\n')
    expect(stderr).toContain('is no name for a connector')
    const metadata = await readFile(join(directory, 'asked', 'metadata.yaml'), 'utf8')
    expect(metadata).toContain('name: My Lake')
    // The second kind of the list.
    expect(metadata).toContain('connectorSubtype: file')
  })

  it('gives each connector an id of its own, or the one that is asked for', async () => {
    const idOf = async (...words: string[]) => {
      const folder = join(directory, `id-${words.length}`)
      await rm(folder, { recursive: true, force: true })
      await runKit(['new', 'x', '--kind', 'declarative', '--directory', folder, ...words])
      return /definitionId: (\S+)/.exec(await readFile(join(folder, 'metadata.yaml'), 'utf8'))?.[1]
    }
    expect(await idOf()).not.toBe(await idOf())
    const id = '6efe8367-522c-4256-ba38-0850bf436bdf'
    expect(await idOf('--definition-id', id)).toBe(id)
  })

  it('is formatted with the longest name, too', async () => {
    const name = `a${'-long'.repeat(9)}-end`
    for (const kind of connectorKindNames) {
      const folder = join(directory, `long-${kind}`)
      await runKit(['new', name, '--kind', kind, '--directory', folder])
      run(folder, 'git', ['init', '--quiet'])
      const { status, output } = run(folder, 'biome', ['check', '.'])
      expect(status, output).toBe(0)
    }
  })
})

it('landfall todo lists what is left, with file and line', async () => {
  const folder = join(directory, 'todo')
  await runKit(['new', 'x', '--kind', 'plain', '--directory', folder])
  const { stdout, exitCode } = await runKit(['todo', folder])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('src/writer.ts:')
  const [line = ''] = stdout.split('\n').filter((entry) => entry.startsWith('src/config.ts:'))
  const [path = '', place = ''] = line.split(' ')[0]?.split(':') ?? []
  const source = (await readFile(join(folder, path), 'utf8')).split('\n')
  expect(source[Number(place) - 1]).toContain('TODO(landfall): List the fields')
  expect((await runKit(['todo', folder, '--strict'])).exitCode).toBe(1)
  for (const { path: file } of JSON.parse((await runKit(['todo', folder, '--json'])).stdout)) {
    const text = await readFile(join(folder, file), 'utf8')
    await writeFile(join(folder, file), text.replaceAll('TODO(landfall)', 'Done'))
  }
  expect(await runKit(['todo', folder, '--strict'])).toMatchObject({ exitCode: 0, stdout: '' })
})

// All kinds share one installation, since that is what takes the time.
describe('a connector that nobody has touched', () => {
  const workspace = () => join(directory, 'workspace')

  beforeAll(async () => {
    const packed = run(root, 'npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory])
    expect(packed.status, packed.output).toBe(0)
    const [file = ''] = (await readdir(directory)).filter((name) => name.endsWith('.tgz'))
    const landfall = `file:${join(directory, file)}`
    for (const kind of connectorKindNames) {
      const folder = join(workspace(), `destination-my-${kind}`)
      await runKit(['new', `my-${kind}`, '--kind', kind, '--directory', folder, '--landfall', landfall])
    }
    await writeFile(
      join(workspace(), 'package.json'),
      JSON.stringify({ private: true, workspaces: ['destination-*'] }),
    )
    run(workspace(), 'git', ['init', '--quiet'])
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
    const installed = run(workspace(), 'npm', ['install', ...flags])
    expect(installed.status, installed.output).toBe(0)
  }, 300_000)

  it.each(connectorKindNames)(
    '%s: lints, type-checks, passes its tests and builds',
    { timeout: 180_000 },
    (kind) => {
      const { status, output } = run(join(workspace(), `destination-my-${kind}`), 'npm', ['test'])
      expect(status, output).toBe(0)
      expect(output).toMatch(/Tests .*\d+ passed/)
    },
  )

  it('declarative-sql: passes the conformance suite, once there is a server', {
    timeout: 180_000,
  }, async () => {
    await using database = await createTestDatabase()
    const { host, port, username, password } = database.config
    const folder = join(workspace(), 'destination-my-declarative-sql')
    const config = { host, port, username, password, database: database.name, ssl_mode: 'disable' }
    await mkdir(join(folder, 'secrets'))
    await writeFile(join(folder, 'secrets', 'config.json'), JSON.stringify(config))
    const { status, output } = run(folder, 'npx', ['vitest', 'run'])
    expect(status, output).toBe(0)
    expect(output).toMatch(/Tests .*\d\d passed/)
    expect(output).not.toContain('skipped')
    await rm(join(folder, 'secrets'), { recursive: true })
  })

  it.each(connectorKindNames)('%s: passes every check of landfall qa', async (kind) => {
    const qa = await runKit(['qa'], { cwd: join(workspace(), `destination-my-${kind}`) })
    expect(qa.exitCode, qa.stdout + qa.stderr).toBe(0)
  })

  it.each([
    ['sql', ['dist/main.js', 'spec']],
    ['plain', ['dist/main.js', 'spec']],
    ...['declarative', 'declarative-sql'].map((kind): [string, string[]] => [
      kind,
      [join('..', 'node_modules', 'landfall', 'bin', 'landfall.js'), 'run', 'manifest.yaml', 'spec'],
    ]),
  ])('%s: prints its specification', (kind, argv) => {
    const { output } = run(join(workspace(), `destination-my-${kind}`), process.execPath, argv)
    expect(JSON.parse(output.trim().split('\n')[0] ?? '')).toMatchObject({ type: 'SPEC' })
  })
})
