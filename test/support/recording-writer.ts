import type { DestinationWriter, Receipt, RecordBatch, StreamSummary } from 'landfall/sdk'

export type WrittenBatch = { readonly stream: number; readonly records: readonly string[] }

/** Keeps what it is given in memory; a test decides when and how each write ends. */
export class RecordingWriter implements DestinationWriter {
  readonly concurrency: number
  readonly batches: WrittenBatch[] = []
  summaries: readonly StreamSummary[] | undefined
  /** Writes under way now, and the most there ever were. */
  inFlight = 0
  mostInFlight = 0
  readonly #answer: (batch: WrittenBatch, number: number) => Promise<Receipt> | Receipt

  constructor(
    answer: (batch: WrittenBatch, number: number) => Promise<Receipt> | Receipt = accept,
    concurrency = 1,
  ) {
    this.#answer = answer
    this.concurrency = concurrency
  }

  async write(batch: RecordBatch): Promise<Receipt> {
    const records: string[] = []
    batch.visit((_index, block, start, end) => {
      records.push(block.toString('utf8', start, end))
    })
    const written = { stream: batch.stream.index, records }
    this.inFlight += 1
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight)
    try {
      const receipt = await this.#answer(written, this.batches.length + this.inFlight)
      this.batches.push(written)
      return receipt
    } finally {
      this.inFlight -= 1
    }
  }

  async finish(summaries: readonly StreamSummary[]): Promise<void> {
    this.summaries = summaries
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

export function accept({ records }: WrittenBatch): Receipt {
  return { rowsWritten: records.length, rejected: [] }
}
