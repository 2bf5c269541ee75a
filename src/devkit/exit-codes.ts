import type { DestinationError } from '../errors.ts'

/**
 * 0: done, nothing found. 1: done, and the answer is no: findings, refused records. 2: the command line cannot
 * be understood. 3: the command could not do its work: a file, a program or a server is missing. 130: somebody stopped
 * it, by the custom of shells 128 and the number of Ctrl-C's signal.
 */
export type KitExitCode = 0 | 1 | 2 | 3 | 130

export function exitCodeOf({ code }: DestinationError): KitExitCode {
  if (code === 'INTERRUPTED') return 130
  return code === 'USAGE' ? 2 : 3
}
