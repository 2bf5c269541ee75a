import { asArray, asObject, entriesOf, member, textMember } from '../../util/unknown.ts'

export const registries = ['oss', 'cloud'] as const
export type Registry = (typeof registries)[number]

export type EntryOptions = {
  readonly registry: Registry
  readonly metadata: unknown
  readonly spec: unknown
  /** Of this package. */
  readonly version: string
  /** Where files of the registry lie, for the address of the icon. Absent: the entry has none. */
  readonly filesUrl?: string | undefined
}

/** Whether metadata.yaml enables a registry. What it does not name is not enabled. */
export function isEnabled(metadata: unknown, registry: Registry): boolean {
  return member(metadata, 'data', 'registryOverrides', registry, 'enabled') === true
}

/** Fields of metadata.yaml that an entry has under another name, or not at all. */
const movedFields = [
  'registryOverrides',
  'connectorType',
  'connectorSubtype',
  'definitionId',
  'releases',
  'ab_internal',
  'connectorTestSuitesOptions',
]

/** The entry of a destination in a registry's JSON: the fields that the platform reads, with the registry's overrides. */
export function registryEntry({ registry, metadata, spec, version, filesUrl }: EntryOptions): object {
  const overrides = entriesOf(member(metadata, 'data', 'registryOverrides', registry)).filter(
    ([name, value]) => name !== 'enabled' && value !== null,
  )
  const merged = { ...asObject(member(metadata, 'data')), ...Object.fromEntries(overrides) }
  const { connectorSubtype, definitionId, releases, ab_internal, tags } = merged
  const kept = Object.entries(merged).filter(([name]) => !movedFields.includes(name))
  const language = asArray(tags)
    .map(String)
    .find((tag) => tag.startsWith('language:'))
  return {
    ...Object.fromEntries(kept),
    destinationDefinitionId: definitionId,
    sourceType: connectorSubtype,
    supportLevel: merged.supportLevel ?? 'community',
    ab_internal: { sl: 100, ql: 100, ...asObject(ab_internal) },
    tombstone: false,
    custom: false,
    public: true,
    ...(language === undefined ? {} : { language: language.slice('language:'.length) }),
    packageInfo: { cdk_version: `typescript:${version}` },
    ...(releases === undefined
      ? {}
      : { releases: describeReleases(releases, String(merged.documentationUrl)) }),
    ...(filesUrl === undefined ? {} : { iconUrl: iconUrl(filesUrl, merged) }),
    spec,
  }
}

/** Every breaking change leads to a page, by default the migration guide beside the connector's own. */
function describeReleases(releases: unknown, documentationUrl: string): object {
  const guide =
    textMember(releases, 'migrationDocumentationUrl') ??
    documentationUrl.replace(/(\.md)?$/, (ending) => `-migrations${ending}`)
  const changes = entriesOf(member(releases, 'breakingChanges')).map(([version, change]) => [
    version,
    { migrationDocumentationUrl: `${guide}#${version}`, ...asObject(change) },
  ])
  return {
    ...asObject(releases),
    migrationDocumentationUrl: guide,
    ...(changes.length > 0 ? { breakingChanges: Object.fromEntries(changes) } : {}),
  }
}

function iconUrl(
  filesUrl: string,
  { dockerRepository, dockerImageTag }: { readonly [field: string]: unknown },
): string {
  return `${filesUrl.replace(/\/$/, '')}/metadata/${String(dockerRepository)}/${String(dockerImageTag)}/icon.svg`
}
