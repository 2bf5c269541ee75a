import { textMember } from '../../../util/unknown.ts'
import type { Finding } from '../../finding.ts'
import { type Check, noMetadata } from '../check.ts'
import { checkDockerfile } from './dockerfile-rules.ts'

const licenses = ['mit', 'elv2', 'airbyte enterprise', 'apache-2.0']

export const packagingChecks: readonly Check[] = [
  {
    name: 'license',
    category: 'packaging',
    promise: 'The license is one that connectors have, and package.json names the same.',
    run: ({ connector: { metadata, package: manifest } }) => {
      if (metadata?.value === undefined) return noMetadata
      const license = textMember(metadata.value, 'data', 'license') ?? ''
      const findings: Finding[] = []
      if (!licenses.includes(license.toLowerCase())) {
        const message = `\`data.license\` is \`${license}\`. Choose MIT, Apache-2.0 or ELv2.`
        findings.push(metadata.finding(['data', 'license'], message))
      }
      const other = textMember(manifest?.value, 'license')
      if (manifest !== undefined && other !== undefined && other !== license) {
        const message = `\`license\` is \`${other}\`, but \`${license}\` in metadata.yaml. Write the same.`
        findings.push(manifest.finding(['license'], message))
      }
      return findings
    },
  },
  {
    name: 'package-version',
    category: 'packaging',
    promise: 'package.json and metadata.yaml have the same version.',
    run: ({ connector: { metadata, package: manifest } }) => {
      if (metadata?.value === undefined) return noMetadata
      const version = textMember(manifest?.value, 'version')
      if (manifest === undefined || version === undefined)
        return { skipped: 'there is no `package.json` with a version' }
      const tag = textMember(metadata.value, 'data', 'dockerImageTag')
      if (tag === version) return []
      const message = `\`version\` is ${version}, but \`dockerImageTag\` is ${tag} in metadata.yaml. \`landfall version bump\` changes both.`
      return [manifest.finding(['version'], message)]
    },
  },
  {
    name: 'dockerfile',
    category: 'packaging',
    promise: 'The image starts the connector as the platform expects, as an ordinary user.',
    run: ({ connector: { dockerfile, metadata } }) =>
      dockerfile === undefined
        ? { skipped: 'there is no Dockerfile' }
        : checkDockerfile(dockerfile, textMember(metadata?.value, 'data', 'dockerImageTag')),
  },
]
