import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DestinationError } from '../../../src/errors.ts'
import { runKit } from '../run-kit.ts'

const executable = fileURLToPath(new URL('../../../bin/landfall.js', import.meta.url))
const ctrlC = '\u0003'

/** util-linux's `script` gives a program a terminal; that of other systems has other options. */
const hasScript = spawnSync('script', ['-qfec', 'true', '/dev/null']).status === 0
const reason = hasScript ? '' : ' (skipped: there is no `script` of util-linux)'

async function emptyFolder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'landfall-ctrl-c-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  return cwd
}

describe('landfall new, stopped', () => {
  it.skipIf(!hasScript).each([
    { question: 'the name', dialogue: [['write to?', ctrlC]] },
    {
      question: 'the kind',
      dialogue: [
        ['write to?', 'My Lake\r'],
        ['What kind', ctrlC],
      ],
    },
  ] as const)(`by Ctrl-C at $question: one line, exit code 130, no folder${reason}`, async ({ dialogue }) => {
    const cwd = await emptyFolder()
    const { screen, exitCode } = await runOnTerminal(cwd, dialogue)
    expect(exitCode).toBe(130)
    const lines = stripVTControlCharacters(screen).split(/\r?\n/)
    const said = lines.filter((line) => line.trim() !== '').at(-1)
    expect(said?.trim()).toBe('error: No answer was given, so nothing was written.')
    expect(screen).not.toMatch(/ExitPrompt|^\s+at /m)
    // The terminal gets its cursor back.
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'))
    expect(await readdir(cwd)).toEqual([])
  })

  it('while it writes: nothing half-written is left behind', async () => {
    const cwd = await emptyFolder()
    const stopped = AbortSignal.abort(new DestinationError('INTERRUPTED', 'Stopped by SIGINT.'))
    const run = await runKit(['new', 'x', '--kind', 'plain'], { cwd, stopSignal: () => stopped })
    expect(run).toEqual({ exitCode: 130, stdout: '', stderr: 'error: Stopped by SIGINT.\n' })
    expect(await readdir(cwd)).toEqual([])
  })
})

/** Types each answer when its question is on the screen. */
async function runOnTerminal(
  cwd: string,
  dialogue: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly screen: string; readonly exitCode: number | null }> {
  const child = spawn('script', ['-qfec', `${process.execPath} ${executable} new`, '/dev/null'], { cwd })
  const closed = once(child, 'close')
  const rest = [...dialogue]
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const [question, answer] = rest[0] ?? []
    if (question === undefined || !screen.includes(question)) return
    rest.shift()
    child.stdin.write(answer)
  })
  const [exitCode] = await closed
  return { screen, exitCode }
}
