import { hash } from 'node:crypto'

/**
 * A number that stands for the content of a row: the first seven digits of the MD5 of some of its values. The
 * databases compute it from what they hold. Seven digits, so that the sum of 30 million stays exact.
 */
export function checksumOf(values: readonly CheckedValue[]): number {
  const text = values.filter((value) => value !== null).join(separator)
  return Number.parseInt(hash('md5', text).slice(0, digits), 16)
}

/** Texts and whole numbers: their spelling is the same in every database. */
export type CheckedValue = string | number | null

const digits = 7
const separator = '|'

/** The sum over the rows, of expressions that are texts. */
export function postgresChecksum(texts: readonly string[]): string {
  return `sum(('x0' || left(md5(concat_ws('${separator}', ${texts.join(', ')})), ${digits}))::bit(32)::bigint)`
}

export function duckDbChecksum(texts: readonly string[]): string {
  return `sum(CAST('0x' || left(md5(concat_ws('${separator}', ${texts.join(', ')})), ${digits}) AS BIGINT))`
}
