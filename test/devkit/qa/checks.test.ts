import { describe, expect, it } from 'vitest'
import type { Base } from '../../../src/devkit/connector/connector.ts'
import { showFinding } from '../../../src/devkit/finding.ts'
import { allChecks } from '../../../src/devkit/qa/all-checks.ts'
import { runChecks } from '../../../src/devkit/qa/run-checks.ts'
import { baseAt, type ConnectorChanges, changed, createConnector, goodFiles } from './connectors.ts'

const usualBase = baseAt('1.3.9')

type Case = {
  readonly check: string
  readonly when: string
  readonly connector?: ConnectorChanges
  readonly base?: Base
  /** Parts of the findings, in order; none where the check passes. */
  readonly says?: readonly (string | RegExp)[]
  /** Part of the reason where the check does not apply. */
  readonly skips?: string
}

const page = goodFiles['docs/ledger.md']
const metadata = goodFiles['metadata.yaml']
const spec = JSON.parse(goodFiles['spec.json'])
const withVersion = (version: string, more = '') =>
  metadata.replace('1.4.0', version).replace('  tags:', `${more}  tags:`)
const withBreaking = (version: string, deadline = '2026-06-01') =>
  withVersion(
    version,
    `  releases:\n    breakingChanges:\n      ${version}:\n        message: Keys changed.\n        upgradeDeadline: "${deadline}"\n`,
  ).replace(/( {2}releaseStage: alpha\n)( {2}releases:[\s\S]*?)( {2}tags:)/, '$1$2$3')
const withField = (name: string, field: object) =>
  JSON.stringify(
    {
      ...spec,
      connectionSpecification: {
        ...spec.connectionSpecification,
        properties: { ...spec.connectionSpecification.properties, [name]: field },
      },
    },
    undefined,
    2,
  )
const guide = (versions: readonly string[], title = '# Ledger Migration Guide') =>
  [title, ...versions.map((version) => `\n## Upgrading to ${version}\n\nRead this.`)].join('\n')

const cases: readonly Case[] = [
  // metadata
  {
    check: 'metadata-schema',
    when: 'there is no file',
    connector: { files: { 'metadata.yaml': undefined } },
    says: ['There is no `metadata.yaml`'],
  },
  {
    check: 'metadata-schema',
    when: 'the file has another ending',
    connector: { files: { 'metadata.yaml': undefined, 'metadata.yml': '' } },
    says: ['Rename `metadata.yml`'],
  },
  {
    check: 'metadata-schema',
    when: 'the file is not YAML',
    connector: { files: { 'metadata.yaml': 'data:\n  a: [\n' } },
    says: [/^metadata\.yaml:\d: This is not YAML/],
  },
  {
    check: 'metadata-schema',
    when: 'a field is mistyped',
    connector: { files: changed('metadata.yaml', 'releaseStage', 'releasestage') },
    says: [
      'metadata.yaml:1: `data.releaseStage` is missing',
      'metadata.yaml:19: `data.releasestage` is not a known field. Did you mean `releaseStage`?',
    ],
  },
  {
    check: 'metadata-format',
    when: 'fields are in another order',
    connector: {
      files: { 'metadata.yaml': `metadataSpecVersion: "1.0"\n${metadata.replace(/metadata.*\n$/, '')}` },
    },
    says: ['Run `landfall metadata fmt`'],
  },
  {
    check: 'metadata-format',
    when: 'there is no file',
    connector: { files: { 'metadata.yaml': undefined } },
    skips: 'no readable',
  },
  {
    check: 'language-tag',
    when: 'the tag names another language',
    connector: { files: changed('metadata.yaml', 'language:typescript', 'language:java') },
    says: ['metadata.yaml:21: The tag is `language:java`'],
  },
  {
    check: 'language-tag',
    when: 'there is no program, but a manifest',
    connector: {
      files: {
        ...changed('metadata.yaml', 'typescript', 'manifest-only'),
        'index.ts': undefined,
        'ledger.test.ts': undefined,
        'manifest.yaml': 'a: 1',
      },
    },
  },
  {
    check: 'breaking-change-deadline',
    when: 'the deadline is near',
    connector: { files: { 'metadata.yaml': withBreaking('2.0.0', '2026-03-20') } },
    says: ['The deadline of 2.0.0 is 2026-03-20. Give people time: 2026-04-01 or later.'],
  },
  {
    check: 'breaking-change-deadline',
    when: 'there is time',
    connector: { files: { 'metadata.yaml': withBreaking('2.0.0', '2026-04-01') } },
  },
  {
    check: 'breaking-change-deadline',
    when: 'the version is released',
    connector: { files: { 'metadata.yaml': withBreaking('2.0.0', '2026-01-01') } },
    base: baseAt('2.0.0'),
    skips: 'is on `origin/main` already',
  },
  { check: 'breaking-change-deadline', when: 'nothing breaks', skips: '1.4.0 breaks nothing' },
  {
    check: 'documentation-url',
    when: 'the specification links another page',
    connector: { files: changed('spec.json', 'https://docs.acme.dev/ledger', 'https://acme.dev') },
    says: ['spec.json:2: `documentationUrl` is https://acme.dev, but https://docs.acme.dev/ledger'],
  },
  {
    check: 'allowed-hosts',
    when: 'a field is unknown',
    connector: { files: changed('metadata.yaml', '{host}', '{tunnel.host}') },
    says: ['metadata.yaml:4: `tunnel.host` is no field of the specification'],
  },
  // specification
  { check: 'manifest', when: 'there is none', skips: 'no `manifest.yaml`' },
  { check: 'manifest', when: 'it can be read', connector: { files: { 'manifest.yaml': 'a: 1' } } },
  {
    check: 'manifest',
    when: 'it describes nothing',
    connector: { files: { 'manifest.yaml': 'a: 1' }, manifestProblem: 'manifest.yaml:1: no `write`' },
    says: ['no `write`'],
  },
  {
    check: 'spec-lint',
    when: 'a secret is not marked',
    connector: {
      files: {
        'spec.json': withField('api_key', { type: 'string', title: 'API Key', description: 'The key.' }),
      },
    },
    says: [/^spec\.json:\d+: `api_key` sounds like a secret/],
  },
  {
    check: 'spec-lint',
    when: 'there is no file',
    connector: { files: { 'spec.json': undefined } },
    skips: 'no `spec.json`',
  },
  {
    check: 'spec-compatible',
    when: 'a field is gone, and the version is only a patch',
    connector: {
      files: {
        ...changed('spec.json', '"password"', '"passphrase"'),
        'metadata.yaml': withVersion('1.3.10'),
      },
    },
    says: [
      '`password` is gone: stored configurations lose its value. This needs a major version',
      '`passphrase` is new.',
    ],
  },
  {
    check: 'spec-compatible',
    when: 'a field is gone in a major version',
    connector: {
      files: {
        ...changed('spec.json', '"password"', '"passphrase"'),
        'metadata.yaml': withBreaking('2.0.0'),
      },
    },
  },
  {
    check: 'spec-compatible',
    when: 'a field is gone before 1.0.0',
    connector: {
      files: { ...changed('spec.json', '"password"', '"passphrase"'), 'metadata.yaml': withVersion('0.3.0') },
    },
    base: baseAt('0.2.0'),
  },
  {
    check: 'spec-compatible',
    when: 'there is nothing to compare with',
    base: { kind: 'none', reason: 'no base' },
    skips: 'no base',
  },
  // documentation
  {
    check: 'documentation-exists',
    when: 'there is no page',
    connector: { files: { 'docs/ledger.md': undefined } },
    says: ['There is no page. Write `docs/ledger.md`'],
  },
  {
    check: 'documentation-format',
    when: 'there is no page',
    connector: { files: { 'docs/ledger.md': undefined } },
    skips: 'no page',
  },
  {
    check: 'documentation-format',
    when: 'the title is another',
    connector: { files: changed('docs/ledger.md', '# Ledger', '# The Ledger') },
    says: ['docs/ledger.md:1: The title is `The Ledger`'],
  },
  {
    check: 'documentation-format',
    when: 'there is no introduction',
    connector: { files: changed('docs/ledger.md', 'Writes to a ledger.\n', '') },
    says: ['There is nothing below the title'],
  },
  {
    check: 'documentation-format',
    when: 'a section is missing',
    connector: { files: changed('docs/ledger.md', '## Limitations', '### Limitations') },
    says: ['There is no section `## Limitations`'],
  },
  {
    check: 'documentation-format',
    when: 'the changelog is not last',
    connector: { files: { 'docs/ledger.md': `${page}\n## Support\n\nAsk.\n` } },
    says: ['`Support` stands below the changelog'],
  },
  {
    check: 'documentation-format',
    when: 'a heading is in a code block',
    connector: {
      files: changed('docs/ledger.md', '## Limitations', '```sh\n# Title\n## Limitations\n```\n\n## Limits'),
    },
  },
  {
    check: 'documentation-fields',
    when: 'a required field is not named',
    connector: { files: changed('docs/ledger.md', '(Host)', '') },
    says: ['Prerequisites does not name the required field `host` (Host)'],
  },
  {
    check: 'documentation-links',
    when: 'a link leads nowhere',
    connector: {
      documentation: {
        file: { path: 'docs/ledger.md', text: page },
        places: [],
        brokenLinks: [{ target: 'gone.md', line: 7 }],
      },
    },
    says: ['docs/ledger.md:7: The link `gone.md` leads to no file'],
  },
  {
    check: 'changelog-entry',
    when: 'the version is only a part of others',
    connector: { files: changed('docs/ledger.md', '| 1.4.0 |', '| 11.4.0 |') },
    says: ['There is no row for 1.4.0'],
  },
  {
    check: 'changelog-entry',
    when: 'there is no table',
    connector: { files: { 'docs/ledger.md': page.slice(0, page.indexOf('| Version')) } },
    says: ['There is no table below `## Changelog`'],
  },
  {
    check: 'changelog-entry',
    when: 'rows are out of order, and a date is none',
    connector: { files: changed('docs/ledger.md', '| 1.3.9 | 2026-02-01', '| 10.0.0 | 2026-02-31x') },
    says: ['`2026-02-31x` is not a date', '1.4.0 stands above 10.0.0, which is newer'],
  },
  { check: 'migration-guide', when: 'nothing breaks', skips: 'no breaking changes' },
  {
    check: 'migration-guide',
    when: 'there is none',
    connector: { files: { 'metadata.yaml': withBreaking('2.0.0') } },
    says: ['Write `docs/ledger-migrations.md`, beginning with `# Ledger Migration Guide`'],
  },
  {
    check: 'migration-guide',
    when: 'the sections are sorted as texts',
    connector: {
      files: {
        'metadata.yaml': withBreaking('10.0.0'),
        'docs/ledger-migrations.md': guide(['9.0.0', '10.0.0']),
      },
    },
    says: ['The section of 9.0.0 stands above a newer one'],
  },
  {
    check: 'migration-guide',
    when: 'the title and a section are missing',
    connector: {
      files: {
        'metadata.yaml': withBreaking('2.0.0'),
        'docs/ledger-migrations.md': guide(['1.0.0'], '# Migrations'),
      },
    },
    says: [
      'The first line must be `# Ledger Migration Guide`',
      'There is no section `## Upgrading to 2.0.0`',
    ],
  },
  {
    check: 'migration-guide',
    when: 'it has more sections than breaking changes',
    connector: {
      files: {
        'metadata.yaml': withBreaking('2.0.0'),
        'docs/ledger-migrations.md': guide(['2.0.0', '1.9.0']),
      },
    },
  },
  // assets
  {
    check: 'icon',
    when: 'there is none',
    connector: { files: { 'icon.svg': undefined, 'logo.svg': '<svg/>' } },
    says: ['`logo.svg` is not it'],
  },
  {
    check: 'icon',
    when: 'a tag is not closed',
    connector: { files: changed('icon.svg', '</svg>', '') },
    says: ['`<svg>` is not closed'],
  },
  {
    check: 'icon',
    when: 'it is no SVG',
    connector: { files: { 'icon.svg': '<html xmlns="x"></html>' } },
    says: ['its root is `html`'],
  },
  {
    check: 'icon',
    when: 'it runs a script',
    connector: { files: changed('icon.svg', '<path', '<script>1</script><path') },
    says: ['holds a script'],
  },
  {
    check: 'icon',
    when: 'it loads something',
    connector: { files: changed('icon.svg', '<path', '<image href="https://acme.dev/x.png"/><path') },
    says: ['loads something from another place'],
  },
  {
    check: 'icon',
    when: 'it is large',
    connector: { files: changed('icon.svg', 'M0', `M${'0'.repeat(200_000)}`) },
    says: ['The icon has 195 kB'],
  },
  {
    check: 'icon-square',
    when: 'it is wide',
    connector: { files: changed('icon.svg', '24 24', '281 56') },
    says: ['The icon is 281 x 56, not square'],
  },
  {
    check: 'icon-square',
    when: 'width and height say square, the viewBox does not',
    connector: {
      files: changed('icon.svg', 'viewBox="0 0 24 24"', 'width="24" height="24px" viewBox="0 0 1791 467"'),
    },
    says: ['The icon is 1791 x 467'],
  },
  {
    check: 'icon-square',
    when: 'it is square but for rounding',
    connector: { files: changed('icon.svg', '24 24', '51.49 51.43') },
  },
  {
    check: 'icon-square',
    when: 'it does not tell its shape',
    connector: { files: changed('icon.svg', 'viewBox="0 0 24 24"', 'width="100%" height="100%"') },
    says: ['does not tell its shape'],
  },
  {
    check: 'icon-square',
    when: 'there is none',
    connector: { files: { 'icon.svg': undefined } },
    skips: 'no readable',
  },
  // packaging
  {
    check: 'license',
    when: 'it is unknown',
    connector: { files: changed('metadata.yaml', 'license: MIT', 'license: WTFPL') },
    says: ['Choose MIT', 'Write the same'],
  },
  {
    check: 'license',
    when: 'package.json has another',
    connector: { files: changed('package.json', 'MIT', 'ISC') },
    says: ['package.json:4: `license` is `ISC`'],
  },
  {
    check: 'package-version',
    when: 'package.json is behind',
    connector: { files: changed('package.json', '1.4.0', '1.3.9') },
    says: ['package.json:3: `version` is 1.3.9, but `dockerImageTag` is 1.4.0'],
  },
  {
    check: 'package-version',
    when: 'there is no package.json',
    connector: { files: { 'package.json': undefined } },
    skips: 'no `package.json`',
  },
  {
    check: 'dockerfile',
    when: 'there is none',
    connector: { files: { Dockerfile: undefined } },
    skips: 'no Dockerfile',
  },
  {
    check: 'dockerfile',
    when: 'it begins with nothing',
    connector: { files: { Dockerfile: 'RUN true\n' } },
    says: ['There is no FROM'],
  },
  {
    check: 'dockerfile',
    when: 'the base moves',
    connector: { files: changed('Dockerfile', 'node:24.11-slim', 'node') },
    says: ['Dockerfile:1: The base image `node` has no version'],
  },
  {
    check: 'dockerfile',
    when: 'the base is a registry with a port',
    connector: { files: changed('Dockerfile', 'node:24.11-slim', 'registry:5000/node:latest') },
    says: ['has no version'],
  },
  {
    check: 'dockerfile',
    when: 'a shell is the first process',
    connector: { files: changed('Dockerfile', '["node", "/airbyte/index.js"]', 'node /airbyte/index.js') },
    says: ['Dockerfile:5: ENTRYPOINT is run by a shell'],
  },
  {
    check: 'dockerfile',
    when: 'the variable says something else',
    connector: { files: changed('Dockerfile', '"node /airbyte', '"node /app') },
    says: ['AIRBYTE_ENTRYPOINT is `node /app/index.js`'],
  },
  {
    check: 'dockerfile',
    when: 'the variable is missing',
    connector: { files: changed('Dockerfile', 'AIRBYTE_ENTRYPOINT', 'OTHER') },
    says: ['AIRBYTE_ENTRYPOINT is not set'],
  },
  {
    check: 'dockerfile',
    when: 'it runs as root',
    connector: { files: changed('Dockerfile', 'USER 1000', 'USER root') },
    says: ['runs as root'],
  },
  {
    check: 'dockerfile',
    when: 'the label has an old version',
    connector: { files: changed('Dockerfile', 'version=1.4.0', 'version=1.3.9') },
    says: ['The label `io.airbyte.version` is 1.3.9'],
  },
  {
    check: 'dockerfile',
    when: 'labels are missing',
    connector: {
      files: changed(
        'Dockerfile',
        'LABEL io.airbyte.name=acme/destination-ledger io.airbyte.version=1.4.0',
        '',
      ),
    },
    says: ['no label `io.airbyte.version`', 'no label `io.airbyte.name`'],
  },
  {
    check: 'dockerfile',
    when: 'the last stage inherits from one by name',
    connector: {
      files: {
        Dockerfile: `ARG IMAGE=node:24\nFROM \${IMAGE} AS base\nENV A=1 \\\n    AIRBYTE_ENTRYPOINT="node /airbyte"\n# A comment\nUSER 1000:1000\nENTRYPOINT ["node", "/airbyte"]\nFROM node:24 AS build\nUSER root\nFROM base\nARG VERSION\nLABEL io.airbyte.name="x" \\\n  io.airbyte.version="\${VERSION}"\n`,
      },
    },
  },
  {
    check: 'dockerfile',
    when: "it begins with Landfall's base for destinations, which has entrypoint and user",
    connector: {
      files: {
        Dockerfile:
          'FROM registry.acme.dev/landfall/destination-base:0.1.0\nCOPY . .\nLABEL io.airbyte.name="x" io.airbyte.version="1.4.0"\n',
      },
    },
  },
  {
    check: 'dockerfile',
    when: 'it takes rights back that the base does not give',
    connector: {
      files: {
        Dockerfile:
          'FROM landfall/destination-base:0.1.0\nUSER root\nLABEL io.airbyte.name="x" io.airbyte.version="1.4.0"\n',
      },
    },
    says: ['The connector runs as root'],
  },
  // security
  {
    check: 'https-only',
    when: 'an address is not encrypted',
    connector: { files: { 'index.ts': "\nconst url = 'http://api.acme.dev/v1'\n" } },
    says: ['index.ts:2: `http://api.acme.dev/v1` is not encrypted'],
  },
  {
    check: 'https-only',
    when: 'addresses are local, names, comments, allowed or in tests',
    connector: {
      files: {
        'index.ts':
          "a('http://localhost:80')\nb('http://127.0.0.1/x')\n// http://acme.dev\nc('http://acme.dev') // ignore-https-check\nd('http://json-schema.org/draft-07/schema#')\n",
        'ledger.test.ts': "'http://acme.dev'",
        'config.yaml': '# http://acme.dev\n',
      },
    },
  },
  {
    check: 'https-only',
    when: 'a name only begins like a local one',
    connector: { files: { 'index.ts': "'http://localhost.acme.dev'" } },
    says: ['localhost.acme.dev'],
  },
  {
    check: 'secrets-kept-out',
    when: 'a secret is in git',
    connector: { committedSecrets: ['secrets/config.json'] },
    says: ['secrets/config.json: This file is in git'],
  },
  {
    check: 'secrets-kept-out',
    when: 'git would take them',
    connector: { ignoresSecrets: false },
    says: ['Add the line `secrets/` to `.gitignore`'],
  },
  {
    check: 'secrets-kept-out',
    when: 'there is no git',
    connector: { ignoresSecrets: undefined },
    skips: 'in no git repository',
  },
  // testing
  {
    check: 'tests-present',
    when: 'there are none',
    connector: { tests: [] },
    says: ['There is no file `*.test.ts`'],
  },
  // version
  {
    check: 'version-increment',
    when: 'the connector changed, the version did not',
    base: baseAt('1.4.0'),
    says: ['metadata.yaml:8: The version is 1.4.0, as on `origin/main`'],
  },
  {
    check: 'version-increment',
    when: 'only its page and tests changed',
    base: baseAt('1.4.0', ['README.md', 'docs/x.md', 'a.test.ts']),
    skips: 'nothing changed that is in the image',
  },
  {
    check: 'version-increment',
    when: 'the base is newer',
    base: baseAt('1.10.0'),
    says: ['but `origin/main` has 1.10.0. Update your branch'],
  },
  {
    check: 'version-increment',
    when: 'the base is a candidate of another version',
    base: baseAt('1.3.0-rc.2'),
    says: ['Finish it first: only 1.3.0 or its next candidate can follow'],
  },
  { check: 'version-increment', when: 'the base is a candidate of this version', base: baseAt('1.4.0-rc.2') },
  {
    check: 'version-increment',
    when: 'the connector is new',
    base: { kind: 'new', reference: 'origin/main' },
    skips: 'the connector is new',
  },
  {
    check: 'version-increment',
    when: 'there is nothing to compare with',
    base: { kind: 'none', reason: 'no base' },
    skips: 'no base',
  },
  {
    check: 'version-increment',
    when: 'metadata.yaml opts out',
    connector: {
      files: {
        'metadata.yaml': metadata.replace(
          'data:\n',
          'data:\n  ab_internal:\n    requireVersionIncrementsInPullRequests: false\n',
        ),
      },
    },
    base: baseAt('1.4.0'),
    skips: '`requireVersionIncrementsInPullRequests` is false',
  },
]

describe('every check', () => {
  const results = runChecks(allChecks, { connector: createConnector(), base: usualBase, today: '2026-03-02' })

  it.each(results)(
    '$check.name has nothing to say about a connector without a fault',
    ({ outcome, findings }) => {
      expect(findings.map(showFinding)).toEqual([])
      expect(outcome).not.toBe('failed')
    },
  )

  it('has a case in which it finds something', () => {
    const tested = new Set(cases.filter(({ says }) => says !== undefined).map(({ check }) => check))
    expect(allChecks.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([])
  })

  it('has a case in which it passes', () => {
    const passed = new Set(
      results.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check.name),
    )
    const others = cases.filter(({ says, skips }) => says === undefined && skips === undefined)
    for (const { check } of others) passed.add(check)
    expect(allChecks.map(({ name }) => name).filter((name) => !passed.has(name))).toEqual([])
  })
})

describe.each(cases)(
  '$check, where $when',
  ({ check: name, connector, base = usualBase, says = [], skips }) => {
    it(says.length > 0 ? 'says so' : skips === undefined ? 'passes' : 'does not apply', () => {
      const checks = allChecks.filter((check) => check.name === name)
      const [result] = runChecks(checks, { connector: createConnector(connector), base, today: '2026-03-02' })
      const findings = (result?.findings ?? []).map(showFinding)
      expect(findings).toHaveLength(says.length)
      for (const [index, part] of says.entries()) expect(findings[index]).toMatch(part)
      expect(result?.reason ?? '').toContain(skips ?? '')
      expect(result?.outcome).toBe(says.length > 0 ? 'failed' : skips === undefined ? 'passed' : 'skipped')
    })
  },
)
