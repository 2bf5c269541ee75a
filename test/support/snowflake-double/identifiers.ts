/**
 * DuckDB compares names without case, Snowflake with it. So names travel with a bitmap of their lower-case
 * letters behind them: `users` and `USERS` differ, and nothing is lost.
 */
export function encodeName(name: string): string {
  let bits = 0n
  for (let index = 0; index < name.length; index += 1) {
    if (/[a-z]/.test(name.charAt(index))) bits |= 1n << BigInt(index)
  }
  return `${name}~${bits.toString(16)}`
}

export function decodeName(encoded: string): string {
  return encoded.replace(/~[0-9a-f]+$/, '')
}

export function quoteEncoded(name: string): string {
  return `"${encodeName(name).replaceAll('"', '""')}"`
}

/** A name as a statement spells it: without quotes it is folded to upper case. */
export function resolveName(token: string, ignoresCase: boolean): string {
  if (!token.startsWith('"')) return token.toUpperCase()
  const name = token.slice(1, -1).replaceAll('""', '"')
  return ignoresCase ? name.toUpperCase() : name
}
