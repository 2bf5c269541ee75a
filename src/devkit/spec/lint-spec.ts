import { asArray, entriesOf, member, textMember } from '../../util/unknown.ts'
import type { Finding } from '../finding.ts'
import type { SourceDocument } from '../source-document.ts'
import { lintField } from './lint-field.ts'
import { lintKeywords } from './lint-keywords.ts'
import { lintOneOf } from './lint-one-of.ts'
import { listFields, listNodes, schemaKey } from './walk-spec.ts'

const destinationSyncModes = [
  'append',
  'overwrite',
  'append_dedup',
  'overwrite_dedup',
  'update',
  'soft_delete',
]

/**
 * The rules that Airbyte's acceptance tests hold for a specification, and those that make its form readable.
 * The document is what `spec` prints, without the message around it.
 */
export function lintSpec(document: SourceDocument): readonly Finding[] {
  if (document.problems.length > 0) return document.problems
  const schema = member(document.value, schemaKey)
  if (schema === undefined) {
    const message = `There is no \`${schemaKey}\`. The file must hold what \`spec\` prints, without the message around it.`
    return [document.finding([], message)]
  }
  const place = { path: [schemaKey], prefix: '', depth: 0 }
  const fields = listFields(schema, place)
  const nodes = listNodes(schema, place.path)
  const problems = [
    ...fields.flatMap((field) => lintField(field, fields)),
    ...nodes.flatMap(lintOneOf),
    ...nodes.flatMap(lintKeywords),
  ]
  const findings = problems.map(({ path, message }) =>
    document.finding(path, `\`${nameOf(path)}\` ${message}`),
  )
  return [...lintFrame(document), ...lintOauth(document), ...findings].toSorted(
    (left, right) => (left.line ?? 0) - (right.line ?? 0),
  )
}

/** The names of the fields on the way, as in a configuration. */
function nameOf(path: readonly (string | number)[]): string {
  const names = path.filter((_step, index) => path[index - 1] === 'properties')
  return names.length > 0 ? names.join('.') : schemaKey
}

function lintFrame(document: SourceDocument): readonly Finding[] {
  const { value } = document
  const modes = asArray(member(value, 'supported_destination_sync_modes')).map(String)
  const findings: Finding[] = []
  const say = (path: readonly string[], message: string) =>
    void findings.push(document.finding(path, message))
  if (textMember(value, schemaKey, 'type') !== 'object') {
    say([schemaKey], `\`${schemaKey}.type\` must be \`object\`: a configuration has fields.`)
  }
  if (textMember(value, 'documentationUrl')?.startsWith('https://') !== true) {
    say(['documentationUrl'], '`documentationUrl` must begin with https://: the platform links it.')
  }
  if (modes.length === 0) {
    const known = destinationSyncModes.slice(0, 3).join(', ')
    say(
      [],
      `\`supported_destination_sync_modes\` is missing or empty. List what the destination can do: ${known}.`,
    )
  }
  for (const mode of modes.filter((name) => !destinationSyncModes.includes(name))) {
    say(['supported_destination_sync_modes'], `\`${mode}\` is no destination sync mode.`)
  }
  return findings
}

/** Paths of `advanced_auth` must lead to fields, else the platform stores what a login gave nowhere. */
function lintOauth(document: SourceDocument): readonly Finding[] {
  const auth = member(document.value, 'advanced_auth')
  const output = member(
    auth,
    'oauth_config_specification',
    'complete_oauth_output_specification',
    'properties',
  )
  const paths = [
    member(auth, 'predicate_key'),
    ...entriesOf(output).map(([, property]) => member(property, 'path_in_connector_config')),
  ].map((steps) => asArray(steps).map(String))
  const known = listFields(member(document.value, schemaKey)).map(({ configPath }) => configPath)
  return paths
    .map((steps) => steps.join('.'))
    .filter((path) => path !== '' && !known.includes(path))
    .map((path) =>
      document.finding(
        ['advanced_auth'],
        `\`advanced_auth\` names \`${path}\`, which is no field of the specification.`,
      ),
    )
}
