import { asArray, entriesOf, member, textMember } from '../../../util/unknown.ts'
import { inferLanguage } from '../../connector/read-connector.ts'
import type { Finding } from '../../finding.ts'
import { formatMetadata } from '../../metadata/format-metadata.ts'
import { validateMetadata } from '../../metadata/validate-metadata.ts'
import { type Check, noMetadata } from '../check.ts'

/** Days between a breaking change's release and its deadline, by Airbyte's policy for destinations. */
const leastDeadlineDays = 30

export const metadataChecks: readonly Check[] = [
  {
    name: 'metadata-schema',
    category: 'metadata',
    promise:
      'metadata.yaml is there, has the fields that the platform reads, and they agree with each other.',
    run: ({ connector: { metadata, files, folder } }) => {
      if (metadata !== undefined) return validateMetadata(metadata)
      const wrong = [...files.keys()].find((name) => /^metadata\.ya?ml$/i.test(name))
      const advice =
        wrong === undefined ? 'Write one; `landfall new` makes a template.' : `Rename \`${wrong}\`.`
      return [{ message: `There is no \`metadata.yaml\` in \`${folder}\`. ${advice}` }]
    },
  },
  {
    name: 'metadata-format',
    category: 'metadata',
    promise: 'metadata.yaml is written as `landfall metadata fmt` writes it.',
    run: ({ connector: { metadata } }) => {
      if (metadata === undefined || metadata.problems.length > 0) return noMetadata
      if (formatMetadata(metadata.text) === metadata.text) return []
      return [
        { message: 'The file is not in its usual form. Run `landfall metadata fmt`.', file: metadata.path },
      ]
    },
  },
  {
    name: 'language-tag',
    category: 'metadata',
    promise: 'The tag `language:` of metadata.yaml says what the connector is written in.',
    run: ({ connector }) => {
      const { metadata } = connector
      if (metadata?.value === undefined) return noMetadata
      const language = inferLanguage(connector)
      if (language === undefined) return { skipped: 'the files do not tell the language' }
      const tags = asArray(member(metadata.value, 'data', 'tags')).map(String)
      const index = tags.findIndex((tag) => tag.startsWith('language:'))
      if (tags[index] === `language:${language}`) return []
      const is = index < 0 ? 'There is no tag `language:`' : `The tag is \`${tags[index]}\``
      const path = index < 0 ? ['data', 'tags'] : ['data', 'tags', index]
      return [
        metadata.finding(
          path,
          `${is}, but the files are of another language. Write \`language:${language}\`.`,
        ),
      ]
    },
  },
  {
    name: 'breaking-change-deadline',
    category: 'metadata',
    promise: `Users have at least ${leastDeadlineDays} days for a breaking change.`,
    run: ({ connector: { metadata }, base, today }) => {
      if (metadata?.value === undefined) return noMetadata
      const tag = textMember(metadata.value, 'data', 'dockerImageTag') ?? ''
      const path = ['data', 'releases', 'breakingChanges', tag, 'upgradeDeadline'] as const
      const deadline = textMember(metadata.value, ...path)
      if (deadline === undefined) return { skipped: `${tag || 'this version'} breaks nothing` }
      if (base.kind === 'released' && textMember(base.metadata.value, 'data', 'dockerImageTag') === tag) {
        return { skipped: `${tag} is on \`${base.reference}\` already` }
      }
      const days = Math.round((Date.parse(deadline) - Date.parse(today)) / 86_400_000)
      if (days >= leastDeadlineDays) return []
      const earliest = new Date(Date.parse(today) + leastDeadlineDays * 86_400_000).toISOString().slice(0, 10)
      return [
        metadata.finding(
          path,
          `The deadline of ${tag} is ${deadline}. Give people time: ${earliest} or later.`,
        ),
      ]
    },
  },
  {
    name: 'documentation-url',
    category: 'metadata',
    promise: 'The specification and metadata.yaml link the same page.',
    run: ({ connector: { metadata, spec } }) => {
      if (metadata?.value === undefined) return noMetadata
      const [url, other] = [
        textMember(metadata.value, 'data', 'documentationUrl'),
        textMember(spec?.value, 'documentationUrl'),
      ]
      if (spec === undefined || other === undefined || url === other)
        return url === other ? [] : { skipped: 'there is no specification to compare with' }
      return [
        spec.finding(
          ['documentationUrl'],
          `\`documentationUrl\` is ${other}, but ${url} in \`metadata.yaml\`. Write the same.`,
        ),
      ]
    },
  },
  {
    name: 'allowed-hosts',
    category: 'metadata',
    promise: 'Each field that `allowedHosts` refers to is in the specification.',
    run: ({ connector: { metadata, spec } }) => {
      const hosts = asArray(member(metadata?.value, 'data', 'allowedHosts', 'hosts'))
      if (metadata === undefined || hosts.length === 0)
        return { skipped: 'no hosts are listed, so there is nothing to compare' }
      return hosts.flatMap((host, index): readonly Finding[] => {
        const names = Array.from(String(host).matchAll(/\$\{([^}]+)\}/g), ([, name = '']) => name)
        const unknown = names.filter((name) => !hasField(spec?.value, name.split('.')))
        return unknown.map((name) =>
          metadata.finding(
            ['data', 'allowedHosts', 'hosts', index],
            `\`${name}\` is no field of the specification. Write the path of one, such as \`\${host}\`.`,
          ),
        )
      })
    },
  },
]

function hasField(spec: unknown, path: readonly string[]): boolean {
  return hasProperty(member(spec, 'connectionSpecification'), path)
}

function hasProperty(schema: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true
  const own = entriesOf(member(schema, 'properties')).find(([name]) => name === first)
  if (own !== undefined && hasProperty(own[1], rest)) return true
  return asArray(member(schema, 'oneOf')).some((branch) => hasProperty(branch, [first, ...rest]))
}
