import { DestinationError } from 'landfall/sdk'

export type FileNameFacts = {
  readonly now: Date
  readonly syncId: bigint
  /** Counts the files of a sync, from 1. */
  readonly partNumber: number
}

const placeholders = /\{([a-z_]+)(?::([^{}]*))?\}/g

/** The name of a staging file: unique within its folder, whatever the pattern says. */
export function fileName(pattern: string | undefined, facts: FileNameFacts): string {
  const number = String(facts.partNumber)
  if (pattern === undefined) return `${number}.csv.gz`
  const filled = pattern.replace(placeholders, (_all, name: string, format: string | undefined) =>
    fill(name, format, facts),
  )
  return pattern.includes('{part_number}') ? `${filled}.csv.gz` : `${filled}_${number}.csv.gz`
}

/** @throws DestinationError `CONFIG_INVALID` where a placeholder is unknown, or a character none for a name */
export function assertFileNamePattern(pattern: string): void {
  const unknown = Array.from(pattern.matchAll(placeholders)).find(
    ([, name = '', format]) =>
      !known.includes(name) || (format !== undefined && (name !== 'date' || !dateFormat.test(format))),
  )
  const rest = pattern.replace(placeholders, '')
  const other = /[^A-Za-z0-9_.=-]/.exec(rest)?.[0]
  if (unknown === undefined && other === undefined) return
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`file_name_pattern\` of \`uploading_method\` has \`${unknown?.[0] ?? other}\`. Placeholders are {date}, {date:yyyy_MM_dd} with ` +
      'yyyy, MM, dd, HH and mm in any order, {timestamp}, {part_number} and {sync_id}; beside them letters, digits and _ - = . are allowed.',
  )
}

const known = ['date', 'timestamp', 'part_number', 'sync_id']

const dateFormat = /^(?:yyyy|MM|dd|HH|mm|[_.=-])+$/

function fill(name: string, format: string | undefined, { now, syncId, partNumber }: FileNameFacts): string {
  if (name === 'timestamp') return String(now.getTime())
  if (name === 'part_number') return String(partNumber)
  if (name === 'sync_id') return String(syncId)
  return formatDate(now, format ?? 'yyyy_MM_dd')
}

function formatDate(now: Date, format: string): string {
  const [date = '', time = ''] = now.toISOString().split('T')
  const [yyyy = '', MM = '', dd = ''] = date.split('-')
  const parts: { readonly [letters: string]: string } = {
    yyyy,
    MM,
    dd,
    HH: time.slice(0, 2),
    mm: time.slice(3, 5),
  }
  return format.replace(/yyyy|MM|dd|HH|mm/g, (letters) => parts[letters] ?? letters)
}
