import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../src/pipeline/split-lines.ts'

describe('LineSplitter', () => {
  it.each([
    ['lines with and without a final break', ['a\nb\nc'], ['a', 'b', 'c']],
    ['nothing', [], []],
    ['one carriage return before the break', ['a\r\nb\r\r\nc\r'], ['a', 'b\r', 'c']],
    [
      'carriage returns and Unicode line separators inside a line',
      ['a\rb\u2028c\u2029d\u0085e\n'],
      ['a\rb\u2028c\u2029d\u0085e'],
    ],
    ['blank lines', ['\n\n \t\r\n\r\na\n\n'], ['a']],
    ['lines that span chunks', ['a', 'b', 'c\nd', 'e\n', '\nf'], ['abc', 'de', 'f']],
    ['a break that begins a chunk', ['ab', '\nc\n'], ['ab', 'c']],
    ['a carriage return and a break in different chunks', ['ab\r', '\ncd'], ['ab', 'cd']],
    ['empty chunks', ['', 'a', '', '\n', ''], ['a']],
    ['a byte order mark at the start only', ['\ufeffa\n\ufeffb\n'], ['a', '\ufeffb']],
    ['a byte order mark alone', ['\ufeff\n\ufeffa'], ['\ufeffa']],
  ])('splits %s', (_name, chunks, expected) => {
    expect(split(chunks.map((chunk) => Buffer.from(chunk)))).toEqual(expected)
  })

  it('drops a byte order mark that is cut by a chunk border', () => {
    expect(split([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61, 0x0a])])).toEqual(['a'])
  })

  it('gives the same lines wherever the chunks are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r', ' ', '\ufeff'), { maxLength: 40 })
    const cuts = fc.array(fc.nat(120), { maxLength: 12 })
    fc.assert(
      fc.property(text, cuts, (parts, positions) => {
        const bytes = Buffer.from(parts.join(''))
        expect(split(cut(bytes, positions))).toEqual(linesOf(bytes.toString()))
      }),
      { numRuns: 2000 },
    )
  })

  it('hands out lines of one chunk in place', () => {
    const chunk = Buffer.from('first\nsecond\nrest')
    const seen: { buffer: Buffer; start: number; end: number }[] = []
    const splitter = new LineSplitter((buffer, start, end) => seen.push({ buffer, start, end }))
    splitter.push(chunk)
    expect(seen.map(({ buffer }) => buffer === chunk)).toEqual([true, true])
    expect(seen.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [6, 12],
    ])
  })

  it('counts the bytes of the unfinished line', () => {
    const splitter = new LineSplitter(() => {})
    const counts = ['abc', 'dé', '\nx', '\n'].map((part) => {
      splitter.push(Buffer.from(part))
      return splitter.pendingBytes
    })
    expect(counts).toEqual([3, 6, 1, 0])
  })

  it('emits the last line once', () => {
    const lines: string[] = []
    const splitter = new LineSplitter((buffer, start, end) => lines.push(buffer.toString('utf8', start, end)))
    splitter.push(Buffer.from('a'))
    splitter.end()
    splitter.end()
    expect(lines).toEqual(['a'])
  })

  it('joins a line of 100 MB in one copy, not one per chunk', () => {
    const chunk = Buffer.alloc(65_536, 'x')
    const lengths: number[] = []
    const splitter = new LineSplitter((_buffer, start, end) => lengths.push(end - start))
    const begin = performance.now()
    for (let index = 0; index < 1600; index += 1) splitter.push(chunk)
    splitter.push(Buffer.from('\n'))
    expect(lengths).toEqual([1600 * 65_536])
    // Copying the whole beginning with every chunk would move 80 GB.
    expect(performance.now() - begin).toBeLessThan(5_000)
  })

  it('needs a chunk no longer than the call', () => {
    const chunk = Buffer.alloc(4)
    const lines: string[] = []
    const splitter = new LineSplitter((buffer, start, end) => lines.push(buffer.toString('utf8', start, end)))
    for (const part of ['ab\nc', 'defg', 'h\ni\n']) {
      chunk.fill(' ')
      splitter.push(chunk.subarray(0, chunk.write(part)))
    }
    expect(lines).toEqual(['ab', 'cdefgh', 'i'])
  })

  it.each([
    ['a handler that takes it over keeps', true, false],
    ['without one it goes back at once: it loses', false, true],
  ])('a large line has memory of its own: %s it', (_name, isTaken, isGone) => {
    const taken: Buffer[] = []
    const splitter = new LineSplitter((buffer, start, end, isLarge) => {
      expect([isLarge, end - start]).toEqual([true, 6_000_000])
      taken.push(buffer)
      return isTaken
    })
    for (let sent = 0; sent < 2; sent += 1) {
      for (let part = 0; part < 100; part += 1) splitter.push(Buffer.alloc(60_000, 97 + sent))
      splitter.push(Buffer.from('\n'))
    }
    expect(taken.map((buffer) => buffer.length === 0)).toEqual([isGone, isGone])
    expect(new Set(taken.map(({ buffer }) => buffer)).size).toBe(2)
    if (isTaken)
      expect(taken.map((buffer) => String.fromCharCode(buffer[5_999_999] ?? 0))).toEqual(['a', 'b'])
  })
})

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((buffer, start, end) => lines.push(buffer.toString('utf8', start, end)))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return lines
}

function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const borders = [0, ...positions.map((position) => Math.min(position, bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  )
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border))
}

/** The rules of the splitter, told with strings. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => /[^ \r]/.test(line))
}
