import type { ConformanceCase } from '../conformance-case.ts'
import { dedupCases } from './dedup.ts'
import { deletionCases } from './deletions.ts'
import { evolutionCases } from './evolution.ts'
import { keyChangeCases } from './key-changes.ts'
import { modeCases } from './modes.ts'
import { schemaCases } from './schemas.ts'
import { textCases } from './texts.ts'
import { valueCases } from './values.ts'

/** What every destination must pass, or name as a gap with its reason. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...modeCases,
  ...dedupCases,
  ...deletionCases,
  ...valueCases,
  ...textCases,
  ...schemaCases,
  ...evolutionCases,
  ...keyChangeCases,
]
