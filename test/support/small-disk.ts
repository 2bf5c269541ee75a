import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type SmallDisk = AsyncDisposable & { readonly path: string; resize(mebibytes: number): Promise<void> }

/** A file system in memory; undefined where this user may not mount one. */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'landfall-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', path])
  } catch {
    // Mounting is for the superuser of a machine that allows it; the test says why it is skipped.
    await rm(path, { recursive: true })
    return undefined
  }
  return {
    path,
    resize: async (size) => void (await run('mount', ['-o', `remount,size=${size}m`, path])),
    [Symbol.asyncDispose]: async () => {
      // Lazily: a test that failed may have left a file open, which would hide its failure.
      await run('umount', ['--lazy', path])
      await rm(path, { recursive: true })
    },
  }
}
