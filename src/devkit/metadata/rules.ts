import { asArray, entriesOf, member, textMember } from '../../util/unknown.ts'
import type { Finding } from '../finding.ts'
import type { SourceDocument } from '../source-document.ts'
import { isReleaseCandidate, parseVersion } from '../version/semver.ts'

type Rule = (document: SourceDocument) => readonly Finding[]

/** What the schema cannot say. Every rule runs, so that one look shows all that is wrong. */
const rules: readonly Rule[] = [
  checkTags,
  checkVersion,
  checkMajorVersion,
  checkReleaseCandidate,
  checkBaseImage,
  checkPypi,
  checkNames,
]

export function findRuleFindings(document: SourceDocument): readonly Finding[] {
  return rules.flatMap((rule) => rule(document))
}

function checkTags(document: SourceDocument): readonly Finding[] {
  const tags = asArray(member(document.value, 'data', 'tags'))
  const shapeless = tags.flatMap((tag, index) =>
    String(tag).includes(':')
      ? []
      : [
          document.finding(
            ['data', 'tags', index],
            `The tag \`${String(tag)}\` has no key. Write \`key:value\`.`,
          ),
        ],
  )
  const languages = tags.filter((tag) => String(tag).startsWith('language:'))
  if (languages.length === 1) return shapeless
  const problem =
    languages.length === 0 ? 'There is no `language:` tag.' : 'There are several `language:` tags.'
  return [
    ...shapeless,
    document.finding(['data', 'tags'], `${problem} Keep exactly one, for example \`language:typescript\`.`),
  ]
}

function checkVersion(document: SourceDocument): readonly Finding[] {
  const tag = textMember(document.value, 'data', 'dockerImageTag')
  if (tag === undefined || parseVersion(tag) !== undefined) return []
  return [
    document.finding(
      ['data', 'dockerImageTag'],
      `\`data.dockerImageTag\` is \`${tag}\`, which is not a semantic version. Write one like 1.2.3 or 1.2.3-rc.1.`,
    ),
  ]
}

/** 1.0.0 may be a first release; every later major version breaks something, and must say what. */
function checkMajorVersion(document: SourceDocument): readonly Finding[] {
  const tag = textMember(document.value, 'data', 'dockerImageTag') ?? ''
  const version = parseVersion(tag)
  if (version === undefined || version.major < 2 || version.prerelease.length > 0) return []
  if (version.minor !== 0 || version.patch !== 0) return []
  if (member(document.value, 'data', 'releases', 'breakingChanges', tag) !== undefined) return []
  return [
    document.finding(
      ['data', 'releases', 'breakingChanges'],
      `\`data.releases.breakingChanges\` has no entry for ${tag}. A major version breaks something: ` +
        `add \`${tag}\` with \`message\` and \`upgradeDeadline\`.`,
    ),
  ]
}

function checkReleaseCandidate(document: SourceDocument): readonly Finding[] {
  const version = parseVersion(textMember(document.value, 'data', 'dockerImageTag') ?? '')
  if (version === undefined) return []
  const path = ['data', 'releases', 'rolloutConfiguration', 'enableProgressiveRollout'] as const
  const rollout = member(document.value, ...path)
  const findings: Finding[] = []
  if (isReleaseCandidate(version)) {
    if (version.major > 0 && version.minor === 0 && version.patch === 0) {
      const message = 'A major version cannot be a release candidate: it needs the user. Release it as it is.'
      findings.push(document.finding(['data', 'dockerImageTag'], message))
    }
    if (rollout === undefined) {
      findings.push(document.finding(path, `A release candidate needs \`${path.join('.')}\`: true or false.`))
    }
  }
  if (rollout === true && version.prerelease.length === 0) {
    const message = `\`${path.join('.')}\` is true, but the version is not a candidate. Set it to false, or release 1.2.3-rc.1.`
    findings.push(document.finding(path, message))
  }
  return findings
}

/** `registry:5000/name:tag@sha256:...`: a registry may have a port. */
const baseImage = /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)*:[\w][\w.-]*@sha256:[0-9a-f]{64}$/

function checkBaseImage(document: SourceDocument): readonly Finding[] {
  const path = ['data', 'connectorBuildOptions', 'baseImage'] as const
  const image = textMember(document.value, ...path)
  if (image === undefined || baseImage.test(image)) return []
  return [
    document.finding(
      path,
      `\`${path.join('.')}\` is \`${image}\`. Write name, tag and digest: name:1.2.3@sha256:<64 hexadecimal digits>.`,
    ),
  ]
}

function checkPypi(document: SourceDocument): readonly Finding[] {
  const path = ['data', 'remoteRegistries', 'pypi', 'enabled'] as const
  const tags = asArray(member(document.value, 'data', 'tags'))
  if (member(document.value, ...path) !== true) return []
  if (tags.some((tag) => tag === 'language:python' || tag === 'language:low-code')) return []
  const message =
    'Only connectors in Python are published to PyPI. Set it to false, or remove `remoteRegistries`.'
  return [document.finding(path, message)]
}

/** The platform and its tools find a connector by these names, so they must agree. */
function checkNames(document: SourceDocument): readonly Finding[] {
  const data = member(document.value, 'data')
  const repository = textMember(data, 'dockerRepository') ?? ''
  const image = repository.split('/').at(-1) ?? ''
  const label = textMember(data, 'githubIssueLabel')
  const type = textMember(data, 'connectorType')
  const findings: Finding[] = []
  if (type !== undefined && repository !== '' && !image.startsWith(`${type}-`)) {
    const message = `\`data.dockerRepository\` is \`${repository}\`. The name of the image begins with \`${type}-\`.`
    findings.push(document.finding(['data', 'dockerRepository'], message))
  }
  if (label !== undefined && label !== image) {
    const message = `\`data.githubIssueLabel\` is \`${label}\`. Write the name of the image, \`${image}\`.`
    findings.push(document.finding(['data', 'githubIssueLabel'], message))
  }
  return [...findings, ...checkBreakingVersions(document)]
}

function checkBreakingVersions(document: SourceDocument): readonly Finding[] {
  const path = ['data', 'releases', 'breakingChanges']
  return entriesOf(member(document.value, ...path)).flatMap(([version, change]) =>
    textMember(change, 'message')?.trim() === ''
      ? [
          document.finding(
            [...path, version, 'message'],
            `The message of ${version} is empty. Say what breaks, and for whom.`,
          ),
        ]
      : [],
  )
}
