import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { conformanceCases } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContainerTarget, openContainerTarget } from '../support/containers/connector-target.ts'
import { longFormProblem, postgresContainer, titled } from '../support/containers/containers.ts'

const run = promisify(execFile)
const executable = fileURLToPath(new URL('../../bin/landfall.js', import.meta.url))
const fullRefreshes = conformanceCases.filter(({ name }) => name.startsWith('a full refresh'))
const readBack = join(import.meta.dirname, 'postgres-read-back.ts')

describe.skipIf(longFormProblem !== undefined)(
  titled('landfall test --image, with the image of destination-postgres and PostgreSQL 17', longFormProblem),
  () => {
    let target: ContainerTarget
    let cwd = ''

    beforeAll(async () => {
      cwd = await mkdtemp(join(tmpdir(), 'landfall-test-image-'))
      target = await openContainerTarget('17')
      const { host, port } = await postgresContainer('17')
      await writeFile(join(cwd, 'config.json'), JSON.stringify(target.connectorConfig))
      // JSON is YAML, too.
      const settings = {
        image: target.image,
        docker_arguments: ['--network', target.network, '--memory', '512m'],
        config: 'config.json',
        read: `${process.execPath} ${readBack} '${JSON.stringify({ host, port })}'`,
        scenarios: 'all',
      }
      await writeFile(join(cwd, 'landfall-test.yaml'), JSON.stringify(settings))
    }, 300_000)
    afterAll(async () => {
      await target?.[Symbol.asyncDispose]()
      await rm(cwd, { recursive: true, force: true })
    })

    it.each([
      { only: 'protocol:', passed: 7 },
      { only: 'scenarios:', passed: 23 },
      { only: 'conformance: a full refresh', passed: fullRefreshes.length },
    ])('passes $only', { timeout: 300_000 }, async ({ only, passed }) => {
      const words = [executable, 'test', '--only', only, '--junit', 'report.xml']
      const { stdout, stderr } = await run(process.execPath, words, { cwd })
      expect(stdout, stderr).toBe(`${passed} passed, 0 failed, 0 skipped\n`)
      const report = await readFile(join(cwd, 'report.xml'), 'utf8')
      expect(report.match(/<testcase /g)).toHaveLength(passed)
    })

    it('sees that a password is wrong', { timeout: 120_000 }, async () => {
      const wrong = { ...target.connectorConfig, password: 'wrong' }
      await writeFile(join(cwd, 'wrong.json'), JSON.stringify(wrong))
      const words = [executable, 'test', '--config', 'wrong.json', '--only', 'check succeeds']
      const failed = await run(process.execPath, words, { cwd }).catch((error) => error)
      expect(failed).toMatchObject({ code: 1, stdout: '0 passed, 1 failed, 0 skipped\n' })
      expect(failed.stderr).toContain('FAILED')
    })
  },
)
