import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { DestinationError } from '../../errors.ts'

const run = promisify(execFile)

/** Output of git, for files of a usual repository. */
const maximumBytes = 64 * 1024 * 1024

export type GitAnswer = { readonly isSuccess: boolean; readonly output: string; readonly problem: string }

/** Asks git. A refusal is an answer, too; only a missing git is an error. */
export async function askGit(folder: string, argv: readonly string[]): Promise<GitAnswer> {
  try {
    const { stdout } = await run('git', [...argv], { cwd: folder, maxBuffer: maximumBytes })
    return { isSuccess: true, output: stdout, problem: '' }
  } catch (cause) {
    const { code, stderr, stdout } = cause as { code?: unknown; stderr?: string; stdout?: string }
    if (typeof code === 'number')
      return { isSuccess: false, output: stdout ?? '', problem: (stderr ?? '').trim() }
    throw new DestinationError(
      'PROGRAM_FAILED',
      'git cannot be run. Install it, or see that it is on the PATH.',
      {
        cause,
      },
    )
  }
}

/** Lines of git's output; empty where it refuses. */
export async function listWithGit(folder: string, argv: readonly string[]): Promise<readonly string[]> {
  const { output } = await askGit(folder, argv)
  return output.split('\0').filter((line) => line !== '')
}
