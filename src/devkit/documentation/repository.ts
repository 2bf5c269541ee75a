import { textMember } from '../../util/unknown.ts'
import type { Connector } from '../connector/connector.ts'

/**
 * Where pull requests are, as `https://github.com/owner/name`: by package.json, or by the address of the page in
 * metadata.yaml. Undefined where neither tells.
 */
export function repositoryOf({ package: manifest, metadata }: Connector): string | undefined {
  const value = manifest?.value
  const fromPackage = textMember(value, 'repository', 'url') ?? textMember(value, 'repository')
  const shorthand = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(fromPackage ?? '')?.[1]
  if (shorthand !== undefined) return `https://github.com/${shorthand}`
  const places = [fromPackage, textMember(metadata?.value, 'data', 'documentationUrl')]
  return places
    .map((place) => /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[/#?]|$)/.exec(place ?? '')?.[1])
    .filter((name) => name !== undefined)
    .map((name) => `https://github.com/${name}`)[0]
}
