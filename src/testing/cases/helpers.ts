import type { CaseStream } from '../conformance-case.ts'
import { recordLine, stateLine, statusLine } from '../messages.ts'
import { caseNamespace } from '../placeholders.ts'

/** The stream that most cases use, in the case's own namespace. */
export const users = { name: 'users', namespace: caseNamespace } as const

export const string = { type: 'string' } as const
export const integer = { type: 'integer' } as const
export const number = { type: 'number' } as const
export const timestamp = {
  type: 'string',
  format: 'date-time',
  airbyte_type: 'timestamp_with_timezone',
} as const

/** A stream `users` with an `id`, a `name` and a cursor `at`, in the dialect with generations. */
export function userStream(changes: Partial<CaseStream> = {}): CaseStream {
  return {
    ...users,
    properties: { id: integer, name: string, at: timestamp },
    mode: 'append',
    generation: [1, 0],
    ...changes,
  }
}

/** The same, deduplicated by `id` with cursor `at`. */
export function dedupedUsers(changes: Partial<CaseStream> = {}): CaseStream {
  return userStream({ mode: 'append_dedup', primaryKey: [['id']], cursor: ['at'], ...changes })
}

/** Records of `users`, a state that covers them, and COMPLETE. */
export function completeSync(records: readonly (string | object)[], emittedAt?: number): readonly string[] {
  const options = emittedAt === undefined ? {} : { emittedAt }
  return [
    ...records.map((data) => recordLine(users, data, options)),
    stateLine(users, 1, records.length),
    statusLine(users),
  ]
}
