import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  type DuckDBResultReader,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { decodeName } from './identifiers.ts'

export type RowType = {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly precision: number | null
  readonly scale: number | null
  readonly length: number | null
}

/** Rows as the protocol has them: every value a text. */
export type Rowset = {
  readonly rowType: readonly RowType[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** What the statement was, by the numbers of the protocol. */
  readonly statementTypeId: number
}

export const statementTypes = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  ddl: 0x6000,
} as const

export function textRowset(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): Rowset {
  return {
    rowType: columns.map((name) => rowType(name, 'text')),
    rows,
    statementTypeId: statementTypes.select,
  }
}

export function statusRowset(message: string): Rowset {
  return { ...textRowset(['status'], [[message]]), statementTypeId: statementTypes.ddl }
}

/** The answer to DML: `number of rows inserted` and the like. */
export function countRowset(counts: { readonly [column: string]: number }, statementTypeId: number): Rowset {
  return {
    rowType: Object.keys(counts).map((name) => rowType(name, 'fixed')),
    rows: [Object.values(counts).map(String)],
    statementTypeId,
  }
}

export function readRowset(reader: DuckDBResultReader): Rowset {
  const types = reader.columnTypes()
  return {
    rowType: reader.columnNames().map((name, index) => rowType(decodeName(name), kindOf(types[index]))),
    rows: reader.getRows().map((row) => row.map(encodeValue)),
    statementTypeId: statementTypes.select,
  }
}

function rowType(name: string, type: string): RowType {
  const isNumber = type === 'fixed'
  return {
    name,
    type,
    nullable: true,
    precision: isNumber ? 38 : null,
    scale: isNumber || type.startsWith('time') ? 0 : null,
    length: null,
  }
}

function kindOf(type: DuckDBType | undefined): string {
  const name = String(type)
  if (name === 'JSON') return 'variant'
  if (name.startsWith('DECIMAL') || /INT/.test(name)) return 'fixed'
  return kinds[name] ?? 'text'
}

const kinds: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  DOUBLE: 'real',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp_ntz',
  'TIMESTAMP WITH TIME ZONE': 'timestamp_tz',
}

function encodeValue(value: DuckDBValue): string | null {
  if (value === null) return null
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof DuckDBDateValue) return String(value.days)
  if (value instanceof DuckDBTimestampTZValue) return `${seconds(value.micros)} 1440`
  if (value instanceof DuckDBTimestampValue) return seconds(value.micros)
  if (value instanceof DuckDBTimeValue) return seconds(value.micros)
  if (value instanceof DuckDBDecimalValue) return value.toString()
  return String(value)
}

function seconds(micros: bigint): string {
  const whole = micros / 1_000_000n
  const rest = micros - whole * 1_000_000n
  const isBefore = rest < 0n
  return `${isBefore ? whole - 1n : whole}.${String(isBefore ? rest + 1_000_000n : rest).padStart(6, '0')}000`
}
