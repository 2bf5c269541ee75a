import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))

type Step = { readonly name?: string; readonly run?: string; readonly uses?: string }

type Workflow = {
  readonly on: { readonly [event: string]: unknown }
  readonly permissions: { readonly [scope: string]: string }
  readonly jobs: {
    readonly [job: string]: {
      readonly steps?: readonly Step[]
      readonly uses?: string
      readonly needs?: string
    }
  }
}

const workflows = globSync('.github/workflows/*.yml', { cwd: root })
  .toSorted()
  .map((path) => ({ path, workflow: parseYaml(path) as Workflow }))

const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const steps = workflows.flatMap(({ path, workflow }) =>
  Object.values(workflow.jobs).flatMap((job) => (job.steps ?? []).map((step) => ({ path, step }))),
)
const commands = steps.flatMap(({ path, step }) =>
  (step.run ?? '')
    .split(/\n|&&/)
    .map((line) => ({ path, command: line.trim() }))
    .filter(({ command }) => command !== ''),
)

describe('the workflows', () => {
  it('are there, and may only read the repository', () => {
    expect(workflows.map(({ path }) => path)).toEqual([
      '.github/workflows/publish.yml',
      '.github/workflows/test.yml',
    ])
    for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' })
  })

  it('test by the same program as everybody, which is executable', () => {
    expect(commands).toContainEqual({ path: '.github/workflows/test.yml', command: '.ci/run' })
    accessSync(`${root}/.ci/run`, constants.X_OK)
  })

  it.each(commands)('$path: `$command` exists', ({ command }) => {
    expect(describeCommand(command)).toBe('known')
  })

  it.each(commands.filter(({ command }) => command.startsWith('npm run image')))(
    '$path: `$command` is understood',
    ({ command }) => {
      const [, words = ''] = command.split(' -- ')
      const argv = words.replace('"$PLATFORMS"', 'linux/amd64,linux/arm64').split(' ')
      const { status, stdout } = spawnSync(
        process.execPath,
        [`${root}/scripts/image.mjs`, ...argv, '--print'],
        { encoding: 'utf8' },
      )
      expect(status).toBe(0)
      expect(stdout).toContain('--platform linux/amd64,linux/arm64')
    },
  )

  it('push only what a tag or a person asks for, and only after the tests', () => {
    const publish = workflows.find(({ path }) => path.endsWith('publish.yml'))?.workflow
    expect(publish?.jobs.test?.uses).toBe('./.github/workflows/test.yml')
    expect(publish?.jobs.images?.needs).toBe('test')
    expect(Object.keys(publish?.on ?? {})).toEqual(['push', 'workflow_dispatch'])
    const runs = publish?.jobs.images?.steps?.map(({ run = '' }) => run) ?? []
    expect(runs.indexOf('npm audit')).toBeGreaterThan(runs.indexOf('npm ci'))
    expect(runs.findIndex((run) => run.includes('--push'))).toBeGreaterThan(runs.indexOf('npm audit'))
    const pushing = publish?.jobs.images?.steps?.filter(({ run = '' }) => run.includes('--push')) ?? []
    expect(pushing).toMatchObject([{ if: "env.MUST_PUSH == 'true'" }])
  })

  it.each(steps.flatMap(({ step }) => step.uses ?? []))('%s has a version', (uses) => {
    expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+/)
  })
})

describe('.ci/run', () => {
  it('runs commands that exist', () => {
    const lines = readFileSync(`${root}/.ci/run`, 'utf8').split('\n')
    const npm = lines.filter((line) => /^([A-Z_]+=1 )?npm /.test(line))
    expect(npm).toEqual([
      'npm ci',
      'LANDFALL_ALL_CONTAINERS=1 npm test',
      'npm run test:containers -- --versions',
    ])
    for (const line of npm) expect(describeCommand(line.replace(/^[A-Z_]+=1 /, ''))).toBe('known')
  })
})

describe('compose.yaml', () => {
  it('builds from files that exist', () => {
    const { services } = parseYaml('compose.yaml') as {
      readonly services: {
        readonly [name: string]: {
          readonly build?: { readonly dockerfile: string }
          readonly depends_on?: object
          readonly volumes?: readonly string[]
        }
      }
    }
    const names = Object.keys(services)
    expect(names).toEqual(['postgres', 'source', 'destination'])
    for (const { build, volumes = [], depends_on: dependencies = {} } of Object.values(services)) {
      if (build !== undefined) expect(existsSync(`${root}/${build.dockerfile}`)).toBe(true)
      for (const name of Object.keys(dependencies)) expect(names).toContain(name)
      const mounted = volumes.filter((volume) => volume.startsWith('./'))
      for (const volume of mounted) expect(existsSync(`${root}/${volume.split(':')[0]}`)).toBe(true)
    }
  })
})

function parseYaml(path: string): unknown {
  const document = parseDocument(readFileSync(`${root}/${path}`, 'utf8'))
  expect(document.errors, path).toEqual([])
  return document.toJS()
}

function describeCommand(command: string): string {
  const [program = '', first = '', second = ''] = command.split(' ')
  if (program === 'npm') {
    if (first === 'run') return second in scripts ? 'known' : `there is no script ${second}`
    return ['ci', 'test', 'audit'].includes(first) ? 'known' : `npm ${first} is not expected here`
  }
  if (['sudo', 'test'].includes(program)) return 'known'
  return existsSync(`${root}/${program}`) ? 'known' : `there is no ${program}`
}
