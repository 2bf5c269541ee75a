import type { ExpectedValue } from 'landfall/testing'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A type as a JSON schema spells it, and what it makes of a JSON value; undefined where the value does not fit. */
export type Kind = {
  readonly schema: object
  readonly type: (value: Exclude<Json, null>) => Exclude<ExpectedValue, null> | undefined
  /** Values that fit. They are spelled so that every destination types them alike. */
  readonly samples: readonly Json[]
}

export type KindName = keyof typeof kinds

const times = ['2024-01-02', '2024-01-03T00:00:00Z', '2024-01-03T00:00:00.5Z', '2024-01-04']

export const kinds = {
  string: {
    schema: { type: 'string' },
    type: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
    samples: ['', 'a', 'b', 'ü'],
  },
  integer: {
    schema: { type: 'integer' },
    type: (value) => (Number.isInteger(value) ? { number: String(value) } : undefined),
    samples: [2, 3, -4],
  },
  number: {
    schema: { type: 'number' },
    type: (value) => (typeof value === 'number' ? { number: String(value) } : undefined),
    samples: [2, 2.5, -4.125],
  },
  boolean: {
    schema: { type: 'boolean' },
    type: (value) => (typeof value === 'boolean' ? value : undefined),
    samples: [true, false],
  },
  date: {
    schema: { type: 'string', format: 'date' },
    type: (value) => instantOf(value)?.slice(0, 10),
    samples: times,
  },
  timestamp: {
    schema: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    type: (value) => {
      const instant = instantOf(value)
      return instant === undefined ? undefined : { instant }
    },
    samples: times,
  },
  object: {
    schema: { type: 'object' },
    type: (value) =>
      typeof value === 'object' && !Array.isArray(value) ? { json: JSON.stringify(value) } : undefined,
    samples: [{}],
  },
  array: {
    schema: { type: 'array' },
    type: (value) => (Array.isArray(value) ? { json: JSON.stringify(value) } : undefined),
    samples: [[], [2]],
  },
} satisfies { readonly [name: string]: Kind }

export const kindNames = Object.keys(kinds) as readonly KindName[]

/** Values that few types take, and every sample of every type. */
export const awkwardValues: readonly Json[] = [
  null,
  'x',
  '2023-02-29',
  ...kindNames.flatMap((name): readonly Json[] => kinds[name].samples),
]

/** The kind whose schema this is. */
export function kindOf(schema: unknown): Kind {
  const text = JSON.stringify(schema)
  const name = kindNames.find((candidate) => JSON.stringify(kinds[candidate].schema) === text)
  if (name === undefined) throw new Error(`the model has no type for ${text}`)
  return kinds[name]
}

/** An equal spelling for equal times; a date is its midnight in UTC. */
function instantOf(value: Json): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(value)) return undefined
  const milliseconds = Date.parse(value)
  if (Number.isNaN(milliseconds)) return undefined
  const instant = new Date(milliseconds).toISOString()
  return instant.startsWith(value.slice(0, 10)) ? instant : undefined
}

/** Orders typed values of one kind; NULL is the least. */
export function compareTyped(left: ExpectedValue, right: ExpectedValue): number {
  const [mine, theirs] = [sortKey(left), sortKey(right)]
  if (mine === theirs) return 0
  if (mine === undefined || theirs === undefined) return mine === undefined ? -1 : 1
  return mine < theirs ? -1 : 1
}

function sortKey(value: ExpectedValue): string | number | undefined {
  if (value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return Number(value)
  if ('number' in value) return Number(value.number)
  if ('instant' in value) return Date.parse(value.instant)
  return 'time' in value ? value.time : value.json
}
