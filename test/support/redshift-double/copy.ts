import { gunzipSync } from 'node:zlib'
import { Refusal } from './rewrite.ts'
import type { S3Double } from './s3-double.ts'

/** What a COPY that succeeds puts into a table. */
export type CopiedRows = { readonly statement: string; readonly rows: number; readonly csv: Buffer }

export type LoadError = {
  readonly file: string
  readonly line: number
  readonly column: string
  readonly code: number
  readonly message: string
}

/** A COPY that found bad rows: all of it fails. */
export class LoadFailure extends Error {
  readonly errors: readonly LoadError[]

  constructor(errors: readonly LoadError[]) {
    super('a COPY refused rows')
    this.errors = errors
  }
}

const grammar =
  /^COPY ("(?:[^"]|"")+"\."(?:[^"]|"")+") \(([^)]*)\)\nFROM '([^']*)'\nACCESS_KEY_ID '([^']*)'\nSECRET_ACCESS_KEY '([^']*)'\nREGION '([^']*)'\nCSV GZIP MANIFEST\nTIMEFORMAT 'auto'\nSTATUPDATE OFF\nCOMPUPDATE OFF$/

/** Reads the files as Redshift would: with the statement's key, by its manifest, and row by row. */
export function readCopy(sql: string, s3: S3Double): CopiedRows {
  const [, table = '', columns = '', uri = '', keyId, secret, region] = grammar.exec(sql) ?? []
  if (table === '') throw new Refusal('42601', 'syntax error at or near "COPY"')
  if (keyId !== s3.accessKeyId || secret !== s3.secretAccessKey)
    throw new Refusal(
      'XX000',
      'S3ServiceException:The AWS Access Key Id you provided does not exist in our records.,Status 403,Error InvalidAccessKeyId',
    )
  if (region !== s3.region)
    throw new Refusal(
      'XX000',
      `S3ServiceException:The bucket you are attempting to access must be addressed using the specified endpoint.,Status 301,Error PermanentRedirect`,
    )
  const manifest: unknown = JSON.parse(readObject(uri, s3).toString())
  const names = columns.split(', ').map((name) => name.slice(1, -1))
  const errors: LoadError[] = []
  const lines: string[] = []
  for (const { url, mandatory } of entriesOf(manifest)) {
    if (!mandatory) throw new Error('the connector must ask for every file')
    const text = gunzipSync(readObject(url, s3)).toString('utf8')
    if (!text.endsWith('\n')) throw new Error(`the last line of ${url} has no end`)
    for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
      const error = findError(line, names)
      if (error) errors.push({ file: url, line: index + 1, ...error })
      else lines.push(line)
    }
  }
  if (errors.length > 0) throw new LoadFailure(errors)
  return {
    statement: `COPY ${table} (${columns}) FROM STDIN (FORMAT csv)`,
    rows: lines.length,
    csv: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  }
}

function readObject(uri: string, { bucket, objects }: S3Double): Buffer {
  const prefix = `s3://${bucket}/`
  const object = uri.startsWith(prefix) ? objects.get(uri.slice(prefix.length)) : undefined
  if (object === undefined)
    throw new Refusal(
      'XX000',
      'S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey',
    )
  return object
}

type Entry = { readonly url: string; readonly mandatory: boolean }

function entriesOf(manifest: unknown): readonly Entry[] {
  const entries =
    typeof manifest === 'object' && manifest !== null && 'entries' in manifest ? manifest.entries : []
  return Array.isArray(entries) ? entries : []
}

/** https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html, as far as this connector can meet it. */
function findError(line: string, names: readonly string[]) {
  const fields = parseLine(line)
  if (fields.length !== names.length)
    return { column: names[0] ?? '', code: 1201, message: 'Delimiter not found' }
  for (const [index, name] of names.entries()) {
    const field = fields[index] ?? ''
    const message = ['_airbyte_data', '_airbyte_meta'].includes(name) ? findSuperProblem(field) : undefined
    if (message !== undefined) return { column: name, code: 1224, message }
  }
  return undefined
}

/** RFC 4180. */
function parseLine(line: string): readonly string[] {
  const fields: string[] = []
  const field = /("(?:[^"]|"")*"|[^",]*)(,|$)/y
  for (;;) {
    const found = field.exec(line)
    if (!found) return []
    const text = found[1] ?? ''
    fields.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text)
    if (found[2] === '') return fields
  }
}

/** https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html */
function findSuperProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) > 16 * 1024 * 1024) return 'SUPER value exceeds the max size of 16777216 bytes'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'Invalid JSON format'
  }
  if (/\\u0000/.test(text.replaceAll('\\\\', ''))) return 'Invalid character 0x00'
  const number = text
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .match(/-?\d[\d.eE+-]*/g)
    ?.find((digits) => !Number.isFinite(Number(digits)))
  if (number !== undefined) return 'Numeric value out of range'
  return findDeepProblem(value, 0)
}

function findDeepProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string')
    return Buffer.byteLength(value) > 65_535 ? 'String value exceeds the max size of 65535 bytes' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= 1000) return 'Nesting exceeds the max depth of 1000'
  for (const [key, member] of Object.entries(value)) {
    const found = findDeepProblem(key, depth + 1) ?? findDeepProblem(member, depth + 1)
    if (found) return found
  }
  return undefined
}
