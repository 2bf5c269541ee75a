import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DestinationWriter, Receipt, RecordBatch, StreamSummary } from 'landfall'
import type { Config } from './config.ts'

/** Takes the batches of one sync. */
export class RecordWriter implements DestinationWriter {
  /** One batch at a time keeps the order of all records. */
  readonly concurrency = 1
  readonly #config: Config

  constructor(config: Config) {
    this.#config = config
  }

  // TODO(landfall): Write the batch where it belongs. States leave when the receipt is there, so the records must be safe.
  async write(batch: RecordBatch): Promise<Receipt> {
    const lines: Buffer[] = []
    batch.visit((_index, block, start, end) => {
      lines.push(Buffer.from(block.subarray(start, end)), Buffer.from('\n'))
    })
    const { name, namespace = 'default' } = batch.stream.descriptor
    const file = `${encodeURIComponent(namespace)}.${encodeURIComponent(name)}.jsonl`
    await appendFile(join(this.#config.directory, file), Buffer.concat(lines), { flush: true })
    return { rowsWritten: batch.count, rejected: [] }
  }

  // TODO(landfall): Finish streams here: replace old data where `isSuccessful` is true and the stream is a full refresh.
  async finish(_summaries: readonly StreamSummary[]): Promise<void> {}

  /** Called at the end of every sync, also of one that failed. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
