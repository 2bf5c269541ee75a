import { base64Cores, replaceWords } from './encoded-secret.ts'

/** What stands in place of a secret; the same as in Airbyte's own connectors. */
const mask = '****'

/**
 * The values of every `airbyte_secret` field that a configuration holds, wherever the specification
 * nests it. Where branches of `oneOf` disagree, a field that is secret in one counts as secret.
 */
export function collectSecrets(schema: unknown, config: unknown): readonly string[] {
  if (!isObject(schema)) return []
  if (schema.airbyte_secret === true) return collectValues(config)
  const alternatives = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => asArray(schema[keyword]))
  const fromAlternatives = alternatives.flatMap((branch) => collectSecrets(branch, config))
  const fromItems = asArray(config).flatMap((item) => collectSecrets(schema.items, item))
  const properties = isObject(schema.properties) ? schema.properties : {}
  const fromProperties = isObject(config)
    ? Object.entries(properties).flatMap(([key, child]) => collectSecrets(child, config[key]))
    : []
  return [...fromProperties, ...fromAlternatives, ...fromItems]
}

/**
 * A function that replaces secrets in texts: as they are, percent-encoded in the ways that are in use
 * (connection strings, forms, paths), escaped as in JSON, and line by line where they have several (keys). Longest
 * first, so that no tail is left. Words of base64 that have a secret in them go whole, such as `user:secret` in a header.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(secrets.flatMap(spell).filter((spelling) => spelling.trim() !== ''))
  const ordered = [...spellings].toSorted((left, right) => right.length - left.length)
  const patterns = ordered.map((secret) => (secret.length < shortestPart ? asWord(secret) : secret))
  const cores = secrets.filter(({ length }) => length >= shortestPart).flatMap(base64Cores)
  return (text) => {
    // First, since what is plain in one place may be a part of a word of base64 in another.
    const withoutBase64 = cores.reduce((result, core) => replaceWords(result, core, mask), text)
    return patterns.reduce<string>((result, pattern) => result.replaceAll(pattern, mask), withoutBase64)
  }
}

/** As a part of words, a shorter secret tells nothing, and masking it would make every message unreadable. */
const shortestPart = 4

function asWord(secret: string): RegExp {
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu')
}

/** Shorter pieces of a multi-line secret are not secrets (`-----`), and would blot out whole logs. */
const shortestLine = 12

function spell(secret: string): string[] {
  const lines = secret.includes('\n') ? secret.split('\n').map((line) => line.trim()) : []
  // Half of a surrogate pair has no percent code.
  const whole = secret.toWellFormed()
  const percent = encodeURIComponent(whole)
  return [
    secret,
    percent,
    // RFC 3986 asks for capitals in `%2F`, but not everybody writes them.
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(whole),
    asPath(whole),
    new URLSearchParams({ '': whole }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    ...lines.filter((line) => line.length >= shortestLine),
  ]
}

/** As `URL` spells it in a path, which keeps some characters that `encodeURI` does not. */
function asPath(text: string): string {
  const url = new URL('http://host/')
  url.pathname = `/${text}`
  return url.pathname.slice(1)
}

function collectValues(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (isObject(value) || Array.isArray(value)) return Object.values(value).flatMap(collectValues)
  return []
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
