import type { Finding } from '../finding.ts'
import type { SourceDocument } from '../source-document.ts'
import { findRuleFindings } from './rules.ts'
import schema from './schema/connector-metadata.schema.json' with { type: 'json' }
import { findSchemaFindings } from './validate-schema.ts'

/** Everything that is wrong with a metadata.yaml: first its shape, then what the fields say together. */
export function validateMetadata(document: SourceDocument): readonly Finding[] {
  const shape = findSchemaFindings(schema, document)
  return document.problems.length > 0 ? shape : [...shape, ...findRuleFindings(document)]
}
