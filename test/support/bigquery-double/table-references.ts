import { notFound } from './errors.ts'
import { isWord, readTokens, replaceParts, type Token } from './tokens.ts'

/** What stands where a table is named, and its key: `dataset.table`, or the bare name of a temporary one. */
export type Reference = { readonly start: number; readonly end: number; readonly path: readonly string[] }

/** Tables in the places where GoogleSQL has tables. The connector quotes all names, so this need not know more. */
export function findReferences(text: string): readonly Reference[] {
  const tokens = readTokens(text)
  const references: Reference[] = []
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name' || !isTablePlace(tokens, index)) continue
    references.push(readPath(tokens, index))
  }
  return references
}

function isTablePlace(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  if (isWord(before, 'FROM', 'JOIN', 'INTO', 'TABLE', 'UPDATE', 'USING', 'LIKE')) return true
  return isWord(before, 'EXISTS') && isWord(tokens[index - 2], 'IF')
}

function readPath(tokens: readonly Token[], index: number): Reference {
  const first = tokens[index]
  const path: string[] = []
  let last = first
  for (let at = index; ; at += 2) {
    const token = tokens[at]
    if (token === undefined || (token.kind !== 'name' && token.kind !== 'word')) break
    path.push(token.value)
    last = token
    if (tokens[at + 1]?.value !== '.') break
  }
  return { start: first?.start ?? 0, end: last?.end ?? 0, path }
}

/**
 * Gives every table a name without dots in its quotes: only such tables can have contents in the evaluator.
 * @param resolve the key of a table that exists, or `undefined`
 * @returns the keys of the tables that are named
 */
export function flattenReferences(
  text: string,
  resolve: (path: readonly string[]) => string | undefined,
  isMissingAllowed = false,
): { readonly text: string; readonly keys: readonly string[] } {
  const keys = new Set<string>()
  const parts = findReferences(text).flatMap(({ start, end, path }) => {
    const key = resolve(path)
    if (key === undefined) {
      if (isMissingAllowed) return []
      throw notFound(`Table project:${path.join('.')} was not found in location EU`)
    }
    keys.add(key)
    return [{ start, end, by: `\`${key}\`` }]
  })
  return { text: replaceParts(text, parts), keys: [...keys] }
}
