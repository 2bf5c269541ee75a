import type { TextFile } from '../../connector/connector.ts'
import type { Finding } from '../../finding.ts'

type Instruction = { readonly name: string; readonly value: string; readonly line: number }

/** What the platform and its users need of an image; what the last stage says counts, and what it inherits. */
export function checkDockerfile(
  { path: file, text }: TextFile,
  version: string | undefined,
): readonly Finding[] {
  const instructions = readInstructions(text)
  const stages = readStages(instructions)
  const last = stages.at(-1)?.all
  if (last === undefined) return [{ file, line: 1, message: 'There is no FROM. Begin with the base image.' }]
  return [
    ...checkBase(instructions.filter(({ name }) => name === 'FROM')),
    ...checkEntrypoint(last),
    ...checkUser(last),
    ...checkLabels(last, version),
  ].map(({ message, line }) => ({ file, message, line }))
}

type Problem = { readonly message: string; readonly line?: number | undefined }

/** A moving base makes two images of one version. Stages by name and arguments are settled elsewhere. */
function checkBase(stages: readonly Instruction[]): readonly Problem[] {
  const names = stages.map(({ value }) => / as (\S+)$/i.exec(value)?.[1])
  return stages.flatMap(({ value, line }) => {
    const image = imageOf(value)
    if (names.includes(image) || image.includes('$') || image.includes('@sha256:') || image === 'scratch')
      return []
    const isFixed = /:.*\d/.test(image.split('/').at(-1) ?? '')
    return isFixed
      ? []
      : [{ line, message: `The base image \`${image}\` has no version. Write a tag with one, or a digest.` }]
  })
}

function checkEntrypoint(last: readonly Instruction[]): readonly Problem[] {
  const entrypoint = last.findLast(({ name }) => name === 'ENTRYPOINT')
  if (entrypoint === undefined) {
    return [{ message: 'There is no ENTRYPOINT. Write `ENTRYPOINT ["node", "/airbyte/..."]`.' }]
  }
  const words = readWords(entrypoint.value)
  const { line } = entrypoint
  if (words === undefined) {
    return [
      {
        line,
        message:
          'ENTRYPOINT is run by a shell, which keeps SIGTERM from the connector. Write it as a list: ["node", "..."].',
      },
    ]
  }
  const variable = findVariable(last, 'AIRBYTE_ENTRYPOINT')
  if (variable === undefined) {
    return [
      {
        line,
        message: `AIRBYTE_ENTRYPOINT is not set, and the platform starts that. Add \`ENV AIRBYTE_ENTRYPOINT="${words.join(' ')}"\`.`,
      },
    ]
  }
  if (variable.value === words.join(' ')) return []
  return [
    {
      line: variable.line,
      message: `AIRBYTE_ENTRYPOINT is \`${variable.value}\`, but ENTRYPOINT is \`${words.join(' ')}\`. Write the same words.`,
    },
  ]
}

function checkUser(last: readonly Instruction[]): readonly Problem[] {
  const user = last.findLast(({ name }) => name === 'USER')
  if (user !== undefined && !/^(root|0)(:|$)/.test(user.value)) return []
  const is =
    user === undefined ? 'There is no USER, so the connector runs as root.' : 'The connector runs as root.'
  return [{ line: user?.line, message: `${is} Write \`USER 1000\`, the id that the platform expects.` }]
}

/** A version that is written out must be the one of metadata.yaml; one that is an argument is set by the build. */
function checkLabels(last: readonly Instruction[], version: string | undefined): readonly Problem[] {
  const labels = last.filter(({ name }) => name === 'LABEL')
  return ['io.airbyte.version', 'io.airbyte.name'].flatMap((key): readonly Problem[] => {
    const pattern = new RegExp(`${key.replaceAll('.', '\\.')}["']?=["']?([^\\s"']+)`)
    const label = labels.find(({ value }) => pattern.test(value))
    if (label === undefined)
      return [{ message: `There is no label \`${key}\`. The platform's tools find the connector by it.` }]
    const written = pattern.exec(label.value)?.[1] ?? ''
    if (key !== 'io.airbyte.version' || version === undefined || written.includes('$') || written === version)
      return []
    return [
      {
        line: label.line,
        message: `The label \`${key}\` is ${written}, but metadata.yaml says ${version}. \`landfall version bump\` changes both.`,
      },
    ]
  })
}

/** Landfall's base for destinations, which has the contract with the platform; from any registry. */
const ownBase = /(^|\/)landfall\/destination-base[:@]/

/** What an image inherits from it, as far as the rules look: the stage `base` of docker/Dockerfile. */
const ownBaseInstructions: readonly Instruction[] = [
  { name: 'ENV', value: 'AIRBYTE_ENTRYPOINT="/usr/local/bin/node /airbyte"', line: 1 },
  { name: 'ENTRYPOINT', value: '["/usr/local/bin/node", "/airbyte"]', line: 1 },
  { name: 'USER', value: '1000:1000', line: 1 },
]

type Stage = { readonly name: string | undefined; readonly all: readonly Instruction[] }

/** Each stage with what it inherits from the stage that it begins with. */
function readStages(instructions: readonly Instruction[]): readonly Stage[] {
  const stages: Stage[] = []
  for (const [index, { name, value }] of instructions.entries()) {
    if (name !== 'FROM') continue
    const next = instructions.findIndex((other, position) => position > index && other.name === 'FROM')
    const own = instructions.slice(index, next < 0 ? undefined : next)
    const parent = stages.find((stage) => stage.name !== undefined && stage.name === imageOf(value))
    const inherited = ownBase.test(imageOf(value)) ? ownBaseInstructions : (parent?.all ?? [])
    stages.push({ name: / as (\S+)$/i.exec(value)?.[1], all: [...inherited, ...own] })
  }
  return stages
}

/** What a FROM begins with: an image, or the name of a stage. */
function imageOf(value: string): string {
  return value.replace(/^--\S+\s+/, '').split(/\s+/)[0] ?? ''
}

/** Instructions with continued lines joined; comments are left out. */
function readInstructions(text: string): readonly Instruction[] {
  const instructions: Instruction[] = []
  let pending = ''
  let first = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*#/.test(line)) continue
    if (pending === '') first = index + 1
    pending += line.replace(/\\\s*$/, ' ')
    if (/\\\s*$/.test(line)) continue
    const [, name, value] = /^\s*([A-Za-z]+)\s+([\s\S]*)$/.exec(pending) ?? []
    if (name !== undefined)
      instructions.push({ name: name.toUpperCase(), value: (value ?? '').trim(), line: first })
    pending = ''
  }
  return instructions
}

function readWords(value: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(value)
    return Array.isArray(words) ? words.map(String) : undefined
  } catch {
    // The shell form is no JSON; that is the answer.
    return undefined
  }
}

/** Of an ENV in either form: `NAME=value` or `NAME value`. */
function findVariable(
  last: readonly Instruction[],
  name: string,
): { value: string; line: number } | undefined {
  for (const { value, line } of last.filter((instruction) => instruction.name === 'ENV').toReversed()) {
    const [, quoted, plain] = new RegExp(`(?:^|\\s)${name}[= ](?:"([^"]*)"|(\\S+))`).exec(value) ?? []
    const found = quoted ?? plain
    if (found !== undefined) return { value: found, line }
  }
  return undefined
}
