import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { Kit } from '../../src/devkit/kit.ts'
import { createProgram } from '../../src/devkit/program.ts'
import { runKit } from './run-kit.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const program = createProgram(
  new Kit({
    argv: [],
    env: {},
    cwd: '/',
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    version: '1.2.3',
    stopSignal: () => new AbortController().signal,
    runDestination: async () => {},
  }),
)

/** Every command and subcommand that help shows, by the words that call it. */
function listCommands(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  const children = command.createHelp().visibleCommands(command)
  return children
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => {
      const words = [...path, child.name()]
      return [words, ...listCommands(child, words)]
    })
}

const commands = listCommands(program).map((words) => ({ name: words.join(' '), words }))

describe('help', () => {
  it('names every command', async () => {
    const { exitCode, stdout, stderr } = await runKit(['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const { words } of commands.filter(({ words }) => words.length === 1)) {
      expect(stdout).toContain(`  ${words[0]} `)
    }
  })

  it('is what no arguments print', async () => {
    expect(await runKit([])).toEqual(await runKit(['--help']))
  })

  it.each(commands)(
    'of `$name` has a sentence, examples, and no colours where there is no terminal',
    async ({ words, name }) => {
      const { exitCode, stdout, stderr } = await runKit([...words, '--help'])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: landfall .*\n\n[A-Z][\s\S]*?\.\n/)
      expect(stdout).toMatch(new RegExp(`\nExamples:\n  # [A-Z].*[^.]\n  \\$ .*landfall ${name}`))
      expect(stdout).not.toContain('\u001b')
      // A terminal of 80 columns would break an example in the middle of a word.
      const [, examples = ''] = stdout.split('\nExamples:\n')
      expect(examples.split('\n').filter((line) => line.length > 80)).toEqual([])
      // The heading of the program's own list of commands.
      expect(stdout).not.toContain('Shell:')
    },
  )

  it('has colours on a terminal', async () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => 24 })
    const kit = new Kit({ ...base(), stdout })
    createProgram(kit).outputHelp()
    expect(String(stdout.read())).toContain('\u001b[1mUsage:')
  })

  function base() {
    return {
      argv: [],
      env: {},
      cwd: '/',
      stdin: new PassThrough(),
      stderr: new PassThrough(),
      version: '1.2.3',
      stopSignal: () => new AbortController().signal,
      runDestination: async () => {},
    }
  }
})

describe('the command line', () => {
  it('prints the version', async () => {
    expect(await runKit(['--version'])).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it.each([
    { argv: ['grnts'], says: 'Did you mean grants?' },
    { argv: ['rejects', 'lst'], says: 'Did you mean list?' },
    { argv: ['rejects', 'list', 'duckdb', '--steam', 'x'], says: 'Did you mean --stream?' },
    { argv: ['grants'], says: "missing required argument 'destination'" },
    { argv: ['grants', 'oracle'], says: 'There is no destination `oracle`' },
    { argv: ['run', 'oracle'], says: 'There is no destination `oracle`' },
  ])('refuses $argv with code 2', async ({ argv, says }) => {
    const { exitCode, stdout, stderr } = await runKit(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  it('gives a destination all of its arguments', async () => {
    const calls: unknown[] = []
    const { exitCode } = await runKit(['run', 'duckdb', 'check', '--config', 'x', '--help'], {
      runDestination: async ({ name }, argv) => void calls.push(name, argv),
    })
    expect({ exitCode, calls }).toEqual({
      exitCode: 0,
      calls: ['duckdb', ['check', '--config', 'x', '--help']],
    })
  })
})

describe('the version of Node', () => {
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const [major = 0, minor = 0] = (/\d+\.\d+/.exec(engines.node)?.[0] ?? '').split('.').map(Number)

  it.each([
    { node: `${major}.${minor}.0`, status: 0, says: '' },
    { node: `${major + 1}.0.0`, status: 0, says: '' },
    { node: `${major}.${minor - 1}.9`, status: 3, says: `landfall needs Node ${major}.${minor} or newer` },
    { node: `${major - 1}.99.0`, status: 3, says: `this is ${major - 1}.99.0` },
  ])('$node: exit code $status', ({ node, status, says }) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`
    const argv = ['--import', `data:text/javascript,${pretend}`, 'bin/landfall.js', '--version']
    const run = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' })
    expect(run.status, run.stderr).toBe(status)
    expect(run.stderr).toContain(says)
  })
})

describe('a reader that leaves early', () => {
  it('is no error', () => {
    const script = 'set -o pipefail; "$NODE" bin/landfall.js registry entry --all | true; echo $?'
    const env = { ...process.env, NODE: process.execPath }
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8', env })
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })
})

describe('what is loaded', () => {
  it.each(['destinations/duckdb/bin.ts', 'src/run.ts', 'src/cli/main.ts'])(
    '%s knows nothing of the developer kit',
    (path) => {
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).not.toMatch(/devkit|commander/)
    },
  )
})
