import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFolder, type Files } from '../connector-folder.ts'
import { changed, goodFiles } from '../qa/connectors.ts'
import { runKit } from '../run-kit.ts'

const lock = JSON.stringify({
  name: 'x',
  version: '1.4.0',
  packages: { '': { version: '1.4.0' }, a: { version: '1.4.0' } },
})

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

describe('landfall version bump', () => {
  it('changes the version wherever it is, and nothing else', async () => {
    const cwd = createFolder({ 'package-lock.json': lock })
    const argv = [
      'version',
      'bump',
      'minor',
      '--message',
      'Add | a thing.',
      '--pull-request',
      '7',
      '--date',
      '2026-04-01',
    ]
    const { exitCode, stdout, stderr } = await runKit(argv, { cwd })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(
      '1.4.0 -> 1.5.0\nChanged metadata.yaml, package.json, Dockerfile, docs/ledger.md, package-lock.json.',
    )
    for (const path of ['metadata.yaml', 'package.json', 'Dockerfile'] as const) {
      expect(read(cwd, path)).toBe(goodFiles[path].replace('1.4.0', '1.5.0'))
    }
    expect(JSON.parse(read(cwd, 'package-lock.json'))).toEqual({
      name: 'x',
      version: '1.5.0',
      packages: { '': { version: '1.5.0' }, a: { version: '1.4.0' } },
    })
    const row = '| 1.5.0 | 2026-04-01 | #7 | Add \\| a thing. |\n'
    expect(read(cwd, 'docs/ledger.md')).toBe(goodFiles['docs/ledger.md'].replace('| 1.4.0', `${row}| 1.4.0`))
  })

  it('writes nothing in a dry run', async () => {
    const cwd = createFolder()
    const { stdout } = await runKit(['version', 'bump', 'patch', '--dry-run', '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject([
      {
        previous_version: '1.4.0',
        new_version: '1.4.1',
        files_modified: ['metadata.yaml', 'package.json', 'Dockerfile'],
        dry_run: true,
      },
    ])
    for (const [path, text] of Object.entries(goodFiles)) expect(read(cwd, path)).toBe(text)
  })

  const override = changed(
    'metadata.yaml',
    '      enabled: false\n',
    '      dockerImageTag: 1.4.0\n      enabled: false\n',
  )
  const rollout = (enabled: boolean, tag: string): Files => ({
    'metadata.yaml': goodFiles['metadata.yaml']
      .replace('1.4.0', tag)
      .replace(
        '  tags:',
        `  releases: # why\n    rolloutConfiguration:\n      enableProgressiveRollout: ${enabled} # soon\n  tags:`,
      ),
  })

  it.each([
    {
      name: 'leaves the override of a registry alone',
      files: override,
      step: 'patch',
      has: ['dockerImageTag: 1.4.1', '      dockerImageTag: 1.4.0'],
    },
    {
      name: 'keeps quotes',
      files: changed('metadata.yaml', '1.4.0', "'1.4.0'"),
      step: 'patch',
      has: ["dockerImageTag: '1.4.1'"],
    },
    {
      name: 'turns on the rollout of a candidate',
      files: {},
      step: 'minor_rc',
      has: ['dockerImageTag: 1.5.0-rc.1', 'enableProgressiveRollout: true'],
    },
    {
      name: 'turns it on where it is off',
      files: rollout(false, '1.4.0'),
      step: 'minor_rc',
      has: ['enableProgressiveRollout: true # soon', 'releases: # why'],
    },
    {
      name: 'turns it off for the version',
      files: rollout(true, '1.5.0-rc.2'),
      step: 'promote',
      has: ['dockerImageTag: 1.5.0\n', 'enableProgressiveRollout: false # soon'],
    },
    { name: 'takes a version', files: {}, step: '3.0.0', has: ['dockerImageTag: 3.0.0'] },
  ])('$name', async ({ files, step, has }) => {
    const cwd = createFolder(files)
    const { exitCode } = await runKit(['version', 'bump', step], { cwd })
    expect(exitCode).toBe(0)
    for (const text of has) expect(read(cwd, 'metadata.yaml')).toContain(text)
  })

  it.each([
    { step: '1.3.0', files: {}, code: 2, says: '1.3.0 is not higher than 1.4.0' },
    { step: 'huge', files: {}, code: 2, says: '`huge` is neither a version nor a step' },
    {
      step: 'patch',
      files: changed('metadata.yaml', '1.4.0', 'latest'),
      code: 3,
      says: 'is not a semantic version. Correct it first',
    },
    {
      step: 'patch',
      files: { 'metadata.yaml': undefined, 'destinations/x/a.txt': '' },
      code: 3,
      says: 'There is no `metadata.yaml`',
    },
  ])('refuses $step: $says', async ({ step, files, code, says }) => {
    const { exitCode, stderr } = await runKit(['version', 'bump', step], { cwd: createFolder(files) })
    expect(exitCode).toBe(code)
    expect(stderr).toContain(says)
  })

  it('says what a major version still needs', async () => {
    const { stderr } = await runKit(['version', 'bump', 'major'], { cwd: createFolder() })
    expect(stderr).toContain('add `releases.breakingChanges` for 2.0.0')
  })

  it('hands the versions to later steps of a workflow', async () => {
    const cwd = createFolder({ output: 'a=b\n' })
    await runKit(['version', 'bump', 'patch'], { cwd, env: { GITHUB_OUTPUT: join(cwd, 'output') } })
    expect(read(cwd, 'output')).toBe('a=b\nprevious_version=1.4.0\nnew_version=1.4.1\n')
  })
})

describe('connectors that share a package.json', () => {
  const files = Object.fromEntries(
    ['ledger', 'journal'].map((name) => [
      `destinations/${name}/metadata.yaml`,
      goodFiles['metadata.yaml'].replaceAll('destination-ledger', `destination-${name}`),
    ]),
  )
  const shared = { ...files, '.git/HEAD': 'ref: x', 'package.json': goodFiles['package.json'] }

  it('rise together', async () => {
    const cwd = createFolder(shared, {})
    const { exitCode, stdout } = await runKit(['version', 'bump', 'patch'], { cwd })
    expect(stdout).toContain('destination-journal: 1.4.0 -> 1.4.1\ndestination-ledger: 1.4.0 -> 1.4.1\n')
    expect(exitCode).toBe(0)
    for (const path of Object.keys(files)) expect(read(cwd, path)).toContain('1.4.1')
    expect(read(cwd, 'package.json')).toContain('"version": "1.4.1"')
  })

  it('do not rise alone', async () => {
    const cwd = createFolder(shared, {})
    const { exitCode, stderr } = await runKit(['version', 'bump', 'patch', 'ledger'], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('also that of journal. Bump all of them')
    expect(read(cwd, 'package.json')).toBe(goodFiles['package.json'])
  })
})

describe('landfall version check', () => {
  it('finds a version that is not everywhere', async () => {
    const cwd = createFolder(changed('metadata.yaml', '1.4.0', '1.4.1'))
    const { exitCode, stdout } = await runKit(['version', 'check'], { cwd })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('package.json:3: `version` is 1.4.0, but `dockerImageTag` is 1.4.1')
    expect(stdout).toContain('There is no row for 1.4.1')
  })

  it('is content where it is', async () => {
    expect((await runKit(['version', 'check'], { cwd: createFolder() })).exitCode).toBe(0)
  })
})

describe('landfall changelog add', () => {
  it('adds a row for the version of metadata.yaml, with a placeholder', async () => {
    const cwd = createFolder(changed('metadata.yaml', '1.4.0', '1.3.10'))
    const { exitCode, stdout } = await runKit(
      ['changelog', 'add', '--message', 'Fix it.', '--date', '2026-02-20'],
      { cwd },
    )
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'docs/ledger.md: has a row for 1.3.10\n' })
    const row = '| 1.3.10 | 2026-02-20 | | Fix it. |\n'
    expect(read(cwd, 'docs/ledger.md')).toBe(
      goodFiles['docs/ledger.md'].replace('| 1.3.9 |', `${row}| 1.3.9 |`),
    )
  })

  it('links the pull request where the repository is known', async () => {
    const manifest = { version: '1.5.0', repository: 'git+https://github.com/acme/ledger.git' }
    const cwd = createFolder({ 'package.json': JSON.stringify(manifest) })
    const argv = ['changelog', 'add', '--message', 'Fix it.', '--version', '1.5.0', '--pull-request', '12']
    await runKit(argv, { cwd })
    expect(read(cwd, 'docs/ledger.md')).toMatch(
      /\| 1\.5\.0 \| \d{4}-\d\d-\d\d \| \[12\]\(https:\/\/github\.com\/acme\/ledger\/pull\/12\) \| Fix it\. \|/,
    )
  })

  it.each([
    { argv: ['--message', 'x'], code: 2, says: 'has a row for 1.4.0 already, in line 25' },
    { argv: [], code: 2, says: "required option '--message <text>'" },
    { argv: ['--message', ' '], code: 2, says: 'The message is empty' },
    { argv: ['--message', 'x', '--date', 'today'], code: 2, says: '`today` is not a date' },
    { argv: ['--message', 'x', '--version', 'next'], code: 2, says: '`next` is not a semantic version' },
    { argv: ['--message', 'x', '--pull-request', '#7'], code: 2, says: '`#7` is not the number' },
  ])('refuses $argv', async ({ argv, code, says }) => {
    const { exitCode, stderr } = await runKit(['changelog', 'add', ...argv], { cwd: createFolder() })
    expect(exitCode).toBe(code)
    expect(stderr).toContain(says)
  })
})
