import fc from 'fast-check'

/**
 * Lines as a hostile source would write them: keys in any order, extra and repeated keys, escapes,
 * whitespace, texts that look like the end of a record, wrong types, and lines that were damaged on the way.
 */
export function anyLine(): fc.Arbitrary<string> {
  const message = fc.oneof(
    { weight: 12, arbitrary: recordMessage() },
    { weight: 2, arbitrary: stateMessage() },
    { weight: 2, arbitrary: traceMessage() },
    { weight: 1, arbitrary: objectText([member('type', textOf(words)), member('log', jsonText)]) },
  )
  const line = fc.oneof({ weight: 6, arbitrary: message }, { weight: 1, arbitrary: damaged(message) })
  // Half a surrogate pair has no UTF-8; a byte order mark at the very start belongs to the splitter.
  return fc.noShrink(line.map((text) => text.toWellFormed().replace(/^\ufeff/, 'x')))
}

const words = fc.constantFrom(
  'RECORD',
  'STATE',
  'TRACE',
  'LOG',
  'SPEC',
  'STREAM',
  'GLOBAL',
  'LEGACY',
  'STREAM_STATUS',
  'COMPLETE',
  'x',
)

const nastyStrings = fc.oneof(
  fc.constantFrom(
    '',
    'users',
    'public',
    '","emitted_at":5}}',
    '"}',
    '\\',
    '\\"',
    '\\\\"}}',
    '{[}]',
    '\u0000',
    '\u2028',
    'größe',
    '😀',
    '\ud83d',
    'a/b\tc',
    '{"type":"RECORD"',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)

/** A JSON string with some characters escaped that need not be. */
function textOf(strings: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(strings, fc.nat(60)).map(([string, choice]) => {
    const text = JSON.stringify(string)
    if (choice > 20 || string.length === 0) return text
    const position = choice % string.length
    const escaped = `\\u${string.charCodeAt(position).toString(16).padStart(4, '0')}`
    const rest = [string.slice(0, position), string.slice(position + 1)].map((part) =>
      JSON.stringify(part).slice(1, -1),
    )
    return `"${rest[0]}${escaped}${rest[1]}"`
  })
}

const jsonText: fc.Arbitrary<string> = fc.oneof(
  textOf(nastyStrings),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-1.5e3',
    '12345678901234567890.10',
    '[]',
    '{}',
    '[{"a":[{}]},[]]',
    '{"data":{},"stream":1}',
  ),
)

/**
 * `JSON.parse` of V8 13.6 may take a key with an escape (`"\ufffd"`) for an earlier key that has a backslash
 * in the same place (`"\\"`); so no key has a backslash here, or the oracle would err.
 */
const keys = nastyStrings.filter((key) => !key.includes('\\'))

const whitespace = fc.oneof(
  { weight: 20, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '\r', '  ') },
)

type Member = readonly [key: string, value: string]

function member(key: string, value: fc.Arbitrary<string>): fc.Arbitrary<Member> {
  const spelling = fc.oneof(
    { weight: 15, arbitrary: fc.constant(JSON.stringify(key)) },
    { weight: 1, arbitrary: textOf(fc.constant(key)) },
  )
  return fc.tuple(spelling, value)
}

const extraMember: fc.Arbitrary<Member> = fc.tuple(textOf(keys), jsonText)

/** An object with the given members, most often all of them in the given order. */
function objectText(members: readonly fc.Arbitrary<Member>[]): fc.Arbitrary<string> {
  const inOrder = fc.tuple(...members)
  const shuffled = inOrder.chain((all) =>
    fc.shuffledSubarray([...all], { minLength: Math.max(0, all.length - 1) }),
  )
  const extended = fc
    .tuple(inOrder, fc.array(fc.oneof(extraMember, ...members), { maxLength: 3 }))
    .chain(([all, extra]) => {
      const both = [...all, ...extra]
      return fc.shuffledSubarray(both, { minLength: both.length })
    })
  const chosen = fc.oneof<fc.Arbitrary<readonly Member[]>[]>(inOrder, inOrder, shuffled, extended)
  return fc
    .tuple(chosen, fc.array(whitespace, { minLength: 6, maxLength: 6 }))
    .map(([list, [a, b, c, d, e, f]]) => {
      const body = list.map(([key, value]) => `${a}${key}${b}:${c}${value}${d}`).join(',')
      return `${e}{${body}}${f}`
    })
}

function mostly(usual: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: jsonText })
}

function recordMessage(): fc.Arbitrary<string> {
  const time = fc.oneof(
    fc.integer({ min: 1_767_225_600_000, max: 1_767_225_700_000 }).map(String),
    fc.constantFrom(
      '0',
      '-0',
      '-5',
      '1.7e12',
      '1767225600000.75',
      '8640000000000000',
      '8640000000000001',
      '1e999',
      '"5"',
      '007',
    ),
  )
  const changes = fc.constantFrom(
    '[]',
    '[ ]',
    'null',
    '{}',
    '[{"field":"a","change":"NULLED","reason":"r"}]',
    '["]"]',
  )
  const record = objectText([
    member('stream', mostly(textOf(nastyStrings))),
    member('data', mostly(dataText())),
    member('emitted_at', mostly(time)),
  ])
  const fullRecord = objectText([
    member('namespace', mostly(textOf(nastyStrings))),
    member('stream', mostly(textOf(nastyStrings))),
    member('data', mostly(dataText())),
    member('emitted_at', mostly(time)),
    member('meta', mostly(objectText([member('changes', mostly(changes))]))),
  ])
  // Plain lines whose beginnings repeat, as real sources write them.
  const beginnings = fc.constantFrom(
    '"stream":"users"',
    '"stream":"orders"',
    '"stream":null',
    '"stream":"users","emitted_at":7',
    '"stream":"users","meta":{"changes":[1]}',
    '"data":{},"stream":"users"',
    '"data":{tru},"stream":"users"',
    '"namespace":7,"stream":"users"',
  )
  const brokenData = fc.constantFrom('{tru}', '{"a":"\\x"}', '{"a":[1}]}', '{"a":1,}', '{"a":01}')
  const plain = fc
    .tuple(
      beginnings,
      fc.oneof({ weight: 20, arbitrary: dataText() }, { weight: 1, arbitrary: brokenData }),
      fc.oneof(
        time.map((text) => `,"emitted_at":${text}`),
        fc.constant(''),
      ),
    )
    .map(([beginning, data, rest]) => `{"type":"RECORD","record":{${beginning},"data":${data}${rest}}}`)
  const envelope = (content: fc.Arbitrary<string>) =>
    objectText([member('type', mostly(textOf(fc.constant('RECORD')))), member('record', mostly(content))])
  return fc.oneof(plain, envelope(record), envelope(fullRecord))
}

function dataText(): fc.Arbitrary<string> {
  const { object } = fc.letrec<{ object: string; value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      jsonText,
      tie('object'),
      fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(',')}]`),
    ),
    object: fc
      .array(fc.tuple(textOf(keys), tie('value')), { maxLength: 4 })
      .map((all) => `{${all.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  }))
  return object
}

function stateMessage(): fc.Arbitrary<string> {
  const stream = objectText([
    member('stream_descriptor', mostly(descriptorText())),
    member('stream_state', jsonText),
  ])
  const state = objectText([
    member('type', mostly(textOf(fc.constantFrom('STREAM', 'GLOBAL', 'LEGACY')))),
    member('stream', mostly(stream)),
    member('global', jsonText),
    member('destinationStats', jsonText),
  ])
  return objectText([member('type', textOf(fc.constant('STATE'))), member('state', mostly(state))])
}

function traceMessage(): fc.Arbitrary<string> {
  const status = objectText([
    member('stream_descriptor', mostly(descriptorText())),
    member('status', mostly(textOf(fc.constantFrom('COMPLETE', 'STARTED', 'INCOMPLETE')))),
  ])
  const trace = objectText([
    member('type', mostly(textOf(fc.constant('STREAM_STATUS')))),
    member('stream_status', mostly(status)),
  ])
  return objectText([member('type', textOf(fc.constant('TRACE'))), member('trace', mostly(trace))])
}

function descriptorText(): fc.Arbitrary<string> {
  return objectText([
    member('name', mostly(textOf(nastyStrings))),
    member('namespace', mostly(textOf(nastyStrings))),
  ])
}

/** Cut short, with one character changed, left out or doubled, or with text after the end. */
function damaged(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const characters = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    '0',
    'e',
    ' ',
    '\u0001',
    '\ufeff',
  )
  return fc.tuple(lines, fc.nat(), fc.nat(4), characters).map(([line, seed, way, character]) => {
    const position = seed % line.length
    const before = line.slice(0, position)
    // A line starts with something visible: blank lines are not the scanner's.
    if (way === 0) return `{${before}`
    if (way === 1) return before + character + line.slice(position + 1)
    if (way === 2) return before + line.slice(position + 1)
    if (way === 3) return before + character + line.slice(position)
    return line + character
  })
}
