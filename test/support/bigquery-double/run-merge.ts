import { invalidQuery } from './errors.ts'
import { type Environment, type Evaluator, rowNumber } from './evaluator.ts'
import { type MergeClause, type MergeStatement, readMerge } from './read-merge.ts'
import type { StoredRow, StoredTable } from './store.ts'

export type MergeResult = { readonly rows: readonly StoredRow[]; readonly affected: number }

type Change = { readonly row: number; readonly cells: StoredRow | undefined }

/**
 * Runs a MERGE as one SELECT per clause: the rows that the clause takes, with the values that it gives them.
 * Tables are named by their flat names already.
 */
export async function runMerge(
  text: string,
  key: string,
  environment: Environment,
  evaluator: Evaluator,
): Promise<MergeResult> {
  const statement = readMerge(text)
  const target = environment.tables.get(key)
  if (target === undefined) throw new Error(`no table ${key}`)
  const changes = new Map<number, Change>()
  const inserted: StoredRow[] = []
  for (const [index, clause] of statement.clauses.entries()) {
    const query = selectClause(statement, index)
    const { rows } = await evaluator.query(query, environment, key)
    for (const [number, ...values] of rows) {
      if (!clause.isMatched) inserted.push(insertedRow(target, clause, values))
      else
        addChange(
          changes,
          Number(number?.int64_value),
          changedRow(target, clause, Number(number?.int64_value), values),
        )
    }
  }
  const kept = target.rows.flatMap((row, index) => {
    const change = changes.get(index)
    if (change === undefined) return [row]
    return change.cells === undefined ? [] : [change.cells]
  })
  return { rows: [...kept, ...inserted], affected: changes.size + inserted.length }
}

function addChange(changes: Map<number, Change>, row: number, cells: StoredRow | undefined): void {
  if (changes.has(row))
    throw invalidQuery('UPDATE/MERGE must match at most one source row for each target row')
  changes.set(row, { row, cells })
}

/** A clause takes what the earlier ones of its kind have left. */
function selectClause({ target, source, targetAlias, on, clauses }: MergeStatement, index: number): string {
  const clause = clauses[index]
  if (clause === undefined) throw new RangeError(`no clause ${index}`)
  const number = `${targetAlias}.${rowNumber}`
  const earlier = clauses.slice(0, index).filter(({ isMatched }) => isMatched === clause.isMatched)
  const conditions = [
    ...(clause.isMatched ? [] : [`${number} IS NULL`]),
    ...earlier.map(({ condition }) => `(${condition ?? 'TRUE'}) IS NOT TRUE`),
    ...(clause.condition === undefined ? [] : [`(${clause.condition})`]),
  ]
  const join = clause.isMatched ? `FROM ${target} JOIN ${source}` : `FROM ${source} LEFT JOIN ${target}`
  const values = selectedValues(clause)
  return `SELECT ${[number, ...values.map((value, position) => `${value} AS value_${position}`)].join(', ')}
${join} ON ${on}
WHERE ${conditions.length === 0 ? 'TRUE' : conditions.join(' AND ')}`
}

function selectedValues({ action }: MergeClause): readonly string[] {
  if (action.kind === 'delete') return []
  return action.kind === 'insert' ? action.values : action.assignments.map(({ value }) => value)
}

function insertedRow({ columns }: StoredTable, { action }: MergeClause, values: StoredRow): StoredRow {
  if (action.kind !== 'insert') throw new Error('only INSERT can follow WHEN NOT MATCHED')
  return columns.map(({ name }) => values[indexOf(action.columns, name)] ?? {})
}

function changedRow(
  { columns, rows }: StoredTable,
  { action }: MergeClause,
  row: number,
  values: StoredRow,
): StoredRow | undefined {
  if (action.kind === 'delete') return undefined
  if (action.kind === 'insert') throw new Error('INSERT cannot follow WHEN MATCHED')
  const names = action.assignments.map(({ column }) => column)
  return columns.map(({ name }, index) => {
    const position = indexOf(names, name)
    return position === -1 ? (rows[row]?.[index] ?? {}) : (values[position] ?? {})
  })
}

function indexOf(names: readonly string[], wanted: string): number {
  return names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase())
}
