import type { CheckedValue } from '../checksum.ts'
import type { SeededRandom } from '../random.ts'
import type { BenchRecord } from '../record-kind.ts'
import { defineGenerated } from './generated.ts'

/** The stream's columns as a source declares them, in the order of the records' keys. */
export const userSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: ['null', 'string'] },
    email: { type: ['null', 'string'] },
    city: { type: ['null', 'string'] },
    country: { type: ['null', 'string'] },
    birth_date: { type: ['null', 'string'], format: 'date' },
    created_at: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    updated_at: { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    score: { type: ['null', 'number'] },
    visits: { type: ['null', 'integer'] },
    is_active: { type: ['null', 'boolean'] },
    biography: { type: ['null', 'string'] },
  },
} as const

/** Among them the one with letters beyond ASCII, and the one with quotes and line breaks. */
export const userChecks = ['id', 'name', 'email', 'visits', 'biography'] as const

/** What a CDC source adds to the columns of a table. */
export const cdcColumn = {
  _ab_cdc_deleted_at: {
    type: ['null', 'string'],
    format: 'date-time',
    airbyte_type: 'timestamp_with_timezone',
  },
} as const

/** About 350 bytes of JSON. */
export const users = defineGenerated(
  { name: 'narrow', schema: userSchema, checked: userChecks },
  (...context) => describeUser(makeUser(...context)),
)

/** As JSON texts, in the order of the columns, so that other kinds can put values in their place. */
export type User = { readonly [column in keyof typeof userSchema.properties]: string }

export function makeUser(random: SeededRandom, id: number, updatedAt: number): User {
  const [firstName, lastName] = [random.pick(firstNames), random.pick(lastNames)]
  const visits = random.below(1_000)
  const score = `${random.below(100_000)}.${1 + random.below(99)}`
  const email = `${firstName}.${lastName}.${id}@example.com`.toLowerCase()
  const [city, country] = [random.pick(cities), random.pick(countries)]
  const birthDate = new Date(random.below(1_000_000) * 1_000_000).toISOString().slice(0, 10)
  const createdAt = new Date(firstCreatedAt + random.below(1_000_000) * 100_000).toISOString()
  const biography = makeBiography(random)
  const isActive = random.below(4) > 0
  return {
    id: String(id),
    name: JSON.stringify(`${firstName} ${lastName}`),
    email: JSON.stringify(email),
    city: JSON.stringify(city),
    country: JSON.stringify(country),
    birth_date: JSON.stringify(birthDate),
    created_at: JSON.stringify(createdAt),
    updated_at: JSON.stringify(new Date(updatedAt).toISOString()),
    score,
    visits: String(visits),
    is_active: String(isActive),
    biography: JSON.stringify(biography),
  }
}

/** @param more members of the record behind the user's own, as JSON text */
export function describeUser(user: User, more: readonly string[] = []): BenchRecord {
  const members = Object.entries(user).map(([column, value]) => `"${column}":${value}`)
  const checked: readonly CheckedValue[] = userChecks.map((column) => JSON.parse(user[column]))
  return { key: Number(user.id), data: `{${[...members, ...more].join(',')}}`, checked, badValues: 0 }
}

const firstCreatedAt = Date.UTC(2021, 0, 1)

const firstNames = ['Ada', 'Grace', 'Edsger', 'Zoë', 'Barbara', 'Donald', 'Radia', 'Jürgen'] as const
const lastNames = ['Lovelace', 'Hopper', 'Dijkstra', 'Lamport', 'Liskov', 'Knuth', 'Perlman'] as const
const cities = ['London', 'Wellington', 'São Paulo', 'Kraków', 'Nairobi', 'Osaka', 'Montréal'] as const
const countries = ['GB', 'NZ', 'BR', 'PL', 'KE', 'JP', 'CA'] as const
const phrases = [
  'Says "hello" to everyone.',
  'Wrote the first compiler of the house;',
  'likes trains and long walks,',
  'answers letters within a day.',
  'Keeps two cats\nand a garden,',
  'has never met a bug that stayed,',
] as const

function makeBiography(random: SeededRandom): string {
  return [random.pick(phrases), random.pick(phrases)].join(' ')
}
