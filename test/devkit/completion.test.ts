import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { completionScripts, shells } from '../../src/devkit/completion/scripts.ts'
import { runKit } from './run-kit.ts'

describe('what the last word can become', () => {
  it.each([
    { words: ['rej'], names: ['rejects'] },
    { words: ['rejects', ''], names: ['list', 'replay'] },
    { words: ['rejects', 'list', ''], names: ['bigquery', 'duckdb', 'postgres', 'redshift', 'snowflake'] },
    { words: ['rejects', 'list', 'p'], names: ['postgres'] },
    { words: ['rejects', 'list', 'postgres', '--c'], names: ['--catalog', '--config'] },
    // A file: the shell offers its own.
    { words: ['rejects', 'list', 'postgres', '--config', ''], names: [] },
    {
      words: ['rejects', 'list', '--config', 'x.json', ''],
      names: ['bigquery', 'duckdb', 'postgres', 'redshift', 'snowflake'],
    },
    { words: ['completion', ''], names: [...shells] },
    { words: ['version', 'bump', 'm'], names: ['minor', 'major', 'minor_rc', 'major_rc'] },
    { words: ['secrets', ''], names: ['fetch', 'list', 'write-back'] },
    { words: ['nonsense', ''], names: [] },
  ])('$words', async ({ words, names }) => {
    const { stdout, exitCode } = await runKit(['__complete', '--', ...words])
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]]))).toEqual(names)
  })

  it('is described', async () => {
    const { stdout } = await runKit(['__complete', '--', 'grants'])
    expect(stdout).toMatch(/^grants\tPrint the SQL .*\.\n$/)
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
    '$shell fills in a word with what the executable says',
    ({ shell, path = '' }) => {
      const { stdout, stderr } = spawnSync(path, [...quiet[shell], '-c', sessions[shell]], {
        env: { ...process.env, COMPLETION: completionScripts[shell] },
        encoding: 'utf8',
      })
      expect({ stdout, stderr }).toEqual({ stdout: expected[shell], stderr: '' })
    },
  )

  it.skip.each(installed.filter(({ path }) => path === undefined))(
    '$shell fills in a word: it is not installed',
    () => {},
  )
})

/** Without what the user of this machine has set up. */
const quiet = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] } as const

/** Loads the script with an executable that knows two words, and presses Tab behind `landfall rejects ca`. */
const sessions = {
  bash: `
    landfall() { [ "$#-$1-$2-$3-$4" = "4-__complete----rejects-ca" ] && printf 'called\\tIt was.\\nother\\t\\n'; }
    eval "$COMPLETION"
    COMP_WORDS=(landfall rejects ca); COMP_CWORD=2
    _landfall
    echo "\${COMPREPLY[@]}"`,
  zsh: `
    compdef() { :; }
    _describe() { print -l -- "\${(@P)2}"; }
    _files() { print FILES; }
    landfall() { [ "$*" = "__complete -- rejects ca" ] && printf 'called\\tIt was.\\n'; }
    eval "$COMPLETION"
    words=(landfall rejects ca); CURRENT=3; _landfall
    words=(landfall rejects other); CURRENT=3; _landfall`,
  fish: `
    function landfall
      test "$argv" = '__complete -- rejects ca'; and printf 'called\\tIt was.\\n'
    end
    echo $COMPLETION | source
    complete -C 'landfall rejects ca'`,
} as const

const expected = { bash: 'called\n', zsh: 'called:It was.\nFILES\n', fish: 'called\tIt was.\n' } as const

function findShell(shell: string): string | undefined {
  return [`/bin/${shell}`, `/usr/bin/${shell}`].find((path) => existsSync(path))
}
