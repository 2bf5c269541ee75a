import { SnowflakeError } from './snowflake-error.ts'

/** A column type of Snowflake: as DESCRIBE reports it, and what DuckDB stores instead. */
export type ColumnType = { readonly reported: string; readonly stored: string }

const types: Readonly<Record<string, ColumnType>> = {
  TEXT: { reported: 'VARCHAR(16777216)', stored: 'VARCHAR' },
  VARCHAR: { reported: 'VARCHAR(16777216)', stored: 'VARCHAR' },
  STRING: { reported: 'VARCHAR(16777216)', stored: 'VARCHAR' },
  INTEGER: { reported: 'NUMBER(38,0)', stored: 'DECIMAL(38, 0)' },
  'NUMBER(38,0)': { reported: 'NUMBER(38,0)', stored: 'DECIMAL(38, 0)' },
  FLOAT: { reported: 'FLOAT', stored: 'DOUBLE' },
  BOOLEAN: { reported: 'BOOLEAN', stored: 'BOOLEAN' },
  DATE: { reported: 'DATE', stored: 'DATE' },
  TIME: { reported: 'TIME(9)', stored: 'TIME' },
  TIMESTAMP_NTZ: { reported: 'TIMESTAMP_NTZ(9)', stored: 'TIMESTAMP' },
  TIMESTAMP_TZ: { reported: 'TIMESTAMP_TZ(9)', stored: 'TIMESTAMPTZ' },
  VARIANT: { reported: 'VARIANT', stored: 'JSON' },
  OBJECT: { reported: 'OBJECT', stored: 'JSON' },
  ARRAY: { reported: 'ARRAY', stored: 'JSON' },
}

export function columnType(text: string): ColumnType {
  const type = types[text.toUpperCase().replaceAll(' ', '')]
  if (type === undefined) {
    throw new SnowflakeError('002040', '42601', `SQL compilation error:\nUnsupported data type '${text}'.`)
  }
  return type
}

/** What DuckDB stores for a type that DESCRIBE reports. */
export function storedType(reported: string): string {
  const found = Object.values(types).find((type) => type.reported === reported)
  if (found === undefined) throw new Error(`no column has the type ${reported}`)
  return found.stored
}

/** What DESCRIBE reports for a column that was made from a query. */
export function reportedType(stored: string): string {
  const name = stored === 'TIMESTAMP WITH TIME ZONE' ? 'TIMESTAMPTZ' : stored.replace(',', ', ')
  const found = Object.values(types).find((type) => type.stored === name)
  if (found === undefined) throw new Error(`no column is stored as ${stored}`)
  return found.reported
}
