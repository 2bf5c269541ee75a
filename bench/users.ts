import type { SeededRandom } from './random.ts'

/** What the checks look at; the rest of a record is there for its size and its types. */
export type User = { readonly id: number; readonly visits: number; readonly data: string }

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

/** What a CDC source adds to the columns of a table. */
export const cdcColumn = {
  _ab_cdc_deleted_at: {
    type: ['null', 'string'],
    format: 'date-time',
    airbyte_type: 'timestamp_with_timezone',
  },
} as const

/** About 350 bytes of JSON, with the escapes and the letters beyond ASCII that real texts have. */
export function makeUser(random: SeededRandom, id: number, updatedAt: number): User {
  const [firstName, lastName] = [random.pick(firstNames), random.pick(lastNames)]
  const visits = random.below(1_000)
  const score = `${random.below(100_000)}.${1 + random.below(99)}`
  const values = {
    name: `${firstName} ${lastName}`,
    email: `${firstName}.${lastName}.${id}@example.com`.toLowerCase(),
    city: random.pick(cities),
    country: random.pick(countries),
    birth_date: new Date(random.below(1_000_000) * 1_000_000).toISOString().slice(0, 10),
    created_at: new Date(firstCreatedAt + random.below(1_000_000) * 100_000).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  }
  const texts = JSON.stringify(values).slice(1, -1)
  const biography = JSON.stringify(makeBiography(random))
  const isActive = random.below(4) > 0
  const data = `{"id":${id},${texts},"score":${score},"visits":${visits},"is_active":${isActive},"biography":${biography}}`
  return { id, visits, data }
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
