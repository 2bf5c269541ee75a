import { isWord, readDepths, readTokens, type Token } from './tokens.ts'

export type MergeAction =
  | { readonly kind: 'delete' }
  | {
      readonly kind: 'update'
      readonly assignments: readonly { readonly column: string; readonly value: string }[]
    }
  | { readonly kind: 'insert'; readonly columns: readonly string[]; readonly values: readonly string[] }

export type MergeClause = {
  readonly isMatched: boolean
  readonly condition: string | undefined
  readonly action: MergeAction
}

export type MergeStatement = {
  /** As written: the target with its alias, and the source with its alias. */
  readonly target: string
  readonly source: string
  readonly targetAlias: string
  readonly sourceAlias: string
  readonly on: string
  readonly clauses: readonly MergeClause[]
}

/** The parts of a MERGE, which ZetaSQL analyses but does not run. */
export function readMerge(text: string): MergeStatement {
  const tokens = readTokens(text)
  const depths = readDepths(tokens)
  const find = (from: number, ...words: readonly string[]) => {
    for (let index = from; index < tokens.length; index += 1) {
      if (depths[index] === 0 && isWord(tokens[index], ...words)) return index
    }
    return tokens.length
  }
  const between = (from: number, to: number) => text.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0)
  const using = find(0, 'USING')
  const on = find(using, 'ON')
  const first = find(on, 'WHEN')
  const clauses: MergeClause[] = []
  for (let at = first; at < tokens.length; ) {
    const then = find(at, 'THEN')
    const next = find(then, 'WHEN')
    clauses.push(readClause(tokens.slice(at, then), between(then + 1, next), text))
    at = next
  }
  const targetFrom = isWord(tokens[1], 'INTO') ? 2 : 1
  return {
    target: between(targetFrom, using),
    source: between(using + 1, on),
    targetAlias: tokens[using - 1]?.value.toLowerCase() ?? '',
    sourceAlias: tokens[on - 1]?.value.toLowerCase() ?? '',
    on: between(on + 1, first),
    clauses,
  }
}

function readClause(head: readonly Token[], action: string, text: string): MergeClause {
  if (head.some((token) => isWord(token, 'BY')))
    throw new Error('the double does not know MERGE with BY SOURCE or BY TARGET')
  const and = head.findIndex((token) => isWord(token, 'AND'))
  const condition = and === -1 ? undefined : text.slice(head[and + 1]?.start, head.at(-1)?.end)
  return { isMatched: !isWord(head[1], 'NOT'), condition, action: readAction(action) }
}

function readAction(text: string): MergeAction {
  const tokens = readTokens(text)
  if (isWord(tokens[0], 'DELETE')) return { kind: 'delete' }
  if (isWord(tokens[0], 'UPDATE')) return { kind: 'update', assignments: readAssignments(text, tokens) }
  const values = tokens.findIndex((token) => isWord(token, 'VALUES'))
  return {
    kind: 'insert',
    columns: readList(text, tokens.slice(1, values)).map(unquote),
    values: readList(text, tokens.slice(values + 1)),
  }
}

function readAssignments(text: string, tokens: readonly Token[]) {
  return splitAtCommas(text, tokens.slice(2)).map((part) => {
    const equals = part.indexOf('=')
    return { column: unquote(part.slice(0, equals).trim()), value: part.slice(equals + 1).trim() }
  })
}

/** What stands between brackets, at its commas. */
function readList(text: string, tokens: readonly Token[]): readonly string[] {
  return splitAtCommas(text, tokens.slice(1, -1))
}

function splitAtCommas(text: string, tokens: readonly Token[]): readonly string[] {
  const depths = readDepths(tokens)
  const parts: string[] = []
  let from = 0
  for (let index = 0; index <= tokens.length; index += 1) {
    const isEnd = index === tokens.length || (tokens[index]?.value === ',' && depths[index] === 0)
    if (!isEnd) continue
    parts.push(text.slice(tokens[from]?.start, tokens[index - 1]?.end))
    from = index + 1
  }
  return parts
}

function unquote(name: string): string {
  return name.replace(/^`|`$/g, '')
}
