/** What is wrong in a file of a connector. */
export type Finding = {
  /** What is wrong, with the name in backticks, and what to do about it. */
  readonly message: string
  /** The path of the file, as a person would type it. */
  readonly file?: string | undefined
  /** From 1. */
  readonly line?: number | undefined
}

/** `metadata.yaml:12: what is wrong`, which terminals and editors make a link of. */
export function showFinding({ message, file, line }: Finding): string {
  if (file === undefined) return message
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`
}
