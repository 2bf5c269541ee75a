import { type FaultRecord, type FaultStream, recordAt } from './fault-stream.ts'

/** A row of a final table, every value as text. */
export type FinalRow = {
  readonly position: string
  readonly id: string
  readonly version: string
  readonly text: string
  readonly amount: string
  readonly generation: string
  /** `_airbyte_meta.changes`. */
  readonly changes: string
}

/** What was sent and acknowledged of one generation of a stream. */
type Generation = {
  /** Up to this position, states have come back. */
  acknowledged: number
  /** How often each position was sent. */
  readonly sent: Map<number, number>
  /** Whether a refresh that was given up may already have removed it, whole. */
  mayBeGone: boolean
}

/**
 * What a final table must hold, from what the platform sent and which states came back. In deduplicated
 * streams that is exact. In others, each record is there at least once if it was acknowledged, and never
 * more often than it was sent; which is exact too where nothing was interrupted.
 */
export class TableModel {
  readonly #stream: FaultStream
  readonly #generations = new Map<number, Generation>()

  constructor(stream: FaultStream) {
    this.#stream = stream
  }

  send(generation: number, position: number): void {
    const { sent } = this.#generation(generation)
    sent.set(position, (sent.get(position) ?? 0) + 1)
  }

  /** A state came back that covers everything of the generation up to a position. */
  acknowledge(generation: number, position: number): void {
    const entry = this.#generation(generation)
    entry.acknowledged = Math.max(entry.acknowledged, position)
  }

  /** A refresh of this generation has succeeded: nothing older is left. */
  keepOnly(generation: number): void {
    for (const other of [...this.#generations.keys()]) if (other < generation) this.#generations.delete(other)
  }

  /** A refresh of this generation was given up: it may have come as far as replacing what is older. */
  abandon(generation: number): void {
    for (const [other, entry] of this.#generations) if (other < generation) entry.mayBeGone = true
  }

  /** Number of rows once everything up to `end` is there, in this generation alone. */
  countWhole(end: number): number {
    return this.#stream.isDeduped ? this.#newestPerKey(end).size : end
  }

  /** What is wrong with the table, one sentence each; empty where it is as it must be. */
  compare(rows: readonly FinalRow[], generation: number): readonly string[] {
    const wrongValues = rows.flatMap((row) => this.#compareValues(row))
    const wrongRows = this.#stream.isDeduped ? this.#compareKeys(rows, generation) : this.#compareCounts(rows)
    return [...wrongValues, ...wrongRows]
  }

  #generation(generation: number): Generation {
    const found = this.#generations.get(generation)
    if (found !== undefined) return found
    const created = { acknowledged: 0, sent: new Map<number, number>(), mayBeGone: false }
    this.#generations.set(generation, created)
    return created
  }

  #compareValues(row: FinalRow): readonly string[] {
    const record = recordAt(this.#stream, Number(row.position))
    const { position, id, version, text, amount, isAmountRefused } = record
    const expected = {
      id: String(id),
      version: String(version),
      text,
      amount: isAmountRefused ? 'null' : trimZeros(amount),
      changes: isAmountRefused ? 'about amount' : '[]',
    }
    const changes = isAmountRefused && row.changes.includes('"amount"') ? 'about amount' : row.changes
    const shown = { ...row, amount: trimZeros(row.amount), changes }
    return Object.entries(expected).flatMap(([column, wanted]) => {
      const actual = shown[column as keyof typeof expected]
      return actual === wanted ? [] : [`position ${position}: ${column} is ${actual}, not ${wanted}`]
    })
  }

  #compareKeys(rows: readonly FinalRow[], generation: number): readonly string[] {
    const newest = this.#newestPerKey(this.#generation(generation).acknowledged)
    const problems: string[] = []
    const seen = new Set<string>()
    for (const row of rows) {
      if (seen.has(row.id)) problems.push(`id ${row.id} is there twice`)
      seen.add(row.id)
      const expected = newest.get(Number(row.id))?.position
      if (String(expected) !== row.position)
        problems.push(`id ${row.id} has position ${row.position}, not ${expected}`)
      if (row.generation !== String(generation))
        problems.push(`id ${row.id} is of generation ${row.generation}, not ${generation}`)
    }
    for (const id of newest.keys()) if (!seen.has(String(id))) problems.push(`id ${id} is missing`)
    return problems
  }

  #compareCounts(rows: readonly FinalRow[]): readonly string[] {
    const counts = new Map<string, number>()
    for (const { generation, position } of rows) {
      const key = `${generation}:${position}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const present = new Set(rows.map((row) => row.generation))
    const problems: string[] = []
    for (const [generation, { acknowledged, sent, mayBeGone }] of this.#generations) {
      const isGone = mayBeGone && !present.has(String(generation))
      for (const [position, most] of sent) {
        const key = `${generation}:${position}`
        const count = counts.get(key) ?? 0
        const least = !isGone && position <= acknowledged ? 1 : 0
        if (count < least || count > most)
          problems.push(
            `position ${position} of generation ${generation} is there ${count} times, not ${least} to ${most}`,
          )
        counts.delete(key)
      }
    }
    for (const key of counts.keys()) problems.push(`${key} (generation:position) is there, but must not be`)
    return problems
  }

  /** By version where the stream has a cursor, then by extraction time, which is the position. Deleted rows are gone. */
  #newestPerKey(end: number): Map<number, FaultRecord> {
    const newest = new Map<number, FaultRecord>()
    for (let position = 1; position <= end; position += 1) {
      const record = recordAt(this.#stream, position)
      const other = newest.get(record.id)
      const isNewer = other === undefined || !this.#stream.hasCursor || record.version >= other.version
      if (isNewer) newest.set(record.id, record)
    }
    for (const [id, record] of newest) if (record.deletedAt !== undefined) newest.delete(id)
    return newest
  }
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.?0+$/, '')
}
