import type { SeededRandom } from '../random.ts'
import type { RecordSchema } from '../record-kind.ts'
import { defineGenerated } from './generated.ts'
import { describeUser, makeUser, userChecks, userSchema } from './users.ts'

const schema: RecordSchema = {
  type: 'object',
  properties: {
    ...userSchema.properties,
    address: { type: ['null', 'object'], properties: { street: { type: 'string' } } },
    orders: { type: ['null', 'array'], items: { type: 'object' } },
    tags: { type: ['null', 'array'], items: { type: 'string' } },
  },
}

/** About 1.2 kB: a user with an address, orders and tags. */
export const nested = defineGenerated(
  { name: 'nested', schema, checked: userChecks },
  (random, key, updatedAt) => {
    const more = { address: makeAddress(random), orders: makeOrders(random), tags: makeTags(random) }
    return describeUser(makeUser(random, key, updatedAt), [JSON.stringify(more).slice(1, -1)])
  },
)

function makeAddress(random: SeededRandom) {
  return {
    street: `${random.pick(streets)} ${1 + random.below(200)}`,
    postal_code: String(10_000 + random.below(90_000)),
    location: { latitude: random.below(180_000) / 1000 - 90, longitude: random.below(360_000) / 1000 - 180 },
    remarks: random.below(3) === 0 ? null : 'Ring twice; the "other" door.',
  }
}

function makeOrders(random: SeededRandom) {
  return Array.from({ length: 2 + random.below(6) }, () => ({
    number: `A-${random.below(2 ** 32)}`,
    price: { amount: random.below(1_000_000) / 100, currency: random.pick(currencies) },
    items: Array.from({ length: 1 + random.below(2) }, () => ({
      article: random.pick(articles),
      quantity: 1 + random.below(9),
    })),
  }))
}

function makeTags(random: SeededRandom): readonly string[] {
  return Array.from({ length: random.below(5) }, () => random.pick(tags))
}

const streets = ['Long Lane', 'Rue de l’Église', 'Große Straße', 'Calle Mayor'] as const
const currencies = ['EUR', 'NZD', 'BRL', 'JPY'] as const
const articles = ['tea, black', 'garden chair', 'bicycle lamp', 'notebook (ruled)'] as const
const tags = ['new', 'letters only', 'wholesale', 'late payer', 'press'] as const
