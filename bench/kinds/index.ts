import type { DataName, RecordKind } from '../record-kind.ts'
import { dirty } from './dirty.ts'
import { flights } from './flights.ts'
import { nested } from './nested.ts'
import { users } from './users.ts'
import { wide } from './wide.ts'

export const recordKinds: Readonly<Record<DataName, RecordKind>> = {
  narrow: users,
  wide,
  nested,
  dirty,
  real: flights,
}
