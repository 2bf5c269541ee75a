import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ConnectorKind, connectorKindNames } from '../../src/devkit/new/kinds.ts'
import { runKit } from '../devkit/run-kit.ts'
import { runConnectorContainer } from '../support/containers/connector-container.ts'
import { longFormProblem, titled } from '../support/containers/containers.ts'
import { docker, imageName } from '../support/containers/docker.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)

/** A configuration of each kind, and what the image answers to `check`: for two of them no server is there. */
const checks: { readonly [kind in ConnectorKind]: { readonly config: object; readonly answer: object } } = {
  sql: { config: { path: '/dest/example.sqlite' }, answer: { status: 'SUCCEEDED' } },
  plain: { config: { directory: '/dest/output' }, answer: { status: 'SUCCEEDED' } },
  declarative: {
    config: { url: 'http://127.0.0.1:1', token: 's3cret' },
    answer: { status: 'FAILED', message: expect.stringContaining('127.0.0.1:1') },
  },
  'declarative-sql': {
    config: { host: '127.0.0.1', port: 1, username: 'writer', database: 'warehouse' },
    answer: { status: 'FAILED', message: expect.stringContaining('127.0.0.1:1') },
  },
}

describe.skipIf(longFormProblem !== undefined)(
  titled('the image of a connector that landfall new has made', longFormProblem),
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'landfall-generated-'))
    let tarball = ''

    beforeAll(async () => {
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: root })
      tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? ''
    }, 60_000)
    afterAll(() => rmSync(directory, { recursive: true, force: true }))

    it.each(connectorKindNames)(
      '%s: builds, and answers spec and check',
      { timeout: 600_000 },
      async (kind) => {
        const image = await buildProject(kind)
        const spec = await runConnectorContainer({ image, argv: ['spec'] })
        expect(spec).toMatchObject({ exitCode: 0, stderr: '' })
        expect(spec.messages).toMatchObject([{ type: 'SPEC', spec: { connectionSpecification: {} } }])
        for (const start of ['platform', 'direct'] as const) {
          const check = await runConnectorContainer({
            image,
            start,
            argv: ['check', '--config', '/dest/config.json'],
            files: { 'config.json': checks[kind].config },
          })
          expect(check, check.stderr).toMatchObject({ exitCode: 0 })
          expect(check.messages.at(-1)).toMatchObject({ connectionStatus: checks[kind].answer })
        }
      },
    )

    async function buildProject(kind: ConnectorKind): Promise<string> {
      const folder = join(directory, kind)
      const words = ['--kind', kind, '--directory', folder, '--landfall', `file:${tarball}`]
      expect(await runKit(['new', `my-${kind}`, ...words])).toMatchObject({ exitCode: 0 })
      // The framework is not published from a checkout, so its tarball goes along.
      writeFileSync(join(folder, tarball), readFileSync(join(directory, tarball)))
      const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8')
      const withTarball = dockerfile.replace('COPY package*.json ./', `COPY package*.json ${tarball} ./`)
      expect(withTarball).not.toBe(dockerfile)
      writeFileSync(join(folder, 'Dockerfile'), withTarball)
      const name = imageName(`generated-${kind}`, inject('containerRun'))
      await docker('build', '--network', 'host', '--tag', name, folder)
      return name
    }
  },
)
