import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

type SourceFile = {
  /** From the root, with slashes. */
  readonly path: string
  readonly text: string
  /** Where the file imports from; relative specifiers as paths from the root. */
  readonly imports: readonly string[]
}

const sourceFiles: readonly SourceFile[] = ['src', 'destinations'].flatMap(listFiles).map((path) => {
  const text = readFileSync(`${root}/${path}`, 'utf8')
  return { path, text, imports: readImports(text, path) }
})
const frameworkFiles = sourceFiles.filter(({ path }) => path.startsWith('src/'))
const destinationFiles = sourceFiles.filter(({ path }) => path.startsWith('destinations/'))

/**
 * From left to right: a file may import its own layer and those before it. Layers in one entry do not
 * know each other. A name that ends in `.ts` is one file, any other a folder. `protocol/messages.ts` comes
 * first because it holds nothing but the words that everybody uses.
 */
const layers: readonly (readonly string[])[] = [
  ['util', 'protocol/messages.ts'],
  ['errors.ts'],
  ['logger.ts'],
  ['connection'],
  ['protocol'],
  ['catalog'],
  ['sql'],
  ['destination'],
  ['typing', 'pipeline', 'message-writer.ts'],
  ['declarative'],
  ['cli'],
  ['run.ts'],
  ['testing'],
  ['devkit'],
  ['bin.ts'],
]

/** Files that put a public entry together, and the suite for connector authors: they may import any layer. */
const doors = ['index.ts', 'sdk.ts', 'sql-module.ts', 'testing']

/** Layers and files that decide and never act. */
const pureParts = [
  'protocol',
  'catalog',
  'sql',
  'pipeline/flush-policy.ts',
  'pipeline/memory-budget.ts',
  'pipeline/raw-ids.ts',
  'pipeline/split-lines.ts',
  'pipeline/state-ledger.ts',
  'typing/plan-stream.ts',
]

/** Node's modules that only compute. */
const pureModules = ['node:buffer', 'node:crypto']

/** Packages that a destination may import besides the framework, zod and Node's own. */
const drivers: { readonly [destination: string]: readonly string[] } = {
  bigquery: ['@google-cloud/bigquery', '@google-cloud/bigquery-storage'],
  duckdb: ['@duckdb/node-api'],
  postgres: ['pg'],
  redshift: ['pg'],
  snowflake: ['snowflake-sdk'],
}

/** Of a real family: Redshift began as PostgreSQL and speaks its protocol. */
const parents: { readonly [destination: string]: string } = { redshift: 'postgres' }

const mostLinesOfCode = 300

describe('this test', () => {
  it('sees imports of every form', () => {
    const text = [
      "import { a } from './parse-catalog.ts'",
      "import {\n  b,\n} from '../errors.ts'",
      "import 'zod'",
      "await import('pg')",
      "// from 'a comment'",
    ].join('\n')
    expect(readImports(text, 'src/protocol/x.ts')).toEqual([
      'src/protocol/parse-catalog.ts',
      'src/errors.ts',
      'zod',
      'pg',
    ])
  })

  it.each([
    ['src/cli/main.ts', 'src/pipeline/run-write.ts', true],
    ['src/pipeline/intake.ts', 'src/cli/main.ts', false],
    ['src/typing/run-check.ts', 'src/pipeline/run-write.ts', false],
    ['src/errors.ts', 'src/protocol/messages.ts', true],
    ['src/errors.ts', 'src/protocol/json-value.ts', false],
    ['src/catalog/naming.ts', 'src/index.ts', false],
    ['src/catalog/naming.ts', 'zod', true],
  ])('knows whether %s may import %s', (path, target, expected) => {
    expect(mayImport(path, target)).toBe(expected)
  })

  it.each([
    ['process.exit()', true],
    ["import { env } from 'node:process'", true],
    ["import { constrainedMemory } from 'node:process'", false],
    ["import process from 'node:process'", true],
    ['batch.process.id', false],
  ])('knows whether `%s` touches the process', (text, expected) => {
    expect(touchesProcess(text)).toBe(expected)
  })
})

describe('the framework', () => {
  it('is made of known layers and doors only', () => {
    const unknown = frameworkFiles.filter(({ path }) => !isDoor(path) && layerOf(path) === undefined)
    expect(unknown.map(({ path }) => path)).toEqual([])
  })

  it('imports only leftwards', () => {
    const wrong = frameworkFiles.flatMap(({ path, imports }) =>
      isDoor(path)
        ? []
        : imports.filter((target) => !mayImport(path, target)).map((to) => `${path} -> ${to}`),
    )
    expect(wrong).toEqual([])
  })

  it('decides without I/O, clock, chance or process', () => {
    const pure = frameworkFiles.filter(({ path }) => pureParts.some((part) => isIn(path, `src/${part}`)))
    const impureImports = pure.flatMap(({ path, imports }) =>
      imports
        .filter((target) => target.startsWith('node:') && !pureModules.includes(target))
        .map((target) => `${path} -> ${target}`),
    )
    const impureCalls = pure.flatMap(({ path, text }) =>
      Array.from(
        withoutComments(text).matchAll(
          /\b(?:Date\.now|new Date\(\)|performance\.|Math\.random|randomUUID|setTimeout|setInterval|process\.)/g,
        ),
        ([call]) => `${path}: ${call}`,
      ),
    )
    expect([...impureImports, ...impureCalls]).toEqual([])
  })

  it('knows no destination, except by name', () => {
    const wrong = frameworkFiles.filter(
      ({ path, imports }) =>
        path !== 'src/sql-module.ts' && imports.some((target) => target.startsWith('destinations/')),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('gathers exports at the doors only', () => {
    const barrels = sourceFiles.filter(({ text }) => /^export [^'"]*? from '/m.test(text))
    expect(
      barrels.filter(({ path }) => !isDoor(path) && !/^destinations\/\w+\/index\.ts$/.test(path)),
    ).toEqual([])
  })
})

describe('a destination', () => {
  it.each(destinationFiles)('$path imports the framework by name, its own files, its driver', (file) => {
    const [, folder = ''] = file.path.split('/')
    const folders = [folder, ...(parents[folder] === undefined ? [] : [parents[folder]])]
    const allowed = ['landfall', 'landfall/sdk', 'zod', ...(drivers[folder] ?? [])]
    const wrong = file.imports.filter(
      (target) =>
        !allowed.includes(target) &&
        !target.startsWith('node:') &&
        !folders.some((own) => target.startsWith(`destinations/${own}/`)),
    )
    expect(wrong).toEqual([])
  })

  it('loads its driver only when it connects', () => {
    const eager = destinationFiles.flatMap(({ path, text }) =>
      Array.from(text.matchAll(/^import (?!type )[^'"]*? from '([^']+)'/gm), ([, target = '']) => ({
        path,
        target,
      })).filter(({ target }) => Object.values(drivers).flat().includes(target)),
    )
    expect(eager).toEqual([])
  })
})

describe('every source file', () => {
  it('leaves the process to run.ts and bin.ts', () => {
    const touching = sourceFiles.filter(({ text }) => touchesProcess(withoutComments(text)))
    // DuckDB's allocator takes its settings from the environment alone.
    expect(touching.map(({ path }) => path).toSorted()).toEqual([
      'destinations/duckdb/open-database.ts',
      'src/bin.ts',
      'src/run.ts',
    ])
  })

  it(`has at most ${mostLinesOfCode} lines of code`, () => {
    const long = sourceFiles
      .map(({ path, text }) => ({ path, lines: countLinesOfCode(text) }))
      .filter(({ lines }) => lines > mostLinesOfCode)
    expect(long).toEqual([])
  })

  it('has a name in kebab case', () => {
    const names = sourceFiles.map(({ path }) => path.split('/').at(-1) ?? '')
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name))).toEqual([])
  })

  it('exports by name; only the entry of a destination has a default', () => {
    const defaults = sourceFiles.filter(({ text }) => /^export default /m.test(text))
    const wrong = defaults.filter(({ path }) => !/^destinations\/[a-z0-9-]+\/index\.ts$/.test(path))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('has no enum, no namespace, no `any`, no `private` keyword', () => {
    const wrong = sourceFiles.flatMap(({ path, text }) =>
      Array.from(
        withoutComments(text).matchAll(
          /^\s*(?:export )?(?:const )?(?:enum|namespace) \w+|[:<] ?any\b|^\s*private (?!constructor)/gm,
        ),
        ([found]) => `${path}: ${found.trim()}`,
      ),
    )
    expect(wrong).toEqual([])
  })
})

describe('package.json', () => {
  const manifest: unknown = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const packages = ['dependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(Object(member(manifest, kind))),
  )

  it.each(packages)('asks its users for %s because it imports it', (name) => {
    const targets = new Set(sourceFiles.flatMap(({ imports }) => imports))
    expect([...targets].filter((target) => isIn(target, name))).not.toEqual([])
  })
})

describe('spec.json', () => {
  const fields = Object.keys(drivers).flatMap((destination) => {
    const spec: unknown = JSON.parse(readFileSync(`${root}/destinations/${destination}/spec.json`, 'utf8'))
    return collectFields(member(spec, 'connectionSpecification'), destination)
  })

  it.each(fields)(
    '$path has a title in title case and a description that ends with a period',
    ({ field }) => {
      expect(member(field, 'title')).toSatisfy(isTitleCase)
      expect(member(field, 'description')).toMatch(/\.$/)
    },
  )

  it.each(fields.filter(({ path }) => /(password|_key|secret|token)$/.test(path)))(
    '$path is marked as secret',
    ({ field }) => {
      expect(member(field, 'airbyte_secret')).toBe(true)
    },
  )
})

function listFiles(folder: string): readonly string[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
}

function readImports(text: string, path: string): readonly string[] {
  const pattern = /(?:^|\s)(?:from|import) '([^']+)'|\bimport\('([^']+)'\)/g
  const specifiers = Array.from(
    withoutComments(text).matchAll(pattern),
    ([, plain, dynamic]) => plain ?? dynamic ?? '',
  )
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? new URL(specifier, `file:///${path}`).pathname.slice(1) : specifier,
  )
}

/** Good enough for formatted code: a `//` that is not in an address, and block comments. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<!:)\/\/.*$/gm, '')
}

function countLinesOfCode(text: string): number {
  return withoutComments(text)
    .split('\n')
    .filter((line) => line.trim() !== '').length
}

/** The global, or Node's module but for its one question about memory. */
function touchesProcess(text: string): boolean {
  const imported = /import (.*) from 'node:process'/.exec(text)?.[1] ?? ''
  return /(?<![\w.'`])process\./.test(text) || !['', '{ constrainedMemory }'].includes(imported)
}

function isIn(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}/`)
}

function isDoor(path: string): boolean {
  return doors.some((door) => isIn(path, `src/${door}`))
}

/** The most exact layer that holds the file, and its rank. */
function layerOf(path: string): { readonly name: string; readonly rank: number } | undefined {
  const found = layers.flatMap((names, rank) =>
    names.filter((name) => isIn(path, `src/${name}`)).map((name) => ({ name, rank })),
  )
  return found.toSorted((left, right) => right.name.length - left.name.length)[0]
}

function mayImport(path: string, target: string): boolean {
  if (!target.startsWith('src/')) return !target.startsWith('destinations/')
  const [from, to] = [layerOf(path), layerOf(target)]
  if (from === undefined || to === undefined) return false
  return from.name === to.name || to.rank < from.rank
}

type Field = { readonly path: string; readonly field: unknown }

/** Every property, also in the branches of `oneOf`; constants that only tell branches apart are left out. */
function collectFields(schema: unknown, path: string): readonly Field[] {
  const properties = member(schema, 'properties')
  const own = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, field]) => [
    ...(isConstant(field) ? [] : [{ path: `${path}.${name}`, field }]),
    ...collectFields(field, `${path}.${name}`),
  ])
  const branches = member(schema, 'oneOf')
  return [
    ...own,
    ...(Array.isArray(branches) ? branches : []).flatMap((branch: unknown) =>
      collectFields(branch, `${path}[${String(member(branch, 'title'))}]`),
    ),
  ]
}

function isConstant(field: unknown): boolean {
  const choices = member(field, 'enum')
  return member(field, 'const') !== undefined || (Array.isArray(choices) && choices.length === 1)
}

const smallWords = ['a', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to']

function isTitleCase(title: unknown): boolean {
  if (typeof title !== 'string' || title === '') return false
  return title.split(' ').every((word) => smallWords.includes(word) || /^[A-Z0-9]/.test(word))
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
