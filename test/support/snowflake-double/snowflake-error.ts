/** An error as Snowflake reports it: a number, an SQLSTATE, a message. */
export class SnowflakeError extends Error {
  readonly code: string
  readonly sqlState: string

  constructor(code: string, sqlState: string, message: string) {
    super(message)
    this.code = code
    this.sqlState = sqlState
  }
}

export function missingObject(kind: string, name: string): SnowflakeError {
  return new SnowflakeError(
    '002003',
    '42S02',
    `SQL compilation error:\n${kind} '${name}' does not exist or not authorized.`,
  )
}

export function existingObject(name: string): SnowflakeError {
  return new SnowflakeError('002002', '42710', `SQL compilation error:\nObject '${name}' already exists.`)
}

/** DuckDB's words in Snowflake's numbers. */
export function translateError(error: unknown): SnowflakeError {
  if (error instanceof SnowflakeError) return error
  const message = error instanceof Error ? error.message : String(error)
  const raised = /SNOWFLAKE (\d{6}) (\w{5}) ([\s\S]*)/.exec(message)
  if (raised) return new SnowflakeError(raised[1] ?? '', raised[2] ?? '', raised[3] ?? '')
  if (/NOT NULL constraint/.test(message)) {
    return new SnowflakeError('100072', '22000', 'NULL result in a non-nullable column')
  }
  return new SnowflakeError('000904', '42000', `SQL compilation error: ${message}`)
}
