import { defineGenerated } from './generated.ts'
import { describeUser, makeUser, type User, userChecks, userSchema } from './users.ts'

/** What sources send in place of a value. None of them fits the type of its column. */
const badValues = {
  birth_date: '"1990-02-30"',
  created_at: '"not yet"',
  score: '"n/a"',
  is_active: '"maybe"',
} as const satisfies Partial<User>

/** Of a hundred values in these columns, so many are bad. */
const badPercentage = 5

/** Users; 5 % of the values in four of their columns do not fit. */
export const dirty = defineGenerated(
  { name: 'dirty', schema: userSchema, checked: userChecks },
  (random, key, updatedAt) => {
    const user = makeUser(random, key, updatedAt)
    const bad = Object.entries(badValues).filter(() => random.below(100) < badPercentage)
    return { ...describeUser({ ...user, ...Object.fromEntries(bad) }), badValues: bad.length }
  },
)
