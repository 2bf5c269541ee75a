/** Bytes of the input. A chunk is valid until the next one is asked for: its memory may be used again. */
export interface InputChunks extends AsyncIterable<Buffer> {
  /** Ends the iteration, and the reading. */
  destroy(): unknown
}
