declare const sqlBrand: unique symbol

/** SQL text that is safe to run: made only by `sql`, `joinSql` and the quoting functions of a dialect. */
export type Sql = string & { readonly [sqlBrand]: true }

/** Statements that succeed or fail together. */
export type SqlTransaction = readonly Sql[]

/** Transactions to run one after the other. */
export type SqlBatch = readonly SqlTransaction[]

/**
 * Template tag. Only SQL and integers can be put in, so text from a catalog or a record cannot become SQL
 * without going through a dialect's `identifier` or `literal`.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | number | bigint)[]): Sql {
  let text = strings[0] ?? ''
  for (const [index, value] of values.entries()) text += String(value) + (strings[index + 1] ?? '')
  return text as Sql
}

/** Joins parts with a separator, for lists of columns and conditions. */
export function joinSql(parts: readonly Sql[], separator: string): Sql {
  return parts.join(separator) as Sql
}

/**
 * Takes the text of a dialect's author for SQL: a template of a manifest, which is code. Never text that comes from a
 * catalog, a configuration or a record.
 */
export function authoredSql(text: string): Sql {
  return text as Sql
}

/** An identifier in double quotes, as standard SQL has it. */
export function quoteIdentifier(name: string): Sql {
  return `"${name.replaceAll('"', '""')}"` as Sql
}

/** A string in single quotes, as standard SQL has it: no escapes but the doubled quote. */
export function quoteLiteral(value: string): Sql {
  return `'${value.replaceAll("'", "''")}'` as Sql
}

export const emptySql: Sql = '' as Sql
