import {
  findReceiptMismatch,
  type Receipt,
  type RecordBatch,
  type RejectedRecord,
} from '../destination/record-batch.ts'
import type { RecordLimits } from '../destination/record-limits.ts'
import { type RecordReplacer, SelectedBatch } from '../destination/selected-batch.ts'
import { DestinationError } from '../errors.ts'
import { describeStream } from '../protocol/messages.ts'
import { isValidJson } from '../protocol/scan-json.ts'
import { cdcDeletedAtKey } from '../sql/sql-dialect.ts'
import { appendChanges, type FitOptions, fitRecord } from './fit-record.ts'

export type LoadOptions = {
  /** Lands a batch or a part of one as a whole; throws `DATA_REFUSED` where a record of it is refused. */
  readonly insert: (batch: RecordBatch) => Promise<Receipt>
  readonly limits?: RecordLimits | undefined
  /** Default: `defaultMaximumRejects`. */
  readonly maximumRejects?: number
}

/**
 * A batch that loses more than this has no bad rows: its table, its stream or its source is wrong, and a
 * sync that goes on would move the data into the rejects. Usual batches have some ten thousand records.
 */
export const defaultMaximumRejects = 1000

/**
 * Lands a batch. Where the warehouse refuses it, values that are known to be beyond its limits become null,
 * and a record that it refuses all the same is found and left out: one bad row costs one row. The rest
 * lands in its order.
 * @returns which records did not land; the caller keeps them
 */
export async function loadBatch(batch: RecordBatch, options: LoadOptions): Promise<Receipt> {
  try {
    return await insertWhole(batch, options)
  } catch (error) {
    if (!isRefusal(error)) throw error
    await batch.restore?.()
    return new BatchRescue(batch, error, options).run()
  }
}

/** Why a range of records cannot land in one go: the refusal names the range's record where the server did. */
type Refusal = DestinationError

/** Positions in the list of candidates. */
type Range = { readonly from: number; readonly to: number }

class BatchRescue {
  readonly #batch: RecordBatch
  readonly #refusal: Refusal
  readonly #options: LoadOptions
  readonly #rejected: RejectedRecord[] = []
  #rowsWritten = 0
  /** Whether the records that refusals name were the bad ones so far. */
  #trustsNames = true
  /** Indexes of the records that may land. */
  #candidates: Uint32Array = new Uint32Array(0)
  #replace: RecordReplacer | undefined
  /** The limits that are exact, for every record of the batch. */
  readonly #fit: FitOptions | undefined

  constructor(batch: RecordBatch, refusal: Refusal, options: LoadOptions) {
    this.#batch = batch
    this.#refusal = refusal
    this.#options = options
    this.#fit = options.limits && fitOptions(batch, options.limits)
  }

  async run(): Promise<Receipt> {
    const isAnyChanged = this.#sortOut()
    const all = { from: 0, to: this.#candidates.length }
    if (isAnyChanged) await this.#land(all)
    // Nothing is known to be wrong with it, so the refusal still stands.
    else await this.#divide(all, this.#refusal)
    return { rowsWritten: this.#rowsWritten, rejected: this.#rejected }
  }

  /** Looks through the batch for records that cannot land as they are. Says whether there are any. */
  #sortOut(): boolean {
    const fit = this.#fit
    const candidates: number[] = []
    let changed = 0
    this.#batch.visit((index, block, start, end, _emittedAt, changes) => {
      const isJson = isValidJson(block, start, end) && (!changes || isValidJson(changes, 0, changes.length))
      if (!isJson) throw brokenRecord(this.#batch, index)
      const fitted = fit === undefined ? undefined : fitRecord(block.subarray(start, end), fit)
      if (fitted?.kind === 'unfit') this.#reject(index, fitted.reason)
      else candidates.push(index)
      if (fitted?.kind === 'changed') changed += 1
    })
    this.#candidates = Uint32Array.from(candidates)
    if (fit !== undefined && changed > 0) this.#replace = replacer(fit)
    return changed > 0 || candidates.length < this.#batch.count
  }

  /** Lands a range in its order. Returns whether it went in one go. */
  async #land(range: Range): Promise<boolean> {
    if (range.from === range.to) return true
    try {
      const receipt = await insertWhole(this.#select(range, this.#replace), this.#options)
      this.#rowsWritten += receipt.rowsWritten
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      await this.#divide(range, error)
      return false
    }
  }

  /** Lands a range that was refused as a whole, in parts. */
  async #divide(range: Range, refusal: Refusal): Promise<void> {
    const { from, to } = range
    const position = from + (refusal.recordIndex ?? -1)
    const isNamed = this.#trustsNames && position >= from && position < to
    if (to - from === 1) await this.#landAlone(range, refusal)
    else if (isNamed) {
      await this.#land({ from, to: position })
      // A warehouse that names records which it then takes would lead from one to the next.
      if (await this.#land({ from: position, to: position + 1 })) this.#trustsNames = false
      await this.#land({ from: position + 1, to })
    } else await this.#halve(range)
  }

  async #halve({ from, to }: Range): Promise<void> {
    const middle = from + Math.floor((to - from) / 2)
    const isFirstClean = await this.#land({ from, to: middle })
    const second = { from: middle, to }
    // Where the first half is clean, the refusal came from the second one: trying that as a whole would tell
    // nothing new. A single record is tried all the same, so that none is rejected by inference.
    if (isFirstClean && to - middle > 1) await this.#halve(second)
    else await this.#land(second)
  }

  /**
   * A single record that was refused gets more chances, with less of it each time, down to the limits that
   * always hold: of what only the server can measure, no more is given up than is needed.
   */
  async #landAlone(range: Range, refusal: Refusal): Promise<void> {
    const index = this.#candidates[range.from]
    if (index === undefined) throw new RangeError(`the batch has no candidate ${range.from}`)
    let fewestNulls = this.#fit === undefined ? 0 : this.#countNulls(range, this.#fit)
    for (const fit of this.#cautiousFits(range)) {
      const nulls = this.#countNulls(range, fit)
      if (nulls <= fewestNulls) continue
      if (await this.#landShorter(this.#select(range, replacer(fit)))) return
      fewestNulls = nulls
    }
    this.#reject(index, refusal.message)
  }

  *#cautiousFits(range: Range): Generator<FitOptions> {
    const { limits } = this.#options
    if (limits === undefined || this.#fit === undefined) return
    const shallow = { ...this.#fit, maximumDepth: limits.safeDepth }
    yield shallow
    let bytes = this.#select(range, undefined).byteLength
    while (bytes > limits.safeRecordBytes) {
      bytes = Math.max(limits.safeRecordBytes, Math.floor(bytes / 2))
      yield { ...shallow, maximumRecordBytes: bytes }
    }
  }

  async #landShorter(view: RecordBatch): Promise<boolean> {
    try {
      const receipt = await insertWhole(view, this.#options)
      this.#rowsWritten += receipt.rowsWritten
      return true
    } catch (error) {
      if (!isRefusal(error)) throw error
      return false
    }
  }

  /** How many values of a single record become null. */
  #countNulls(range: Range, fit: FitOptions): number {
    let nulls = 0
    this.#select(range, undefined).visit((_index, block, start, end) => {
      const fitted = fitRecord(block.subarray(start, end), fit)
      nulls = fitted.kind === 'changed' ? fitted.entries.length : 0
    })
    return nulls
  }

  #select({ from, to }: Range, replace: RecordReplacer | undefined): SelectedBatch {
    return new SelectedBatch(this.#batch, this.#candidates.subarray(from, to), replace)
  }

  #reject(index: number, reason: string): void {
    this.#rejected.push({ index, reason })
    const maximum = this.#options.maximumRejects ?? defaultMaximumRejects
    if (this.#rejected.length <= maximum) return
    throw new DestinationError(
      'DATA_REFUSED',
      `More than ${maximum} of ${this.#batch.count} records of \`${describeStream(this.#batch.stream.descriptor)}\` were refused, ` +
        `the last one with: ${reason} That is no matter of single records, so the sync stops. Correct the cause, then sync again.`,
      { stream: this.#batch.stream.descriptor },
    )
  }
}

/** Inserts a batch of which every row must be written. */
async function insertWhole(batch: RecordBatch, { insert }: LoadOptions): Promise<Receipt> {
  const receipt = await insert(batch)
  const mismatch = findReceiptMismatch(receipt, batch.count)
  if (mismatch === undefined && receipt.rejected.length === 0) return receipt
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${batch.count} records of \`${describeStream(batch.stream.descriptor)}\` the warehouse reports ` +
      `${mismatch ?? `${receipt.rejected.length} rejected, which is for the framework to decide`}. No state is released for them; the next sync sends them again.`,
    { stream: batch.stream.descriptor },
  )
}

function isRefusal(error: unknown): error is Refusal {
  return DestinationError.is(error) && error.code === 'DATA_REFUSED'
}

/** A broken line is the source's fault and not a row: it stops the sync, as every broken line does. */
function brokenRecord({ stream, count }: RecordBatch, index: number): DestinationError {
  return new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of ${count} records of \`${describeStream(stream.descriptor)}\` is not valid JSON. The sync stops here, ` +
      'so that no record is skipped in silence. Check what the source printed.',
    { stream: stream.descriptor },
  )
}

function fitOptions({ stream }: RecordBatch, limits: RecordLimits): FitOptions {
  const keys = [...stream.primaryKey, ...(stream.cursor === undefined ? [] : [stream.cursor])]
  const protectedKeys = new Set([...keys.map(({ originalName }) => originalName), cdcDeletedAtKey])
  const { POSITIVE_INFINITY } = Number
  return { limits, protectedKeys, maximumDepth: POSITIVE_INFINITY, maximumRecordBytes: POSITIVE_INFINITY }
}

function replacer(fit: FitOptions): RecordReplacer {
  return (data, changes) => {
    const fitted = fitRecord(data, fit)
    if (fitted.kind !== 'changed') return undefined
    return { data: fitted.data, changes: appendChanges(changes, fitted.entries) }
  }
}
