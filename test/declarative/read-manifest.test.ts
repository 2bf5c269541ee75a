import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../src/declarative/read-manifest.ts'
import { findNearest } from '../../src/util/find-nearest.ts'

const examples = fileURLToPath(new URL('../../examples/declarative/', import.meta.url))

function messageOf(text: string): string {
  try {
    parseManifest(text, 'manifest.yaml')
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const valid = `type: DeclarativeDestination
version: 1
name: example
spec:
  documentation_url: https://example.com
  connection_specification:
    type: object
    properties:
      url: { type: string }
write:
  type: HttpWriter
  base_url: "{{ config.url }}"
  modes:
    append:
      batch: { method: POST, path: /x, body: ndjson }
`

describe('a manifest', () => {
  it.each(['mariadb.yaml', 'postgres-relative.yaml', 'events-api.yaml'])('%s is valid', (name) => {
    expect(parseManifest(readFileSync(examples + name, 'utf8'), name).version).toBe(1)
  })

  it.each([
    ['type: [', 'manifest.yaml:1:8: Flow sequence'],
    ['[]', 'manifest.yaml:1:1: `the file` is a list. Write an object.'],
    [valid.replace('version: 1', 'version: 2'), 'manifest.yaml:2:10: `version` is `2`. Write `1`.'],
    [valid.replace('name: example\n', ''), 'manifest.yaml:1:1: `name` is missing. Add it.'],
    [
      valid.replace('name: example', 'name: My Example'),
      'manifest.yaml:3:7: `name` is `My Example`, which does not match',
    ],
    [
      valid.replace('  modes:', '  mode:'),
      'manifest.yaml:13:3: `write.mode` is not a known field. Did you mean `modes`?',
    ],
    [
      valid.replace('type: HttpWriter', 'type: FtpWriter'),
      'manifest.yaml:11:9: `write.type` is `FtpWriter`. Choose one of SqlWriter, HttpWriter',
    ],
    [
      valid.replace('method: POST', 'method: FETCH'),
      'manifest.yaml:15:24: `write.modes.append.batch.method` is `FETCH`. Choose one of POST, PUT, PATCH',
    ],
    [
      valid.replace('config.url', 'config.ulr'),
      'manifest.yaml:12:13: `write.base_url`: `{{ config.ulr }}` names no field of `config`; it has url',
    ],
    [
      valid.replace('config.url', 'stream.name'),
      'manifest.yaml:12:13: `write.base_url`: `{{ stream.name }}` means nothing in this place; here are config',
    ],
    [valid.replace('/x', '"/{{ stream.nmae }}"'), '`{{ stream.nmae }}` names no field of `stream`'],
  ])('is refused with the place of the problem: %#', (text, message) => {
    expect(messageOf(text)).toContain(message)
  })

  it.each([
    [['sql', 'mysql'], 'sqll', 'sql'],
    [['name', 'write'], 'nmae', 'name'],
    [['name', 'write'], 'password', undefined],
  ])('of %j, `%s` is a slip for %s', (known, wrong, nearest) => {
    expect(findNearest(wrong, known)).toBe(nearest)
  })

  it('says every problem at once', () => {
    const text = valid.replace('version: 1', 'version: 2').replace('name: example', 'nmae: example')
    expect(messageOf(text).split('\n')).toHaveLength(4)
  })
})

it('refuses placeholders that a dialect does not fill in', () => {
  const text = readFileSync(`${examples}mariadb.yaml`, 'utf8').replace(
    'NULLIF({{ json }}',
    'NULLIF({{ jsno }}',
  )
  expect(messageOf(text)).toMatch(
    /manifest\.yaml:\d+:\d+: `write\.dialect\.casts\.unknown`: `\{\{ jsno \}\}` means nothing/,
  )
})
