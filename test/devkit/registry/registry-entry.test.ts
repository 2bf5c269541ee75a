import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createFolder } from '../connector-folder.ts'
import { goodFiles } from '../qa/connectors.ts'
import { runKit } from '../run-kit.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const good = goodFiles['metadata.yaml']
const withOverrides = good
  .replace(
    '      enabled: false',
    '      dockerImageTag: 1.3.9\n      enabled: true\n      name: Ledger Cloud',
  )
  .replace(
    '  tags:',
    `  releases:
    breakingChanges:
      1.0.0:
        message: Keys changed.
        upgradeDeadline: 2026-06-01
  supportsRefreshes: true
  tags:`,
  )

describe('landfall registry entry', () => {
  it('has the fields that the platform reads', async () => {
    const { exitCode, stdout, stderr } = await runKit(['registry', 'entry'], { cwd: createFolder() })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      destinationDefinitionId: '0f7f2a52-7f0b-4b0f-9a41-2b8d0e1f6c11',
      name: 'Ledger',
      dockerRepository: 'acme/destination-ledger',
      dockerImageTag: '1.4.0',
      documentationUrl: 'https://docs.acme.dev/ledger',
      allowedHosts: { hosts: [['$', '{host}'].join('')] },
      githubIssueLabel: 'destination-ledger',
      license: 'MIT',
      releaseStage: 'alpha',
      supportLevel: 'community',
      sourceType: 'database',
      tags: ['language:typescript'],
      language: 'typescript',
      packageInfo: { cdk_version: 'typescript:1.2.3' },
      ab_internal: { sl: 100, ql: 100 },
      tombstone: false,
      custom: false,
      public: true,
      spec: JSON.parse(goodFiles['spec.json']),
    })
  })

  it('takes the overrides of its registry, and leads to the migration guide', async () => {
    const cwd = createFolder({ 'metadata.yaml': withOverrides })
    const argv = ['registry', 'entry', '--registry', 'cloud', '--files-url', 'https://files.acme.dev/']
    const { stdout } = await runKit(argv, { cwd })
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'Ledger Cloud',
      dockerImageTag: '1.3.9',
      supportsRefreshes: true,
      iconUrl: 'https://files.acme.dev/metadata/acme/destination-ledger/1.3.9/icon.svg',
      releases: {
        migrationDocumentationUrl: 'https://docs.acme.dev/ledger-migrations',
        breakingChanges: {
          '1.0.0': { migrationDocumentationUrl: 'https://docs.acme.dev/ledger-migrations#1.0.0' },
        },
      },
    })
    expect(JSON.parse(stdout)).not.toHaveProperty('registryOverrides')
    expect(JSON.parse(stdout)).not.toHaveProperty('enabled')
  })

  it('is none where the registry is not enabled', async () => {
    const { exitCode, stdout, stderr } = await runKit(['registry', 'entry', '--registry', 'cloud'], {
      cwd: createFolder(),
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain('`registryOverrides.cloud.enabled` is not true')
  })

  it('refuses metadata with a fault', async () => {
    const cwd = createFolder({ 'metadata.yaml': good.replace('alpha', 'gamma') })
    const { exitCode, stderr } = await runKit(['registry', 'entry'], { cwd })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('metadata.yaml:19: `data.releaseStage` is `gamma`')
  })

  it('makes a registry of all destinations of this package', async () => {
    const output = join(createFolder(), 'registry.json')
    const { exitCode, stderr } = await runKit(['registry', 'entry', '--all', '--output', output], {
      cwd: root,
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const registry = JSON.parse(readFileSync(output, 'utf8'))
    expect(registry.sources).toEqual([])
    const names = registry.destinations.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['DuckDB', 'PostgreSQL']))
    const ids = registry.destinations.map(
      (entry: { destinationDefinitionId: string }) => entry.destinationDefinitionId,
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('wants a name among several', async () => {
    const { exitCode, stderr } = await runKit(['registry', 'entry'], { cwd: root })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Name one, or make a registry of all')
  })
})
