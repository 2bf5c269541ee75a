import type { SeededRandom } from '../random.ts'
import type { RecordSchema } from '../record-kind.ts'
import { defineGenerated } from './generated.ts'
import { describeUser, makeUser, userChecks, userSchema } from './users.ts'

/** Columns of an account's settings and counters, eight of each type, as a business system exports them. */
const groups = {
  note: {
    schema: { type: ['null', 'string'] },
    make: (random: SeededRandom) =>
      JSON.stringify(`${random.pick(words)} ${random.pick(words)}, ${random.pick(words)}.`),
  },
  code: {
    schema: { type: ['null', 'string'] },
    make: (random: SeededRandom) =>
      `"${random.below(2 ** 32).toString(36)}-${random.below(2 ** 32).toString(36)}"`,
  },
  count: {
    schema: { type: ['null', 'integer'] },
    make: (random: SeededRandom) => String(random.below(1_000_000)),
  },
  amount: {
    schema: { type: ['null', 'number'] },
    make: (random: SeededRandom) => `${random.below(1_000_000)}.${1 + random.below(99)}`,
  },
  at: {
    schema: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    make: (random: SeededRandom) =>
      `"${new Date(Date.UTC(2025, 0) + random.below(30_000_000) * 1000).toISOString()}"`,
  },
  is: {
    schema: { type: ['null', 'boolean'] },
    make: (random: SeededRandom) => String(random.below(2) === 0),
  },
} as const

const words = [
  'a longer remark about the account',
  'called twice',
  'prefers letters',
  'see the contract',
] as const

const columnsPerGroup = 8

const columns = Object.entries(groups).flatMap(([name, group]) =>
  Array.from({ length: columnsPerGroup }, (_, index) => ({ ...group, name: `account_${name}_${index + 1}` })),
)

const schema: RecordSchema = {
  type: 'object',
  properties: {
    ...userSchema.properties,
    ...Object.fromEntries(columns.map((column) => [column.name, column.schema])),
  },
}

const checked = [...userChecks, 'account_note_1', 'account_count_8']

/** 60 columns: a user's, and 48 more. */
export const wide = defineGenerated({ name: 'wide', schema, checked }, (random, key, updatedAt) => {
  const user = makeUser(random, key, updatedAt)
  const values = new Map(columns.map(({ name, make }) => [name, make(random)]))
  const record = describeUser(
    user,
    Array.from(values, ([name, value]) => `"${name}":${value}`),
  )
  const more = checked.slice(userChecks.length).map((name) => JSON.parse(values.get(name) ?? 'null'))
  return { ...record, checked: [...record.checked, ...more] }
})
