import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { type Page, root } from './pages.ts'

/** A fresh directory inside of the repository, so that its packages and executables are found. */
export function createPageDirectory(page: Page): string {
  const directory = `${root}/.tmp/docs/${page.path.replaceAll('/', '-').replace(/\.md$/, '')}`
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  return directory
}

/** @param connection where the page's PostgreSQL is in this run; the page itself says `localhost` */
export function writePageFile(
  directory: string,
  name: string,
  text: string,
  connection: { readonly [key: string]: unknown },
): void {
  const isConnection = name === 'postgres.json'
  const content = isConnection ? JSON.stringify({ ...JSON.parse(text), ...connection }) : text
  writeFileSync(`${directory}/${name}`, content)
}

export function runShell(
  directory: string,
  script: string,
): { readonly code: number; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
    cwd: directory,
    encoding: 'utf8',
    env: {
      ...process.env,
      TZ: 'UTC',
      PATH: `${root}/node_modules/.bin${delimiter}${process.env.PATH ?? ''}`,
    },
  })
  return { code: status ?? -1, output: status === 0 || stdout !== '' ? stdout : stderr }
}

/** What differs from run to run: ids, the clock, durations and speeds. */
export function withoutVolatile(output: string): string {
  return output
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/("_airbyte_loaded_at":")[^"]+/g, '$1TIME')
    .replace(/\d+\.\d+ s\b/g, 'DURATION')
    .replace(/\d+ records\/s, \d+\.\d+ MB\/s/g, 'SPEED')
    .trim()
}
