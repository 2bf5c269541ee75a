import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { root as docsRoot, readPages } from '../docs/pages.ts'
import { runConnectorContainer } from '../support/containers/connector-container.ts'
import { builtImage, longFormProblem, titled } from '../support/containers/containers.ts'
import { docker, imageName } from '../support/containers/docker.ts'
import { users, usersCatalog } from './streams.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

const fiveLines = /^FROM .*\nCOPY .*\nRUN .*\nCOPY .*\nLABEL .*\n$/

describe.skipIf(longFormProblem !== undefined)(
  titled("an image of an author's own destination, outside of this repository", longFormProblem),
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-author-'))
    let image = ''

    beforeAll(async () => {
      await createProject(folder)
      image = await buildProject(folder)
    }, 600_000)
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it('is described by five lines', () => {
      expect(readBlock('Dockerfile')).toMatch(fiveLines)
    })

    it('says what it is', async () => {
      const config = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', image))
      expect(config.User).toBe('1000:1000')
      expect(config.Env).toContain(`AIRBYTE_ENTRYPOINT=${config.Entrypoint.join(' ')}`)
      expect(config.Labels).toMatchObject({
        'io.airbyte.name': 'acme/destination-json-lines',
        'io.airbyte.version': '1.0.0',
      })
    })

    it.each(['platform', 'direct'] as const)('answers spec and check, started by %s', async (start) => {
      const spec = await runConnectorContainer({ image, argv: ['spec'], start })
      expect(spec).toMatchObject({ exitCode: 0, stderr: '' })
      expect(spec.messages).toMatchObject([{ type: 'SPEC', spec: { documentationUrl: expect.any(String) } }])
      const check = await runConnectorContainer({
        image,
        start,
        argv: ['check', '--config', '/dest/config.json'],
        files: { 'config.json': { directory: '/dest/output' } },
      })
      expect(check).toMatchObject({ exitCode: 0, stderr: '' })
      expect(check.messages).toEqual([
        { type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } },
      ])
    })

    it('writes', async () => {
      const output = mkdtempSync(join(tmpdir(), 'landfall-author-output-'))
      await run('chmod', ['777', output])
      try {
        const sync = await runConnectorContainer(
          {
            image,
            argv: ['write', '--config', '/dest/config.json', '--catalog', '/dest/catalog.json'],
            files: { 'config.json': { directory: '/output' }, 'catalog.json': usersCatalog },
            docker: ['--volume', `${output}:/output`],
          },
          [recordLine(users, { id: 1, text: 'Ann' }), stateLine(users, 1, 1), statusLine(users)],
        )
        expect(sync).toMatchObject({ exitCode: 0, stderr: '', errorMessage: undefined })
        expect(sync.stateLines).toHaveLength(1)
        expect(readFileSync(join(output, 'users.jsonl'), 'utf8')).toBe('{"id":1,"text":"Ann"}\n')
      } finally {
        rmSync(output, { recursive: true, force: true })
      }
    })

    it('passes landfall test, as the author has it', { timeout: 120_000 }, async () => {
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ directory: '/local' }))
      const words = ['test', '--image', image, '--config', 'config.json', '--protocol-only']
      const { stdout } = await run('npx', ['landfall', ...words, '--junit', 'junit.xml'], { cwd: folder })
      expect(stdout).toBe('7 passed, 0 failed, 0 skipped\n')
      const report = readFileSync(join(folder, 'junit.xml'), 'utf8')
      expect(report).toContain('<testsuites name="landfall test" tests="7" failures="0"')
    })

    /** What the page tells an author to do; the framework comes as the tarball that would be published. */
    async function createProject(folder: string): Promise<void> {
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
      expect(readdirSync(folder)).toEqual([`landfall-${version}.tgz`])
      for (const name of ['package.json', 'Dockerfile', '.dockerignore']) {
        writeFileSync(join(folder, name), readBlock(name))
      }
      cpSync(`${root}test/destination/json-lines-destination.ts`, join(folder, 'json-lines-destination.ts'))
      writeFileSync(join(folder, 'main.ts'), readBlock('main.ts', 'docs/guide/write-a-destination.md'))
      await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder })
    }

    async function buildProject(folder: string): Promise<string> {
      const base = await builtImage('base')
      const dockerfile = readBlock('Dockerfile').replace(`landfall/destination-base:${version}`, base)
      expect(dockerfile).toContain(base)
      writeFileSync(join(folder, 'Dockerfile'), dockerfile)
      const name = imageName('of-an-author', inject('containerRun'))
      await docker('build', '--network', 'host', '--tag', name, folder)
      return name
    }
  },
)

/** A file of a page, word for word. */
function readBlock(name: string, path = 'docs/guide/docker-images.md'): string {
  const page = readPages().find((candidate) => candidate.path === path)
  const block = page?.blocks.find(({ mark }) => mark?.kind === 'file' && mark.value === name)
  if (block === undefined) throw new Error(`${docsRoot}/${path} has no file ${name}`)
  return block.text
}
