import {
  copyWords,
  skipBalanced,
  skipText,
  startsWith,
  type ViewedBytes,
  viewOf,
  withView,
} from 'landfall/sdk'

/** Longer objects go as they are: what the server would save is little against reading so many bytes twice. */
const maximumBytes = 16_384

/** As many members as a table has columns, at most. */
const maximumMembers = 1600

/** After this many objects whose keys were new ones, in a batch where most are, no more are looked at. */
const patience = 64

// Constants of this module, not of a shared one: V8 folds them into the loops below only when they are local.
const space = 0x20
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const notFound = -1

/**
 * Finds the members of objects, and the order in which jsonb keeps them: by the length of the key, then by its bytes.
 * A server that gets them in this order has nothing to sort, which is a sixth of what a COPY of records costs it. The
 * stored value is the same: of equal keys the last one counts, and their order is kept.
 *
 * One for a batch, as records of a batch mostly have the same keys in the same order.
 */
export class MemberOrder {
  /** Where each member begins, at the quote of its key, in the order of the text; ends are behind its value. */
  readonly #starts = new Int32Array(maximumMembers)
  readonly #ends = new Int32Array(maximumMembers)
  /** What `write` needs for the object that was read last. */
  byteLength = 0
  #count = 0
  /** Which member comes first, second and so on. */
  #order: Uint16Array = new Uint16Array(0)
  readonly #keyEnds = new Int32Array(maximumMembers)
  /** The keys of the object before, quotes included, back to back. */
  #keys: ViewedBytes = withView(Buffer.alloc(0))
  #keyLengths: Uint16Array = new Uint16Array(0)
  /** The buffer that was read last, and the view of it. */
  #buffer: Buffer = Buffer.alloc(0)
  #view: DataView = viewOf(this.#buffer)
  #isOrdered = true
  #read = 0
  #misses = 0

  /**
   * Whether the object is worth writing in another order, which `write` does. `false` also for whatever cannot
   * be taken apart for certain, such as keys with escapes.
   * @param buffer holds an object from the brace at `start` up to `end`
   */
  read(buffer: Buffer, start: number, end: number): boolean {
    if (end - start > maximumBytes || this.#isHopeless()) return false
    this.#read += 1
    const known = this.#readMembers(buffer, this.#viewOf(buffer), start, end)
    if (known === notFound) return false
    if (known < this.#count || this.#count !== this.#keyLengths.length) this.#learn(buffer)
    return !this.#isOrdered
  }

  /** Writes the object that was read last, without space around its members. */
  write(buffer: Buffer, target: DataView, offset: number): void {
    const view = this.#viewOf(buffer)
    const order = this.#order
    let position = offset
    for (let index = 0; index < order.length; index += 1) {
      const member = order[index] ?? 0
      const start = this.#starts[member] ?? 0
      const length = (this.#ends[member] ?? 0) - start
      target.setUint8(position, comma)
      copyWords(view, start, length, target, position + 1)
      position += length + 1
    }
    target.setUint8(offset, openBrace)
    target.setUint8(position, closeBrace)
  }

  #viewOf(buffer: Buffer): DataView {
    if (buffer !== this.#buffer) {
      this.#buffer = buffer
      this.#view = viewOf(buffer)
    }
    return this.#view
  }

  #isHopeless(): boolean {
    return this.#misses >= patience && this.#misses * 2 > this.#read
  }

  /** Returns how many of the first keys are those of the object before. */
  #readMembers(buffer: Buffer, view: DataView, start: number, end: number): number {
    const keyLengths = this.#keyLengths
    let known = 0
    let keyOffset = 0
    let index = 0
    let bytes = 1
    let position = skipSpace(buffer, start + 1, end)
    while (position < end && index < maximumMembers) {
      if (buffer[position] !== quote) return notFound
      const length = index === known && index < keyLengths.length ? (keyLengths[index] ?? 0) : end
      let keyEnd = position + length
      if (keyEnd < end && startsWith(buffer, view, position, this.#keys, keyOffset, length)) {
        known += 1
        keyOffset += length
      } else {
        keyEnd = skipKey(buffer, position + 1, end)
      }
      const valueEnd = keyEnd === notFound ? notFound : skipMember(buffer, view, keyEnd, end)
      if (valueEnd === notFound || valueEnd >= end) return notFound
      this.#starts[index] = position
      this.#keyEnds[index] = keyEnd
      this.#ends[index] = valueEnd
      bytes += valueEnd - position + 1
      index += 1
      position = skipSpace(buffer, valueEnd, end)
      if (buffer[position] !== comma) break
      position = skipSpace(buffer, position + 1, end)
    }
    this.#count = index
    this.byteLength = bytes
    // Of as many members as are counted at most, the last one may have had a comma behind it.
    const isWhole = index < maximumMembers && position === end - 1 && buffer[position] === closeBrace
    return isWhole ? known : notFound
  }

  /** Keeps the keys of the object that was just read, and finds their order. */
  #learn(buffer: Buffer): void {
    this.#misses += 1
    const keys = Array.from({ length: this.#count }, (_, index) =>
      buffer.toString('latin1', this.#starts[index], this.#keyEnds[index]),
    )
    const order = keys.map((_, index) => index).toSorted((a, b) => compareKeys(keys[a] ?? '', keys[b] ?? ''))
    this.#order = Uint16Array.from(order)
    this.#isOrdered = order.every((member, index) => member === index)
    this.#keyLengths = Uint16Array.from(keys, (key) => key.length)
    this.#keys = withView(Buffer.from(keys.join(''), 'latin1'))
  }
}

/** Latin 1 has a character for each byte, in their order. */
function compareKeys(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/** JSON's whitespace; other control characters are left for the server to refuse. */
function skipSpace(buffer: Buffer, start: number, end: number): number {
  let position = start
  while (position < end) {
    const byte = buffer[position] ?? 0
    if (byte > space || (byte !== space && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break
    position += 1
  }
  return position
}

/** From inside a key to behind its closing quote. A key with an escape may equal one that is spelled without. */
function skipKey(buffer: Buffer, start: number, end: number): number {
  for (let position = start; position < end; position += 1) {
    const byte = buffer[position]
    if (byte === quote) return position + 1
    if (byte === backslash) return notFound
  }
  return notFound
}

/** From the end of a key to the end of the value; beyond `end` or `notFound` where there is none. */
function skipMember(buffer: Buffer, view: DataView, keyEnd: number, end: number): number {
  const position = skipSpace(buffer, keyEnd, end)
  if (position >= end || buffer[position] !== colon) return notFound
  const start = skipSpace(buffer, position + 1, end)
  const byte = buffer[start]
  if (byte === quote) return skipText(buffer, view, start + 1, end)
  return byte === openBrace || byte === openBracket
    ? skipBalanced(buffer, view, start, end)
    : skipWord(buffer, start, end)
}

/** A number, `true`, `false` or `null`: whatever it is, no part of another value. */
function skipWord(buffer: Buffer, start: number, end: number): number {
  let position = start
  while (position < end) {
    const byte = buffer[position] ?? 0
    if (byte === comma || byte === closeBrace || byte <= space) break
    if (byte === quote || byte === openBrace || byte === openBracket || byte === closeBracket) return notFound
    position += 1
  }
  return position > start ? position : notFound
}
