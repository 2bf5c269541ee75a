/** The kinds of connectors that `landfall new` makes. */
export const connectorKinds = {
  sql: {
    label: 'SQL warehouse, with typing and deduping',
    about: 'Raw tables, final tables, schema changes. Begins as a working destination for SQLite.',
    parts: ['common', 'typescript', 'sql', 'sqlite'],
    subtype: 'database',
    language: 'typescript',
    specPath: 'src/spec.json',
    start: 'node dist/main.js',
  },
  plain: {
    label: 'Anything else: files, a queue, an API',
    about: 'One class that takes batches of records. Begins as a working destination for files.',
    parts: ['common', 'typescript', 'plain'],
    subtype: 'file',
    language: 'typescript',
    specPath: 'src/spec.json',
    start: 'node dist/main.js',
  },
  declarative: {
    label: 'HTTP service, as a manifest without TypeScript',
    about: 'A service that takes batches of records, described in YAML.',
    parts: ['common', 'declarative', 'declarative-http'],
    subtype: 'api',
    language: 'manifest-only',
    specPath: 'manifest.yaml',
    start: 'npx landfall run manifest.yaml',
  },
  'declarative-sql': {
    label: 'Relative of PostgreSQL or MySQL, as a manifest without TypeScript',
    about: 'A server that speaks a known SQL dialect with differences, described in YAML.',
    parts: ['common', 'declarative', 'declarative-sql'],
    subtype: 'database',
    language: 'manifest-only',
    specPath: 'manifest.yaml',
    start: 'npx landfall run manifest.yaml',
  },
} as const

export type ConnectorKind = keyof typeof connectorKinds

export const connectorKindNames = Object.keys(connectorKinds) as ConnectorKind[]

/** What is to do in each file that the SQL kind takes over from the example for SQLite. */
export const sqliteTodos: { readonly [path: string]: string } = {
  'src/naming.ts': 'Say how your database spells names. Green: npx vitest run -t "awkward column names"',
  'src/types.ts': 'Choose the column type of each Airbyte type. Green: npx vitest run -t "every type"',
  'src/typed-value.ts': 'Write the cast to each type. Green: npx vitest run -t "bad value"',
  'src/sql-generator.ts': 'Answer the hooks in the SQL of your database. Green: npx vitest run -t conforms',
  'src/warehouse.ts': 'Connect, load and query with your driver. Green: npx vitest run -t "check succeeds"',
  'src/errors.ts': 'Classify the errors of your driver: who must act, and is it worth another attempt?',
}
