import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Block, readPages } from '../docs/pages.ts'
import { withoutVolatile } from '../docs/run-block.ts'
import { longFormProblem, titled } from '../support/containers/containers.ts'
import { imageName } from '../support/containers/docker.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const path = 'docs/guide/build-a-destination.md'
const commands = ['test', 'containers']

describe.skipIf(longFormProblem !== undefined)(titled(`every command of ${path}`, longFormProblem), () => {
  const blocks = readPages().find((page) => page.path === path)?.blocks ?? []
  const home = mkdtempSync(join(tmpdir(), 'landfall-tutorial-'))
  const directory = join(home, 'reader')
  let tarball = ''

  beforeAll(() => {
    mkdirSync(directory)
    const packed = shell(root, `npm pack --ignore-scripts --silent --pack-destination ${home}`)
    expect(packed.code, packed.output).toBe(0)
    tarball = readdirSync(home).find((name) => name.endsWith('.tgz')) ?? ''
  }, 60_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('does what the page says', { timeout: 900_000 }, () => {
    const shells = blocks.filter(({ language }) => language === 'sh')
    expect(shells.filter(({ mark }) => !commands.includes(mark?.kind ?? ''))).toEqual([])
    let output = ''
    for (const block of blocks) {
      if (block.mark?.kind === 'file') writeBlock(block)
      if (commands.includes(block.mark?.kind ?? '')) output = runBlock(block)
      if (block.mark?.kind === 'output') {
        expect(withoutVolatile(output), `${path}:${block.line}`).toBe(withoutVolatile(block.text))
      }
    }
  })

  function writeBlock({ mark, text }: Block): void {
    const target = join(directory, mark?.value ?? '')
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  /** As the page has it, but for what a checkout has not: a published package, and a tag that nobody else uses. */
  function runBlock({ mark, text, line }: Block): string {
    const script = text
      .replace('npm install landfall', `npm install ${join(home, tarball)}`)
      .replaceAll('example/destination-notes:dev', imageName('notes', inject('containerRun')))
      .replace('docker build', 'docker build --quiet --network host')
      .replace(/^docker build .*$/m, '$& >&2')
    const { code, output, errors } = shell(directory, script)
    expect(code, `${path}:${line}\n${script}\n${output}\n${errors}`).toBe(0)
    if (mark?.value === 'make the project') useTarball()
    return output
  }

  /** The new project asks for the version of the package, which is not published from a checkout. */
  function useTarball(): void {
    const folder = join(directory, 'destination-notes')
    copyFileSync(join(home, tarball), join(folder, tarball))
    replaceIn(join(folder, 'package.json'), /"landfall": "[^"]+"/, `"landfall": "file:${tarball}"`)
    replaceIn(join(folder, 'Dockerfile'), 'COPY package*.json ./', `COPY package*.json ${tarball} ./`)
  }

  function replaceIn(file: string, before: string | RegExp, after: string): void {
    const text = readFileSync(file, 'utf8')
    const changed = text.replace(before, after)
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
  }
})

/** A shell as a reader's, which knows Node but none of this repository's programs. */
function shell(cwd: string, script: string) {
  const own = join(root, 'node_modules', '.bin')
  const rest = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== own)
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      VITEST: undefined,
      NODE_ENV: undefined,
      CI: 'true',
      TZ: 'UTC',
      PATH: [dirname(process.execPath), ...rest].join(delimiter),
    },
  })
  return { code: status, output: stdout, errors: stderr }
}
