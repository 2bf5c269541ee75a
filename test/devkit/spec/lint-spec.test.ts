import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SourceDocument } from '../../../src/devkit/source-document.ts'
import { lintSpec } from '../../../src/devkit/spec/lint-spec.ts'

const texts = { title: 'Title', description: 'A sentence.' }
const host = { type: 'string', ...texts }
const branch = (mode: string, more: object = {}) => ({
  title: mode,
  properties: { mode: { type: 'string', const: mode }, ...more },
})

function specOf(properties: object, more: object = {}): object {
  return {
    documentationUrl: 'https://docs.acme.dev',
    supported_destination_sync_modes: ['append'],
    connectionSpecification: { type: 'object', properties },
    ...more,
  }
}

function lint(spec: object): readonly string[] {
  return lintSpec(new SourceDocument('spec.json', JSON.stringify(spec))).map(({ message }) => message)
}

describe('a specification without a fault', () => {
  it.each([
    ['a text', { host }],
    ['a list of types with null', { host: { ...host, type: ['string', 'null'] } }],
    ['a secret', { password: { ...host, airbyte_secret: true } }],
    ['a choice', { ssl: { type: 'object', ...texts, oneOf: [branch('a'), branch('b')] } }],
    [
      'a choice by lists of one value',
      {
        ssl: {
          type: 'object',
          ...texts,
          display_type: 'radio',
          oneOf: ['a', 'b'].map((mode) => ({
            title: mode,
            properties: { mode: { enum: [mode], default: mode } },
          })),
        },
      },
    ],
    [
      'the same order in two groups',
      { a: { ...host, order: 0, group: 'x' }, b: { ...host, order: 0, group: 'y' } },
    ],
    ['a list', { hosts: { type: 'array', ...texts, items: { type: 'string' } } }],
    ['a date with a pattern', { since: { ...host, format: 'date', pattern: '^\\d{4}-\\d\\d-\\d\\d$' } }],
    ['a public key and a word with key', { ssh_public_key: host, primary_key: host, keyspace: host }],
    [
      'data that looks like a schema',
      { host: { ...host, default: { anyOf: [] }, examples: [{ $ref: 'x' }] } },
    ],
  ])('%s', (_title, properties) => {
    expect(lint(specOf(properties))).toEqual([])
  })
})

describe('a specification with a fault', () => {
  it.each([
    ['no title', { host: { type: 'string', description: 'A sentence.' } }, '`host` has no `title`'],
    ['a title that is a name', { host: { ...host, title: 'host_name' } }, 'has the title `host_name`'],
    ['no description', { host: { type: 'string', title: 'Host' } }, '`host` has no `description`'],
    ['half a sentence', { host: { ...host, description: 'The host' } }, 'Add the period'],
    ['a secret that is not marked', { client_secret: host }, '`client_secret` sounds like a secret'],
    [
      'a secret in a branch',
      { auth: { type: 'object', ...texts, oneOf: [branch('a', { api_token: host }), branch('b')] } },
      '`auth.api_token` sounds like a secret',
    ],
    [
      'a date without a pattern',
      { since: { ...host, format: 'date' } },
      'has the format date but no `pattern`',
    ],
    [
      'an order twice',
      { a: { ...host, order: 1 }, b: { ...host, order: 1 } },
      '`b` has the same `order` as `a`',
    ],
    [
      'a group below the top',
      { a: { type: 'object', ...texts, properties: { b: { ...host, group: 'x' } } } },
      '`a.b` has a `group`',
    ],
    [
      'a choice without a type',
      { ssl: { ...texts, oneOf: [branch('a'), branch('b')] } },
      '`ssl` has `oneOf`, so it needs `"type": "object"`',
    ],
    [
      'a branch without fields',
      { ssl: { type: 'object', ...texts, oneOf: [branch('a'), { title: 'b' }] } },
      'a branch of `oneOf` without `properties`',
    ],
    [
      'a branch without a title',
      { ssl: { type: 'object', ...texts, oneOf: [branch('a'), { properties: branch('b').properties }] } },
      'a branch of `oneOf` without a `title`',
    ],
    [
      'branches without a constant',
      {
        ssl: {
          type: 'object',
          ...texts,
          oneOf: [
            { title: 'a', properties: { host } },
            { title: 'b', properties: { host } },
          ],
        },
      },
      'needs exactly one field with a `const`',
    ],
    [
      'two equal branches',
      { ssl: { type: 'object', ...texts, oneOf: [branch('a'), branch('a')] } },
      'two branches of `oneOf` with the same `mode`',
    ],
    ['anyOf', { host: { ...host, anyOf: [{ minLength: 1 }] } }, '`host` uses `anyOf`'],
    ['a reference', { host: { ...texts, $ref: '#/x' } }, '`host` has a `$ref`'],
    ['several types', { host: { ...host, type: ['string', 'integer'] } }, 'has several types'],
    ['an empty object', { extra: { type: 'object', ...texts } }, '`extra` is an object without fields'],
    ['a list of anything', { hosts: { type: 'array', ...texts } }, 'is a list whose `items` have no type'],
    [
      'no additional fields',
      { ssl: { type: 'object', ...texts, additionalProperties: false, properties: { host } } },
      'forbids additional properties',
    ],
    ['a value twice', { mode: { ...host, enum: ['a', 'b', 'a'] } }, 'lists a value of `enum` twice'],
    [
      'a default that cannot be chosen',
      { mode: { ...host, enum: ['a'], default: 'b' } },
      'has the default `b`',
    ],
    ['a pattern that is none', { host: { ...host, pattern: '(' } }, 'is not a regular expression'],
    ['a display without a choice', { host: { ...host, display_type: 'radio' } }, 'only goes with `oneOf`'],
    [
      'an unknown display',
      { ssl: { type: 'object', ...texts, display_type: 'tabs', oneOf: [branch('a')] } },
      'neither dropdown nor radio',
    ],
  ])('%s', (_title, properties, says) => {
    const messages = lint(specOf(properties))
    expect(messages).toHaveLength(1)
    expect(messages[0]).toContain(says)
  })

  it.each([
    [
      'no address',
      { documentationUrl: 'http://docs.acme.dev' },
      '`documentationUrl` must begin with https://',
    ],
    ['no modes', { supported_destination_sync_modes: [] }, 'List what the destination can do'],
    [
      'an unknown mode',
      { supported_destination_sync_modes: ['append', 'upsert'] },
      '`upsert` is no destination sync mode',
    ],
    ['no schema', { connectionSpecification: undefined }, 'There is no `connectionSpecification`'],
    [
      'a schema that is no object',
      { connectionSpecification: { type: 'string' } },
      '`connectionSpecification.type` must be `object`',
    ],
    [
      'a login without a field',
      { advanced_auth: { predicate_key: ['auth', 'type'] } },
      '`advanced_auth` names `auth.type`',
    ],
  ])('%s', (_title, more, says) => {
    expect(lint(specOf({ host }, more)).join('\n')).toContain(says)
  })

  it('tells the line', () => {
    const text = JSON.stringify(specOf({ host, token: host }), undefined, 2)
    const [finding] = lintSpec(new SourceDocument('spec.json', text))
    expect(text.split('\n')[(finding?.line ?? 0) - 1]).toContain('"token": {')
  })

  it('says where the JSON is broken', () => {
    const [finding] = lintSpec(new SourceDocument('spec.json', '{\n  "a": [1,\n'))
    expect(finding).toMatchObject({ file: 'spec.json', message: expect.stringContaining('This is not YAML') })
  })
})

describe('the specifications of this package', () => {
  const folder = new URL('../../../destinations/', import.meta.url)

  it.each(readdirSync(folder))('%s has nothing to say', (name) => {
    const text = readFileSync(new URL(`${name}/spec.json`, folder), 'utf8')
    expect(lintSpec(new SourceDocument('spec.json', text))).toEqual([])
  })
})
