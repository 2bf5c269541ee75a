/** A statement that Redshift would refuse, in its words as far as they are known. */
export class Refusal extends Error {
  readonly state: string
  readonly detail: string

  constructor(state: string, message: string, detail = '') {
    super(message)
    this.state = state
    this.detail = detail
  }
}

export type RewriteFacts = {
  /** The session's `enable_case_sensitive_identifier`. */
  readonly isCaseSensitive: boolean
  readonly isInTransaction: boolean
  readonly lastCopyCount: number
  readonly lastCopyId: number
}

export type Token = { readonly kind: 'space' | 'text' | 'name' | 'word' | 'other'; readonly text: string }

const pattern =
  /(?<space>\s+|--[^\n]*)|(?<text>'(?:[^'\\]|''|\\[\s\S])*')|(?<name>"(?:[^"]|"")*")|(?<word>[A-Za-z_][A-Za-z0-9_$]*)|(?<other>->>|->|#>>|#>|@>|::|\$\$|[0-9.]+|[\s\S])/gy

export function tokenize(sql: string): readonly Token[] {
  return Array.from(sql.matchAll(pattern), ({ groups = {}, 0: text }) => {
    const kind = (['space', 'text', 'name', 'word', 'other'] as const).find(
      (name) => groups[name] !== undefined,
    )
    return { kind: kind ?? 'other', text }
  })
}

/** Statements of Redshift as PostgreSQL with the double's functions understands them; refuses what Redshift lacks. */
export function rewrite(sql: string, facts: RewriteFacts): string {
  const tokens = tokenize(sql)
  assertKnown(tokens, facts)
  const setting = /^\s*SET\s+((?:enable_case_sensitive|navigate_super|cast_super)\w*)\s+TO\s+(\w+)\s*$/i.exec(
    sql,
  )
  if (setting) return `SET redshift.${setting[1]} TO '${setting[2]}'`
  return rewriteFunctions(rewriteNavigation(tokens, facts), facts)
}

const version =
  "'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467'::text"

/** Words in a row that Redshift has not, or has for its leader node alone. */
const refused: readonly (readonly string[])[] = [
  ['is', 'distinct', 'from'],
  ['is', 'not', 'distinct', 'from'],
  ['on', 'conflict'],
  ['on', 'commit'],
  ['distinct', 'on'],
  ['create', 'index'],
  ['create', 'unique', 'index'],
  ['set', 'local'],
  ['for', 'update'],
  ['add', 'column', 'if'],
  ...[
    'jsonb',
    'json',
    'lateral',
    'returning',
    'unnest',
    'regclass',
    'to_regclass',
    'pg_input_is_valid',
    'generate_series',
    'current_timestamp',
    'localtimestamp',
    'now',
    'text',
    'merge',
    'savepoint',
    'filter',
    'serial',
    'bytea',
    'uuid',
    'pg_try_advisory_lock',
    'pg_try_advisory_xact_lock',
    'pg_backend_pid',
    'pg_has_role',
    'col_description',
    'jsonb_build_object',
    'array_agg',
    'plpgsql',
    'do',
    'qualify',
  ].map((word) => [word]),
]

const refusedSymbols = ['->', '->>', '#>', '#>>', '@>', '$$']

function assertKnown(tokens: readonly Token[], { isInTransaction }: RewriteFacts): void {
  const visible = tokens.filter(({ kind }) => kind !== 'space')
  const symbol = visible.find(({ kind, text }) => kind === 'other' && refusedSymbols.includes(text))
  if (symbol) throw new Refusal('42601', `syntax error at or near "${symbol.text}"`)
  const words = visible.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : undefined))
  for (const [index] of words.entries()) {
    const found = refused.find((row) => row.every((word, offset) => words[index + offset] === word))
    if (found) throw new Refusal('0A000', `${found.join(' ').toUpperCase()} is not supported`)
  }
  if (words[0] === 'truncate' && isInTransaction)
    throw new Refusal('0A000', 'TRUNCATE would commit the transaction; the connector must not rely on it')
  if (words.filter((word, index) => word === 'add' && words[index + 1] === 'column').length > 1)
    throw new Refusal('42601', 'ALTER TABLE adds one column at a time')
  if (words[0] === 'alter' && words.includes('add') && words.includes('not') && !words.includes('default'))
    throw new Refusal(
      '0A000',
      'ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression',
    )
}

/** `"column"."key"` of the two SUPER columns of raw tables. In a chain, one after the other. */
function rewriteNavigation(tokens: readonly Token[], { isCaseSensitive }: RewriteFacts): readonly Token[] {
  const result: Token[] = []
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]
    if (token === undefined) break
    index += 1
    const isColumn = token.kind === 'name' && ['"_airbyte_data"', '"_airbyte_meta"'].includes(token.text)
    let expression = token.text
    while (isColumn && tokens[index]?.text === '.' && tokens[index + 1]?.kind === 'name') {
      const name = (tokens[index + 1]?.text ?? '').slice(1, -1).replaceAll('""', '"')
      if (name === '') throw new Refusal('42601', 'zero-length delimited identifier at or near """"')
      // Longer names are cut, and then are those of no attribute.
      const cut = Buffer.from(name).subarray(0, 127).toString()
      const key = isCaseSensitive ? cut : cut.toLowerCase()
      expression = `rs_get(${expression}, ${quoteText(key)})`
      index += 2
    }
    result.push(expression === token.text ? token : { kind: 'other', text: expression })
  }
  return result
}

const renamed: { readonly [name: string]: string } = {
  json_serialize: 'rs_json_serialize',
  array: 'rs_array',
  object: 'rs_object',
}

function rewriteFunctions(tokens: readonly Token[], facts: RewriteFacts): string {
  let result = ''
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token === undefined) break
    const word = token.kind === 'word' ? token.text.toLowerCase() : ''
    const isCall = tokens[index + 1]?.text === '('
    if (word === 'sysdate') result += 'rs_sysdate()'
    else if (isCall && word === 'datediff') {
      const unit = tokens[index + 2]?.text.toLowerCase()
      if (unit !== 'microsecond') throw new Refusal('0A000', 'the double knows DATEDIFF in microseconds only')
      result += 'rs_microseconds_between('
      // The unit and its comma.
      index += 3
    } else if (isCall && word === 'version') [result, index] = [result + version, index + 2]
    else if (isCall && word === 'pg_last_copy_count')
      [result, index] = [`${result}(${facts.lastCopyCount})`, index + 2]
    else if (isCall && word === 'pg_last_copy_id')
      [result, index] = [`${result}(${facts.lastCopyId})`, index + 2]
    else result += isCall && Object.hasOwn(renamed, word) ? renamed[word] : token.text
  }
  return result
}

/** Backslashes begin escapes in the double's sessions, as in Redshift's. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
