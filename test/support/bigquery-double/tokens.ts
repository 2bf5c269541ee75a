/** A piece of GoogleSQL. Spaces and comments are left out. */
export type Token = {
  readonly kind: 'word' | 'name' | 'string' | 'symbol'
  /** The word in upper case, the name without its quotes, the symbol; of a string its source. */
  readonly value: string
  readonly start: number
  readonly end: number
}

const pattern =
  /\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|(?<name>`(?:[^`\\]|\\.)*`)|(?<string>\b[rRbB]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<word>[@A-Za-z_][A-Za-z0-9_]*)|(?<symbol>[0-9][0-9A-Za-z.]*|=>|<=|>=|<>|!=|\|\||.)/gy

export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index
    const end = pattern.lastIndex
    const { name, string, word, symbol } = match.groups ?? {}
    if (name !== undefined)
      tokens.push({ kind: 'name', value: name.slice(1, -1).replace(/\\(.)/g, '$1'), start, end })
    else if (string !== undefined) tokens.push({ kind: 'string', value: string, start, end })
    else if (word !== undefined) tokens.push({ kind: 'word', value: word.toUpperCase(), start, end })
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol, start, end })
  }
  if ((tokens.at(-1)?.end ?? 0) < text.trimEnd().length && !/(--|#)[^\n]*$|\*\/\s*$/.test(text)) {
    throw new Error(`not GoogleSQL behind character ${tokens.at(-1)?.end ?? 0}`)
  }
  return tokens
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.value)
}

/** How deep in brackets each token is; a bracket itself counts as outside. */
export function readDepths(tokens: readonly Token[]): readonly number[] {
  let depth = 0
  return tokens.map(({ kind, value }) => {
    if (kind !== 'symbol') return depth
    if (value === ')' || value === ']') depth -= 1
    const own = depth
    if (value === '(' || value === '[') depth += 1
    return own
  })
}

/** Replaces parts of a text, given by their positions. */
export function replaceParts(
  text: string,
  parts: readonly { readonly start: number; readonly end: number; readonly by: string }[],
): string {
  let result = ''
  let position = 0
  for (const { start, end, by } of parts) {
    result += text.slice(position, start) + by
    position = end
  }
  return result + text.slice(position)
}
