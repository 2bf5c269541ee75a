import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { completionScripts, shells } from '../../src/devkit/completion/scripts.ts'
import { runKit } from './run-kit.ts'

describe('what the last word can become', () => {
  it.each([
    { words: ['rej'], names: ['rejects'] },
    { words: ['rejects', ''], names: ['list', 'replay'] },
    { words: ['rejects', 'list', ''], names: ['duckdb', 'postgres'] },
    { words: ['rejects', 'list', 'p'], names: ['postgres'] },
    { words: ['rejects', 'list', 'postgres', '--c'], names: ['--catalog', '--config'] },
    // A file: the shell offers its own.
    { words: ['rejects', 'list', 'postgres', '--config', ''], names: [] },
    { words: ['rejects', 'list', '--config', 'x.json', ''], names: ['duckdb', 'postgres'] },
    { words: ['completion', ''], names: [...shells] },
    { words: ['nonsense', ''], names: [] },
  ])('$words', async ({ words, names }) => {
    const { stdout, exitCode } = await runKit(['__complete', '--', ...words])
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]]))).toEqual(names)
  })

  it('is described', async () => {
    const { stdout } = await runKit(['__complete', '--', 'grants'])
    expect(stdout).toMatch(/^grants\tPrint the statements .*\.\n$/)
  })
})

describe('the scripts', () => {
  it.each(shells)('landfall completion %s prints the one for it', async (shell) => {
    expect(await runKit(['completion', shell])).toEqual({
      exitCode: 0,
      stdout: completionScripts[shell],
      stderr: '',
    })
  })

  const installed = shells.map((shell) => ({ shell, path: findShell(shell) }))

  it.each(installed.filter(({ path }) => path !== undefined))(
    '$shell understands its own',
    ({ shell, path = '' }) => {
      const { status, stderr } = spawnSync(path, ['-n'], {
        input: completionScripts[shell],
        encoding: 'utf8',
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    },
  )

  it.skip.each(installed.filter(({ path }) => path === undefined))(
    '$shell understands its own: it is not installed',
    () => {},
  )

  it('fills in a word in bash', () => {
    const script = `
      landfall() { [ "$#-$1-$2-$3-$4" = "4-__complete----rejects-ca" ] && printf 'called\\tIt was.\\nother\\t\\n'; }
      eval "$COMPLETION"
      COMP_WORDS=(landfall rejects ca); COMP_CWORD=2
      _landfall
      echo "\${COMPREPLY[@]}"
    `
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      env: { ...process.env, COMPLETION: completionScripts.bash },
      encoding: 'utf8',
    })
    expect({ stdout, stderr }).toEqual({ stdout: 'called\n', stderr: '' })
  })
})

function findShell(shell: string): string | undefined {
  return [`/bin/${shell}`, `/usr/bin/${shell}`].find((path) => existsSync(path))
}
