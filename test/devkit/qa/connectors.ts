import type { Base, Connector, TextFile } from '../../../src/devkit/connector/connector.ts'
import { SourceDocument } from '../../../src/devkit/source-document.ts'

/** A connector without a fault, as the files that are read of it. */
export const goodFiles = {
  'metadata.yaml': `data:
  allowedHosts:
    hosts:
      - \${host}
  connectorSubtype: database
  connectorType: destination
  definitionId: 0f7f2a52-7f0b-4b0f-9a41-2b8d0e1f6c11
  dockerImageTag: 1.4.0
  dockerRepository: acme/destination-ledger
  documentationUrl: https://docs.acme.dev/ledger
  githubIssueLabel: destination-ledger
  license: MIT
  name: Ledger
  registryOverrides:
    cloud:
      enabled: false
    oss:
      enabled: true
  releaseStage: alpha
  tags:
    - language:typescript
metadataSpecVersion: "1.0"
`,
  'spec.json': JSON.stringify(
    {
      documentationUrl: 'https://docs.acme.dev/ledger',
      supported_destination_sync_modes: ['append', 'overwrite'],
      connectionSpecification: {
        type: 'object',
        required: ['host'],
        properties: {
          host: { type: 'string', title: 'Host', description: 'Name of the server.', order: 0 },
          password: {
            type: 'string',
            title: 'Password',
            description: 'Password of the role.',
            airbyte_secret: true,
            order: 1,
          },
        },
      },
    },
    undefined,
    2,
  ),
  'index.ts': "export const page = 'https://docs.acme.dev'\n",
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0h24v24H0z"/></svg>\n',
  Dockerfile: `FROM node:24.11-slim
LABEL io.airbyte.name=acme/destination-ledger io.airbyte.version=1.4.0
ENV AIRBYTE_ENTRYPOINT="node /airbyte/index.js"
USER 1000
ENTRYPOINT ["node", "/airbyte/index.js"]
`,
  'package.json': '{\n  "name": "destination-ledger",\n  "version": "1.4.0",\n  "license": "MIT"\n}\n',
  'ledger.test.ts': 'test\n',
  'docs/ledger.md': `# Ledger

Writes to a ledger.

## Prerequisites

- The name of the server (Host).

## Supported sync modes

Append and overwrite.

## Data type map

Everything is a text.

## Limitations

None.

## Changelog

| Version | Date | Pull Request | Subject |
|---|---|---|---|
| 1.4.0 | 2026-03-02 | [12](https://github.com/acme/ledger/pull/12) | Add overwrite. |
| 1.3.9 | 2026-02-01 | [9](https://github.com/acme/ledger/pull/9), [8](https://github.com/acme/x/pull/8) | Fix a \\| b. |
| 1.3.9-rc.1 | 2026-01-31 | | A candidate. |
`,
} as const

type Files = { readonly [path: string]: string | undefined }

export type ConnectorChanges = Partial<Omit<Connector, 'files' | 'metadata' | 'spec'>> & {
  /** Texts in the place of those of `goodFiles`; undefined leaves a file out. */
  readonly files?: Files
}

/** A connector as it would be read from these files. */
export function createConnector({ files: changes = {}, ...overrides }: ConnectorChanges = {}): Connector {
  const files = new Map<string, TextFile>()
  for (const [path, text] of Object.entries({ ...goodFiles, ...changes })) {
    if (text !== undefined) files.set(path, { path, text })
  }
  const documentOf = (path: string) => {
    const file = files.get(path)
    return file && new SourceDocument(path, file.text)
  }
  const pageOf = (path: string) => ({ file: files.get(path), places: [path], brokenLinks: [] })
  return {
    name: 'ledger',
    folder: '/home/acme/ledger',
    root: '/home/acme',
    files,
    metadata: documentOf('metadata.yaml'),
    spec: documentOf('spec.json'),
    manifestProblem: undefined,
    documentation: pageOf('docs/ledger.md'),
    migrationGuide: pageOf('docs/ledger-migrations.md'),
    package: documentOf('package.json'),
    dockerfile: files.get('Dockerfile'),
    tests: ['ledger.test.ts'],
    committedSecrets: [],
    ignoresSecrets: true,
    ...overrides,
  }
}

/** A text of `goodFiles` with one place changed; the place must be there. */
export function changed(path: keyof typeof goodFiles, from: string, to: string): Files {
  const text: string = goodFiles[path]
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`)
  return { [path]: text.replace(from, to) }
}

/** The base branch with the good connector at an earlier version. */
export function baseAt(
  version: string,
  changedFiles: readonly string[] = ['index.ts'],
  files: Files = {},
): Base {
  const metadata = (files['metadata.yaml'] ?? goodFiles['metadata.yaml']).replace('1.4.0', version)
  return {
    kind: 'released',
    reference: 'origin/main',
    metadata: new SourceDocument('origin/main:metadata.yaml', metadata),
    spec: new SourceDocument('origin/main:spec.json', files['spec.json'] ?? goodFiles['spec.json']),
    changedFiles,
  }
}
