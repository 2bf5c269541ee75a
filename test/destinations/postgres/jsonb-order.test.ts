import fc from 'fast-check'
import { viewOf } from 'landfall/sdk'
import { expect, it, onTestFinished } from 'vitest'
import { MemberOrder } from '../../../destinations/postgres/member-order.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'

const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'B',
    'ab',
    'é',
    'e\u0301',
    '',
    ' ',
    '_',
    'Z',
    '\u{1f600}',
    '日本',
    'x'.repeat(130),
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const members = fc.array(fc.tuple(key, fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }))), {
  maxLength: 12,
})

/** Signs that JSON must escape make an object one that is left as it is; NUL cannot be stored at all. */
const isPlain = (text: string) => !/[\\\p{Cc}\p{Cs}]/u.test(text)

it('the server stores what it would have stored, and finds nothing to sort', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const objects = fc
    .sample(members, { numRuns: 3000, seed: 7 })
    .map(
      (object) =>
        `{${object.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
    )
    .filter(isPlain)
  const pairs = objects.map((text) => ({ sent: text, ordered: reorder(text) }))
  expect(pairs.filter(({ sent, ordered }) => sent !== ordered).length).toBeGreaterThan(1000)
  const rows =
    await database.query(`SELECT p.sent, p.ordered, (p.sent::jsonb = p.ordered::jsonb)::text AS is_same,
      to_json(ARRAY(SELECT jsonb_object_keys(p.ordered::jsonb)))::text AS stored_keys,
      to_json(ARRAY(SELECT json_object_keys(p.ordered::json)))::text AS sent_keys
    FROM jsonb_to_recordset($pairs$${JSON.stringify(pairs)}$pairs$) AS p(sent text, ordered text)`)
  expect(rows).toHaveLength(pairs.length)
  for (const row of rows) {
    expect(row.is_same).toBe('true')
    if (row.sent === row.ordered) continue
    // Equal keys are next to each other, and the server keeps one of them.
    expect([...new Set(readKeys(row.sent_keys))]).toEqual(readKeys(row.stored_keys))
  }
})

/** One each: one for many objects would give up, as all have other keys. */
function reorder(text: string): string {
  const order = new MemberOrder()
  const buffer = Buffer.from(text)
  if (!order.read(buffer, 0, buffer.length)) return text
  const target = Buffer.alloc(order.byteLength)
  order.write(buffer, viewOf(target), 0)
  return target.toString()
}

function readKeys(text: string | null | undefined): readonly string[] {
  return JSON.parse(text ?? '[]') as string[]
}
