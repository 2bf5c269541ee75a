/** What a warehouse can hold of a record. The framework asks only when a load was refused. */
export type RecordLimits = {
  /** Whether the raw table can hold this JSON number, by its text. */
  acceptsNumber(text: string): boolean
  /** Longest string, in bytes of its UTF-8 without quotes and escapes. Keys count as strings. */
  readonly maximumStringBytes: number
  /**
   * Levels of nesting that every server takes. More may fit: only a record that was refused although the
   * other limits hold loses what is deeper.
   */
  readonly safeDepth: number
  /** The same for the bytes of a record's JSON text. */
  readonly safeRecordBytes: number
}
