import { asArray, entriesOf, member, textMember } from '../../../util/unknown.ts'
import type { TextFile } from '../../connector/connector.ts'
import { type Heading, listHeadings, sectionText } from '../../documentation/markdown.ts'
import type { Finding } from '../../finding.ts'
import { schemaKey } from '../../spec/walk-spec.ts'

/** Sections that every page has, by the headings that are in use for them. */
export const pageSections: readonly {
  readonly name: string
  readonly pattern: RegExp
  readonly says: string
}[] = [
  {
    name: 'Prerequisites',
    pattern: /^(prerequisites?|requirements)$/i,
    says: 'what must be there before, and every required field',
  },
  { name: 'Supported sync modes', pattern: /^(supported )?sync modes$/i, says: 'what each sync mode does' },
  {
    name: 'Data type map',
    pattern: /^(data )?types?( map(ping)?)?$|^output schema$/i,
    says: 'what becomes of each type',
  },
  {
    name: 'Limitations',
    pattern: /^(limits|(known )?limitations)( (&|and) troubleshooting)?$/i,
    says: 'what the connector cannot do',
  },
  { name: 'Changelog', pattern: /^change ?log$/i, says: 'a row for each version; it comes last' },
]

export function checkFormat({ path: file, text }: TextFile, name: string | undefined): readonly Finding[] {
  const headings = listHeadings(text)
  const [title, second] = headings
  const findings: Finding[] = []
  if (title?.level !== 1 || title.line !== firstTextLine(text)) {
    findings.push({ file, line: 1, message: `The page must begin with its title: \`# ${name ?? 'Name'}\`.` })
  } else if (name !== undefined && title.text !== name) {
    const message = `The title is \`${title.text}\`, but the connector's name in metadata.yaml is \`${name}\`. Write the same.`
    findings.push({ file, line: title.line, message })
  }
  const introduction = text
    .split('\n')
    .slice(title?.line ?? 0, (second?.line ?? Number.POSITIVE_INFINITY) - 1)
  if (introduction.join('').trim() === '') {
    findings.push({
      file,
      line: title?.line,
      message: 'There is nothing below the title. Say in a sentence what the connector writes to.',
    })
  }
  return [...findings, ...checkSections(file, headings)]
}

function checkSections(file: string, headings: readonly Heading[]): readonly Finding[] {
  const found = pageSections.map((section) => ({
    ...section,
    heading: headings.find(({ level, text }) => level === 2 && section.pattern.test(text)),
  }))
  const missing = found
    .filter(({ heading }) => heading === undefined)
    .map(
      ({ name, says }): Finding => ({
        file,
        message: `There is no section \`## ${name}\`. Add it: ${says}.`,
      }),
    )
  const prerequisites = found.find(({ name }) => name === 'Prerequisites')?.heading
  const changelog = found.find(({ name }) => name === 'Changelog')?.heading
  const early = found.filter(({ heading }) => heading && prerequisites && heading.line < prerequisites.line)
  const late = headings.find(
    ({ level, line }) => level <= 2 && changelog !== undefined && line > changelog.line,
  )
  return [
    ...missing,
    ...early.map(
      ({ name, heading }): Finding => ({
        file,
        line: heading?.line,
        message: `\`${name}\` stands above Prerequisites. Move it below.`,
      }),
    ),
    ...(late === undefined
      ? []
      : [
          {
            file,
            line: late.line,
            message: `\`${late.text}\` stands below the changelog. Move the changelog to the end.`,
          },
        ]),
  ]
}

export function checkFields({ path: file, text }: TextFile, spec: unknown): readonly Finding[] {
  const heading = listHeadings(text).find(
    ({ level, text: title }) => level === 2 && pageSections[0]?.pattern.test(title),
  )
  if (heading === undefined) return [{ file, message: 'There is no section `## Prerequisites`.' }]
  const prose = sectionText(text, heading).toLowerCase()
  const schema = member(spec, schemaKey)
  const required = asArray(member(schema, 'required')).map(String)
  return entriesOf(member(schema, 'properties'))
    .filter(([name]) => required.includes(name))
    .filter(
      ([name, field]) =>
        ![name, textMember(field, 'title') ?? name].some((word) => prose.includes(word.toLowerCase())),
    )
    .map(
      ([name, field]): Finding => ({
        file,
        line: heading.line,
        message: `Prerequisites does not name the required field \`${name}\` (${textMember(field, 'title') ?? name}). Say where its value comes from.`,
      }),
    )
}

function firstTextLine(text: string): number {
  return text.split('\n').findIndex((line) => line.trim() !== '') + 1
}
