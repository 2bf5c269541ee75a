import { describe, expect, it } from 'vitest'
import { showFinding } from '../../../src/devkit/finding.ts'
import { validateMetadata } from '../../../src/devkit/metadata/validate-metadata.ts'
import { SourceDocument } from '../../../src/devkit/source-document.ts'
import { createFolder } from '../connector-folder.ts'
import { changed, goodFiles } from '../qa/connectors.ts'
import { runKit } from '../run-kit.ts'

const good = goodFiles['metadata.yaml']
const digest = 'a'.repeat(64)

/** The good file with more fields of `data` in front. */
const plus = (...lines: readonly string[]) =>
  good.replace('data:\n', `data:\n${lines.map((line) => `  ${line}\n`).join('')}`)
const release = (version: string, ...lines: readonly string[]) =>
  plus('releases:', ...lines.map((line) => `  ${line}`)).replace('1.4.0', version)
const rollout = (enabled: boolean) => ['rolloutConfiguration:', `  enableProgressiveRollout: ${enabled}`]
const breaking = (version: string, message = 'Keys changed.') => [
  'breakingChanges:',
  `  ${version}:`,
  `    message: "${message}"`,
  '    upgradeDeadline: 2026-06-01',
]

function validate(text: string): readonly string[] {
  return validateMetadata(new SourceDocument('metadata.yaml', text)).map(showFinding)
}

describe('metadata.yaml is valid', () => {
  it.each([
    ['as it is', good],
    ['with dates that are not in quotes', plus('releaseDate: 2026-03-02')],
    [
      'with a base image of a registry with a port',
      plus('connectorBuildOptions:', `  baseImage: registry:5000/a/b:1.2.3@sha256:${digest}`),
    ],
    ['in its first major version', good.replace('1.4.0', '1.0.0')],
    ['with a breaking change', release('2.0.0', ...breaking('2.0.0'))],
    ['as a candidate with a rollout', release('1.5.0-rc.1', ...rollout(true))],
    ['as a candidate without a rollout', release('1.5.0-rc.1', ...rollout(false))],
    ['as a preview whose name holds rc', good.replace('1.4.0', '2.0.0-arc.1')],
    ['with fields that only newer platforms know', plus('ab_internal:', '  sl: 100', '  anything: 1')],
  ])('%s', (_title, text) => {
    expect(validate(text)).toEqual([])
  })
})

describe('metadata.yaml is refused', () => {
  it.each([
    [
      'without a name',
      good.replace('  name: Ledger\n', ''),
      'metadata.yaml:1: `data.name` is missing. Add it.',
    ],
    [
      'with another kind',
      good.replace('subtype: database', '').replace('connectorSubtype: database', 'connectorSubtype: db'),
      'metadata.yaml:5: `data.connectorSubtype` is `db`. Choose one of api, database',
    ],
    [
      'with an id that is none',
      good.replace('0f7f2a52', 'xyz'),
      '`data.definitionId` is `xyz-7f0b-4b0f-9a41-2b8d0e1f6c11`. Write a UUID',
    ],
    [
      'with an address that is none',
      good.replace('https://docs.acme.dev/ledger', 'ledger.md'),
      'Write a whole address that begins with https://',
    ],
    [
      'with a number for a text',
      good.replace('1.4.0', '1.4'),
      '`data.dockerImageTag` is `1.4`. Write a text (in quotes where YAML would read a number)',
    ],
    [
      'with an empty field',
      plus('releaseDate:'),
      '`data.releaseDate` is empty. Give it a value (string), or remove the line.',
    ],
    [
      'with empty breaking changes',
      plus('releases:', '  breakingChanges: {}'),
      '`data.releases.breakingChanges` is empty. Add an entry, or remove',
    ],
    ['with a date that is none', plus('releaseDate: 2026-02-30'), 'Write a date like 2026-03-31'],
    [
      'with an unknown field at the top',
      `${good}extra: 1\n`,
      'metadata.yaml:23: `extra` is not a known field. Remove it.',
    ],
    [
      'with a tag without a key',
      good.replace('    - language', '    - fast\n    - language'),
      'metadata.yaml:21: The tag `fast` has no key',
    ],
    ['without a language', good.replace('language:', 'word:'), 'There is no `language:` tag'],
    [
      'with two languages',
      good.replace('    - language', '    - language:sql\n    - language'),
      'There are several `language:` tags',
    ],
    [
      'with a version that is none',
      good.replace('1.4.0', 'latest'),
      '`data.dockerImageTag` is `latest`, which is not a semantic version',
    ],
    [
      'with a major version that breaks nothing',
      good.replace('1.4.0', '2.0.0'),
      '`data.releases.breakingChanges` has no entry for 2.0.0',
    ],
    [
      'with a breaking change that says nothing',
      release('2.0.0', ...breaking('2.0.0', ' ')),
      'The message of 2.0.0 is empty',
    ],
    [
      'with a major candidate',
      release('2.0.0-rc.1', ...rollout(true)),
      'A major version cannot be a release candidate',
    ],
    [
      'with a candidate that says nothing of its rollout',
      good.replace('1.4.0', '1.5.0-rc.1'),
      'A release candidate needs `data.releases.rolloutConfiguration.enableProgressiveRollout`',
    ],
    [
      'with a rollout of no candidate',
      release('1.4.0', ...rollout(true)),
      'is true, but the version is not a candidate',
    ],
    [
      'with a base image without a digest',
      plus('connectorBuildOptions:', '  baseImage: node:24'),
      'Write name, tag and digest',
    ],
    [
      'with PyPI for another language',
      plus('remoteRegistries:', '  pypi:', '    enabled: true', '    packageName: x'),
      'Only connectors in Python',
    ],
    [
      'with an image of another kind',
      good
        .replace('acme/destination-ledger', 'acme/ledger')
        .replace('Label: destination-ledger', 'Label: ledger'),
      'The name of the image begins with `destination-`',
    ],
    [
      'with another label',
      good.replace('Label: destination-ledger', 'Label: ledger'),
      '`data.githubIssueLabel` is `ledger`. Write the name of the image',
    ],
    [
      'with a key twice',
      good.replace('  name: Ledger\n', '  name: Ledger\n  name: Ledger\n'),
      'This is not YAML: Map keys must be unique',
    ],
  ])('%s', (_title, text, says) => {
    const findings = validate(text)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toContain(says)
  })
})

describe('landfall metadata validate', () => {
  it('prints the findings as JSON', async () => {
    const cwd = createFolder(changed('metadata.yaml', 'alpha', 'gamma'))
    const { exitCode, stdout } = await runKit(['metadata', 'validate', '--json'], { cwd })
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).findings).toMatchObject([{ file: 'metadata.yaml', line: 19 }])
  })

  it.each([
    { files: {}, code: 0, says: 'metadata.yaml: valid' },
    {
      files: changed('metadata.yaml', 'alpha', 'gamma'),
      code: 1,
      says: 'metadata.yaml:19: `data.releaseStage` is `gamma`',
    },
  ])('ends with $code', async ({ files, code, says }) => {
    const { exitCode, stdout } = await runKit(['metadata', 'validate'], { cwd: createFolder(files) })
    expect(stdout).toContain(says)
    expect(exitCode).toBe(code)
  })
})
