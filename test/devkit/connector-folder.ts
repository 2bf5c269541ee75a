import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { goodFiles } from './qa/connectors.ts'

export type Files = { readonly [path: string]: string | undefined }

/** A folder on disk with the good connector, changed: undefined leaves a file out. */
export function createFolder(changes: Files = {}, base: Files = goodFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-kit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFiles(folder, { ...base, ...changes })
  return folder
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    if (text === undefined) rmSync(join(folder, path), { force: true })
    else writeFileSync(join(folder, path), text)
  }
}
