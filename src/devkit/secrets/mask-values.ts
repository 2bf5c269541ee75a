import { isObject } from '../../util/is-object.ts'

/** Parts of field names whose values do not belong in a log, besides what a specification marks as secret. */
const sensitiveNames = new RegExp(
  [
    'password|passphrase|secret|token|credential|private|certificate|access|jwt|signature',
    'key$|_key|key_|^key|api_?key|app_?id|client_?id|_sid|account_id|_id$|user',
    'host|bucket|domain|role_arn|url|service_account',
  ].join('|'),
  'i',
)

/** Shorter values would mask parts of ordinary words; no credential is that short. */
const shortestMask = 2

/** Longest text that is looked into for JSON inside of it, in characters. */
const longestEmbedded = 1_000_000

/**
 * Every line that a CI log must not show: values under sensitive names, in texts that are JSON themselves too,
 * and their Base64, in which credentials often travel.
 * @param marked names of fields that a specification marks with `airbyte_secret`
 */
export function collectMasks(value: unknown, marked: ReadonlySet<string> = new Set()): readonly string[] {
  const masks = new Set<string>()
  const visit = (part: unknown, isSensitive: boolean): void => {
    if (typeof part === 'object' && part !== null) {
      for (const [name, member] of Object.entries(part)) {
        // The numbers of a list's elements are no names: a list is as sensitive as its own name.
        const isNamed = !Array.isArray(part) && (marked.has(name) || sensitiveNames.test(name))
        visit(member, isSensitive || isNamed)
      }
      return
    }
    if (typeof part === 'string') {
      const embedded = parseEmbedded(part)
      if (embedded !== undefined) visit(embedded, isSensitive)
    }
    if (!isSensitive || (typeof part !== 'string' && typeof part !== 'number')) return
    const text = String(part)
    masks.add(Buffer.from(text).toString('base64'))
    for (const line of text.split(/\r?\n/)) masks.add(line.trim())
  }
  visit(value, false)
  return [...masks].filter((mask) => mask.length >= shortestMask)
}

/** Names of all fields that a specification marks as secret, at any depth. */
export function markedNames(specification: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (schema: unknown): void => {
    if (!isObject(schema) && !Array.isArray(schema)) return
    for (const [name, member] of Object.entries(schema)) {
      if (isObject(member) && member.airbyte_secret === true) names.add(name)
      visit(member)
    }
  }
  visit(specification)
  return names
}

/** GitHub's command for a mask. A percent sign would begin an escape. */
export function maskCommand(mask: string): string {
  return `::add-mask::${mask.replaceAll('%', '%25')}`
}

function parseEmbedded(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || text.length > longestEmbedded) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Most texts that begin with a bracket are no JSON; then there is nothing inside of them.
    return undefined
  }
}
