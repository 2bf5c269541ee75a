import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatMetadata } from '../../../src/devkit/metadata/format-metadata.ts'
import { createFolder } from '../connector-folder.ts'
import { runKit } from '../run-kit.ts'

const untidy = `# Who we are.

metadataSpecVersion: '1.0'
data:
    # Shown in the list.
    name: Ledger # short
    tags:
    - language:typescript

    # No network.
    allowedHosts: {hosts: []}
`

const tidy = `# Who we are.

data:
  # No network.
  allowedHosts: { hosts: [] }
  # Shown in the list.
  name: Ledger # short
  tags:
    - language:typescript
metadataSpecVersion: '1.0'
`

describe('formatMetadata', () => {
  it('sorts fields, and comments stay with theirs', () => {
    expect(formatMetadata(untidy)).toBe(tidy)
  })

  it('leaves what is no YAML', () => {
    expect(formatMetadata('a: [')).toBe('a: [')
  })

  it('changes no value, and nothing the second time', () => {
    const key = fc.stringMatching(/^[a-zA-Z]{1,8}$/)
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    const map = fc.dictionary(key, fc.oneof(scalar, fc.array(scalar), fc.dictionary(key, scalar)), {
      minKeys: 1,
    })
    fc.assert(
      fc.property(map, fc.boolean(), (value, isCommented) => {
        const lines = JSON.stringify(value, undefined, 1).split('\n')
        const text = isCommented ? lines.map((line) => `${line} # why`).join('\n') : lines.join('\n')
        const formatted = formatMetadata(text)
        expect(parse(formatted)).toEqual(value)
        expect(formatMetadata(formatted)).toBe(formatted)
      }),
    )
  })
})

describe('landfall metadata fmt', () => {
  it('writes the file, once', async () => {
    const cwd = createFolder({ 'metadata.yaml': untidy })
    expect(await runKit(['metadata', 'fmt', '--check'], { cwd })).toMatchObject({
      exitCode: 1,
      stdout: 'metadata.yaml: would be formatted\n',
    })
    expect(readFileSync(join(cwd, 'metadata.yaml'), 'utf8')).toBe(untidy)
    expect(await runKit(['metadata', 'fmt'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'metadata.yaml: formatted\n',
    })
    expect(readFileSync(join(cwd, 'metadata.yaml'), 'utf8')).toBe(tidy)
    expect(await runKit(['metadata', 'fmt', '--check'], { cwd })).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it('says where the YAML is broken', async () => {
    const { exitCode, stderr } = await runKit(['metadata', 'fmt'], {
      cwd: createFolder({ 'metadata.yaml': 'a: [\n' }),
    })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('metadata.yaml:')
  })
})
