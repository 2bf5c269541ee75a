import type { Base, Connector } from '../connector/connector.ts'
import type { Finding } from '../finding.ts'

export const checkCategories = [
  'metadata',
  'documentation',
  'assets',
  'packaging',
  'security',
  'spec',
  'testing',
  'version',
] as const
export type CheckCategory = (typeof checkCategories)[number]

export type CheckInput = {
  readonly connector: Connector
  readonly base: Base
  /** YYYY-MM-DD, in UTC. */
  readonly today: string
}

export type Skip = { readonly skipped: string }

/** A promise about a connector's folder. It decides from what was read and reads nothing itself. */
export type Check = {
  /** For `--only`. */
  readonly name: string
  readonly category: CheckCategory
  /** What holds where the check passes, as a sentence. */
  readonly promise: string
  /** What is wrong; nothing where the promise holds; a reason where it does not apply. */
  readonly run: (input: CheckInput) => readonly Finding[] | Skip
}

/** A check that needs a readable metadata.yaml: where there is none, `metadata-schema` has said so. */
export const noMetadata: Skip = { skipped: 'there is no readable `metadata.yaml`; see `metadata-schema`' }

/** A check of the specification of a connector that has none as a file. */
export const noSpec: Skip = { skipped: 'there is no `spec.json`, and no `manifest.yaml` that can be read' }
