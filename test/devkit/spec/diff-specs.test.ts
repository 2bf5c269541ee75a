import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createValidator } from '../../../src/devkit/metadata/validate-schema.ts'
import { diffSpecs, isEnough, leastBump } from '../../../src/devkit/spec/diff-specs.ts'
import { sampleConfigs } from '../../../src/devkit/spec/sample-configs.ts'
import { createFolder } from '../connector-folder.ts'
import { changed } from '../qa/connectors.ts'
import { runKit } from '../run-kit.ts'

const specOf = (
  properties: object,
  required: readonly string[] = [],
  modes: readonly string[] = ['append'],
) => ({
  supported_destination_sync_modes: modes,
  connectionSpecification: { type: 'object', required, properties },
})
const text = { type: 'string' }
const choice = (...branches: readonly object[]) => ({ ssl: { type: 'object', oneOf: branches } })
const branch = (mode: string, properties: object = {}, required: readonly string[] = []) => ({
  required: ['mode', ...required],
  properties: { mode: { const: mode }, ...properties },
})

const cases = [
  { change: 'nothing', before: specOf({ a: text }), after: specOf({ a: text }), bump: 'none', says: [] },
  {
    change: 'an optional field is added',
    before: specOf({ a: text }),
    after: specOf({ a: text, b: text }),
    bump: 'minor',
    says: ['b is new.'],
  },
  {
    change: 'a required field is added',
    before: specOf({ a: text }),
    after: specOf({ a: text, b: text }, ['b']),
    bump: 'major',
    says: ['b is new and required'],
  },
  {
    change: 'a field is removed',
    before: specOf({ a: text, b: text }),
    after: specOf({ a: text }),
    bump: 'major',
    says: ['b is gone'],
  },
  {
    change: 'a field becomes required',
    before: specOf({ a: text }),
    after: specOf({ a: text }, ['a']),
    bump: 'major',
    says: ['a was optional'],
  },
  {
    change: 'a field becomes optional',
    before: specOf({ a: text }, ['a']),
    after: specOf({ a: text }),
    bump: 'minor',
    says: ['a was required'],
  },
  {
    change: 'a type changes',
    before: specOf({ a: text }),
    after: specOf({ a: { type: 'integer' } }),
    bump: 'major',
    says: ['a was string and is integer now'],
  },
  {
    change: 'an integer becomes a number',
    before: specOf({ a: { type: 'integer' } }),
    after: specOf({ a: { type: 'number' } }),
    bump: 'minor',
    says: ['a takes number now'],
  },
  {
    change: 'null is allowed',
    before: specOf({ a: text }),
    after: specOf({ a: { type: ['string', 'null'] } }),
    bump: 'none',
    says: [],
  },
  {
    change: 'a format is set',
    before: specOf({ a: text }),
    after: specOf({ a: { ...text, format: 'date' } }),
    bump: 'major',
    says: ['a has another `format`: none before, "date" now'],
  },
  {
    change: 'a field becomes secret',
    before: specOf({ a: text }),
    after: specOf({ a: { ...text, airbyte_secret: true } }),
    bump: 'minor',
    says: ['a has another `airbyte_secret`'],
  },
  {
    change: 'a value is added',
    before: specOf({ a: { enum: ['x'] } }),
    after: specOf({ a: { enum: ['x', 'y'] } }),
    bump: 'minor',
    says: ['a also takes "y"'],
  },
  {
    change: 'a value is removed',
    before: specOf({ a: { enum: ['x', 'y'] } }),
    after: specOf({ a: { enum: ['x'] } }),
    bump: 'major',
    says: ['a no longer takes "y"'],
  },
  {
    change: 'values are limited',
    before: specOf({ a: text }),
    after: specOf({ a: { ...text, enum: ['x'] } }),
    bump: 'major',
    says: ['a took any value'],
  },
  {
    change: 'values are free',
    before: specOf({ a: { ...text, enum: ['x'] } }),
    after: specOf({ a: text }),
    bump: 'minor',
    says: ['a takes any value'],
  },
  {
    change: 'a minimum rises',
    before: specOf({ a: { minimum: 1 } }),
    after: specOf({ a: { minimum: 2 } }),
    bump: 'major',
    says: ['a has another `minimum`: 1 before, 2 now'],
  },
  {
    change: 'a maximum rises',
    before: specOf({ a: { maximum: 1 } }),
    after: specOf({ a: { maximum: 2 } }),
    bump: 'minor',
    says: ['a has another `maximum`'],
  },
  {
    change: 'a pattern is set',
    before: specOf({ a: text }),
    after: specOf({ a: { ...text, pattern: 'x' } }),
    bump: 'major',
    says: ['a has another `pattern`'],
  },
  {
    change: 'a pattern is gone',
    before: specOf({ a: { ...text, pattern: 'x' } }),
    after: specOf({ a: text }),
    bump: 'minor',
    says: ['a has another `pattern`'],
  },
  {
    change: 'a default changes',
    before: specOf({ a: { default: 1 } }),
    after: specOf({ a: { default: 2 } }),
    bump: 'minor',
    says: ['a has another default'],
  },
  {
    change: 'a text changes',
    before: specOf({ a: { ...text, title: 'A' } }),
    after: specOf({ a: { ...text, title: 'B' } }),
    bump: 'patch',
    says: ['a reads differently'],
  },
  {
    change: 'a mode is added',
    before: specOf({}),
    after: specOf({}, [], ['append', 'overwrite']),
    bump: 'minor',
    says: ['supported_destination_sync_modes also has overwrite'],
  },
  {
    change: 'a mode is removed',
    before: specOf({}),
    after: specOf({}, [], []),
    bump: 'major',
    says: ['supported_destination_sync_modes no longer has append'],
  },
  {
    change: 'a branch is added, with a required field',
    before: specOf(choice(branch('x'))),
    after: specOf(choice(branch('x'), branch('y', { key: text }, ['key']))),
    bump: 'minor',
    says: ['ssl.mode also takes "y"', 'ssl.key is new.'],
  },
  {
    change: 'a branch is removed',
    before: specOf(choice(branch('x'), branch('y'))),
    after: specOf(choice(branch('x'))),
    bump: 'major',
    says: ['ssl.mode no longer takes "y"'],
  },
  {
    change: 'a branch gets a required field',
    before: specOf(choice(branch('x'))),
    after: specOf(choice(branch('x', { key: text }, ['key']))),
    bump: 'major',
    says: ['ssl.key is new and required'],
  },
  {
    change: 'a new object has a required field',
    before: specOf({}),
    after: specOf({ ssl: { type: 'object', required: ['key'], properties: { key: text } } }),
    bump: 'minor',
    says: ['ssl is new.', 'ssl.key is new.'],
  },
  {
    change: 'only a sample shows it: lists must be longer',
    before: specOf({ hosts: { type: 'array', items: text } }),
    after: specOf({ hosts: { type: 'array', items: text, minItems: 2 } }),
    bump: 'major',
    says: ['hosts refuses what it took: `hosts` must NOT have fewer than 2 items'],
  },
  {
    change: 'only a sample shows it: no other fields',
    before: specOf(choice(branch('x', { key: text }))),
    after: specOf({
      ssl: { type: 'object', oneOf: [branch('x', { key: text })], additionalProperties: false },
    }),
    bump: 'major',
    says: [
      'refuses what it took: `ssl.mode` is not a known field',
      'refuses what it took: `ssl.key` is not a known field',
    ],
  },
] as const

describe.each(cases)('where $change', ({ before, after, bump, says }) => {
  it(`the least step is ${bump}`, () => {
    const changes = diffSpecs(before, after)
    expect(leastBump(changes)).toBe(bump)
    expect(changes).toHaveLength(says.length)
    for (const [index, part] of says.entries()) {
      expect(`${changes[index]?.field} ${changes[index]?.message}`).toContain(part)
    }
  })
})

it('nothing has changed between a specification and itself', () => {
  fc.assert(
    fc.property(fc.constantFrom(...cases), ({ before, after }) => {
      expect([...diffSpecs(before, before), ...diffSpecs(after, after)]).toEqual([])
    }),
  )
})

describe('samples of configurations', () => {
  const folder = new URL('../../../destinations/', import.meta.url)

  it.each(readdirSync(folder))('are taken by the specification of %s, with each branch', (name) => {
    const spec = JSON.parse(readFileSync(new URL(`${name}/spec.json`, folder), 'utf8'))
    const validate = createValidator(spec.connectionSpecification)
    const valid = sampleConfigs(spec.connectionSpecification).filter(
      (config) => validate(config).length === 0,
    )
    expect(valid.length).toBeGreaterThan(0)
    expect(diffSpecs(spec, spec)).toEqual([])
  })
})

it('a pattern that is none breaks nothing here', () => {
  const wrong = specOf({ a: { ...text, pattern: '(' } })
  expect(diffSpecs(wrong, wrong)).toEqual([])
})

it.each([
  ['major', 'minor', true],
  ['patch', 'minor', false],
  ['minor', 'minor', true],
  ['none', 'patch', false],
] as const)('whether %s is enough for %s: %s', (bump, needed, expected) => {
  expect(isEnough(bump, needed)).toBe(expected)
})

describe('landfall spec diff', () => {
  const message = (spec: object) => `{"type":"LOG"}\n${JSON.stringify({ type: 'SPEC', spec })}\n`

  it('compares what `spec` printed, and fails where stored configurations break', async () => {
    const cwd = createFolder({
      'old.jsonl': message(specOf({ a: text, b: text })),
      'new.json': JSON.stringify(specOf({ a: text })),
    })
    const { exitCode, stdout } = await runKit(['spec', 'diff', 'old.jsonl', 'new.json'], { cwd })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout:
        'major  `b` is gone: stored configurations lose its value.\n\nThe least step is a major version.\n',
    })
  })

  it('prints JSON', async () => {
    const cwd = createFolder({ 'new.json': JSON.stringify({ connectionSpecification: {} }) })
    const { stdout } = await runKit(['spec', 'diff', 'spec.json', 'new.json', '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({
      bump: 'major',
      changes: [{ bump: 'major', field: 'host' }, {}, {}, {}],
    })
  })

  it('is content with equal ones', async () => {
    const cwd = createFolder()
    const { exitCode, stdout } = await runKit(['spec', 'diff', '.', 'spec.json'], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'spec.json and spec.json mean the same.\n' })
  })
})

describe('landfall spec lint', () => {
  it.each([
    { files: {}, code: 0, says: 'spec.json: nothing to say' },
    {
      files: changed('spec.json', 'of the server.', 'of the server'),
      code: 1,
      says: 'spec.json:13: `host` has a `description`',
    },
  ])('ends with $code', async ({ files, code, says }) => {
    const { exitCode, stdout } = await runKit(['spec', 'lint'], { cwd: createFolder(files) })
    expect(stdout).toContain(says)
    expect(exitCode).toBe(code)
  })
})
