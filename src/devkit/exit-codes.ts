import type { DestinationError } from '../errors.ts'

/**
 * 0: done, nothing found. 1: done, and the answer is no: findings, refused records. 2: the command line cannot
 * be understood. 3: the command could not do its work: a file, a program or a server is missing.
 */
export type KitExitCode = 0 | 1 | 2 | 3

export function exitCodeOf(error: DestinationError): KitExitCode {
  return error.code === 'USAGE' ? 2 : 3
}
