import type { ConnectorName } from './connector-name.ts'
import { type ConnectorKind, connectorKinds, sqliteTodos } from './kinds.ts'

export type RenderFacts = {
  readonly kind: ConnectorKind
  readonly name: ConnectorName
  readonly definitionId: string
  /** What `package.json` asks for: a version, or the path of a packed file. */
  readonly landfall: string
  readonly today: Date
}

/** A template is a working connector called Example; this gives it its own name. */
export function renderFile(path: string, text: string, facts: RenderFacts): { path: string; text: string } {
  const { kind, name, definitionId, landfall, today } = facts
  const { subtype, language, specPath, start } = connectorKinds[kind]
  const values: { readonly [name: string]: string } = {
    DEFINITION_ID: definitionId,
    LANDFALL: landfall,
    SUBTYPE: subtype,
    LANGUAGE: language,
    SPEC_PATH: specPath,
    START: start,
    YEAR: String(today.getUTCFullYear()),
    DATE: today.toISOString().slice(0, 10),
  }
  const own = ownPath(path)
  const todo = kind === 'sql' ? sqliteTodos[own] : undefined
  const withTodo = todo === undefined ? text : `// TODO(landfall): ${todo}\n${text}`
  const filled = withTodo.replace(/__([A-Z_]+)__/g, (whole, key: string) => values[key] ?? whole)
  // Golden SQL names streams, not the connector.
  if (own.endsWith('.sql')) return { path: own.replace('golden/example/', `golden/${name.slug}/`), text }
  return { path: rename(own, name), text: rename(filled, name) }
}

/** An underscore keeps npm and other tools from seeing the files of a template as their own. */
function ownPath(path: string): string {
  return path.replace(/(^|\/)_((?:git|docker)ignore)$/, '$1.$2').replace(/(^|\/)_([^/]+\.json)$/, '$1$2')
}

/** `example` as a word by itself, but not in `example.com` and not as the owner of an image, `example/`. */
function rename(text: string, { slug, title, pascal }: ConnectorName): string {
  return text
    .replace(/\bExample(?=[A-Z])/g, pascal)
    .replace(/\bExample\b/g, title)
    .replace(/(?<![\w/.]|\/)example(?![\w/]|\.(?!md\b))/g, slug)
}
