import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { destinationNames } from '../../../src/cli/load-destination.ts'
import { allChecks } from '../../../src/devkit/qa/all-checks.ts'
import { runKit } from '../run-kit.ts'
import { changed, goodFiles } from './connectors.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** A git repository with the good connector on `main`, and another branch checked out. */
function createRepository(changes: { readonly [path: string]: string | undefined } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-qa-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  write(folder, { ...goodFiles, '.gitignore': 'secrets/\n' })
  git(folder, 'init', '--quiet', '--initial-branch', 'main')
  git(folder, 'add', '.')
  git(folder, '-c', 'user.name=A', '-c', 'user.email=a@acme.dev', 'commit', '--quiet', '--message', 'x')
  git(folder, 'checkout', '--quiet', '-b', 'work')
  write(folder, changes)
  return folder
}

function write(folder: string, files: { readonly [path: string]: string | undefined }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    if (text === undefined) rmSync(join(folder, path))
    else writeFileSync(join(folder, path), text)
  }
}

function git(folder: string, ...argv: readonly string[]): void {
  const { status, stderr } = spawnSync('git', argv, { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
}

describe('landfall qa over the destinations of this package', () => {
  it('finds nothing', async () => {
    const { exitCode, stdout, stderr } = await runKit(['qa'], { cwd: root })
    expect(stdout).not.toMatch(/✗/)
    for (const name of destinationNames) expect(stdout).toContain(`destination-${name}: `)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})

describe('landfall qa', () => {
  it('is content with a connector without a fault, and compares it with a branch', async () => {
    const cwd = createRepository()
    const { exitCode, stdout } = await runKit(['qa', '--base', 'main', '--verbose'], { cwd })
    expect(stdout).toContain('version-increment  skipped: nothing changed that is in the image')
    expect(stdout).not.toContain('✗')
    expect(exitCode).toBe(0)
  })

  it.each([
    { change: 'a changed file', files: { 'index.ts': 'export {}\n' } },
    { change: 'a file that git does not know yet', files: { 'new.ts': 'export {}\n' } },
  ])('asks for a higher version after $change', async ({ files }) => {
    const { exitCode, stdout } = await runKit(['qa', '--base', 'main'], { cwd: createRepository(files) })
    expect(stdout).toContain('metadata.yaml:8: The version is 1.4.0, as on `main`, but the connector changed')
    expect(exitCode).toBe(1)
  })

  it('finds secrets in git, broken links and a missing ignore rule', async () => {
    const cwd = createRepository({
      '.gitignore': '',
      'secrets/config.json': '{}',
      ...changed('docs/ledger.md', 'None.', '[None](nothing.md) and [this](../spec.json).'),
    })
    git(cwd, 'add', '.')
    const { stdout } = await runKit(['qa', '--only', 'security,documentation-links'], { cwd })
    expect(stdout).toContain('secrets/config.json: This file is in git.')
    expect(stdout).toContain('git does not ignore `secrets/`')
    expect(stdout).toContain('docs/ledger.md:19: The link `nothing.md` leads to no file')
    expect(stdout).not.toContain('spec.json')
  })

  it('takes the base of a pull request from the CI, and says so where it is not fetched', async () => {
    const run = await runKit(['qa'], { cwd: createRepository(), env: { GITHUB_BASE_REF: 'main' } })
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain('git does not know the branch or commit `origin/main`. Fetch it')
  })

  it('runs only what is asked for', async () => {
    const cwd = createRepository({ 'icon.svg': undefined })
    const { stdout } = await runKit(['qa', '--only', 'icon', '--only', 'license', '--json'], { cwd })
    const [report] = Object.values(JSON.parse(stdout).connectors)
    expect(report).toMatchObject({
      total_checks_count: 2,
      failed_checks_count: 1,
      badge_text: '1/2',
      badge_color: 'red',
    })
    expect(report).toMatchObject({ failed_checks: [{ check: 'icon', category: 'assets', findings: [{}] }] })
  })

  it('writes a JUnit report', async () => {
    const cwd = createRepository({ 'icon.svg': undefined })
    await runKit(['qa', '--junit', 'qa.xml'], { cwd })
    const report = readFileSync(join(cwd, 'qa.xml'), 'utf8')
    expect(report).toContain(`tests="${allChecks.length}" failures="1"`)
    expect(report).toMatch(
      /<testcase classname="destination-[\w-]+" name="icon" time="[\d.]+"><failure message="There is no/,
    )
  })

  it('marks lines for GitHub', async () => {
    const cwd = createRepository({ 'index.ts': "'http://acme.dev/a,b'\n" })
    const { stderr } = await runKit(['qa', '--only', 'https-only'], { cwd, env: { GITHUB_ACTIONS: 'true' } })
    expect(stderr).toMatch(
      /^::error file=index\.ts,line=1,title=https-only::`http:\/\/acme\.dev\/a` is not encrypted/,
    )
  })

  it('reads the specification of a manifest, and tells its lines', async () => {
    const manifest = readFileSync(join(root, 'examples/declarative/events-api.yaml'), 'utf8')
    const cwd = createRepository({
      'spec.json': undefined,
      'index.ts': undefined,
      'ledger.test.ts': undefined,
      'manifest.yaml': manifest.replace('description: Where the service is.', 'description: Where'),
    })
    const { stdout } = await runKit(['qa', '--only', 'spec,documentation-url,language-tag'], { cwd })
    const line = manifest.split('\n').findIndex((text) => text.includes('url: { type')) + 1
    expect(stdout).toContain(`manifest.yaml:${line}: \`url\` has a \`description\` that does not end`)
    expect(stdout).toContain('manifest.yaml:7: `documentationUrl` is https://example.com/events-api, but')
    expect(stdout).toContain('Write `language:manifest-only`')
  })

  it('says what is wrong with a manifest, and runs the other checks', async () => {
    const cwd = createRepository({
      'spec.json': undefined,
      'manifest.yaml': 'type: DeclarativeDestination\n',
    })
    const { stdout, exitCode } = await runKit(['qa', '--verbose'], { cwd })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/✗ manifest\n[\s\S]*is not valid/)
    expect(stdout).toContain('✓ icon')
  })

  it('lists the checks', async () => {
    const { stdout, exitCode } = await runKit(['qa', '--list'], { cwd: '/' })
    expect(stdout.trim().split('\n')).toHaveLength(allChecks.length)
    expect(exitCode).toBe(0)
  })

  it.each([
    {
      argv: ['--only', 'icons'],
      cwd: root,
      says: 'There is no check `icons`. `landfall qa --list` shows them.',
    },
    { argv: ['oracle'], cwd: root, says: 'There is no connector `oracle`' },
    { argv: [], cwd: '/', says: '`/` holds no connector' },
  ])('refuses $argv in $cwd', async ({ argv, cwd, says }) => {
    const { exitCode, stdout, stderr } = await runKit(['qa', ...argv], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(says)
  })
})
