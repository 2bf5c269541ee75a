import { textMember } from '../../../util/unknown.ts'
import type { Connector, TextFile } from '../../connector/connector.ts'
import type { Finding } from '../../finding.ts'
import { type Check, noMetadata, noSpec, type Skip } from '../check.ts'
import { checkChangelog, checkMigrationGuide } from './changelog-rules.ts'
import { checkFields, checkFormat, pageSections } from './page-rules.ts'

const noPage: Skip = { skipped: 'there is no page; see `documentation-exists`' }

export const documentationChecks: readonly Check[] = [
  {
    name: 'documentation-exists',
    category: 'documentation',
    promise: 'The connector has a page.',
    run: ({ connector: { documentation } }) => {
      if (documentation.file !== undefined) return []
      const [first, ...others] = documentation.places
      return [
        {
          message: `There is no page. Write \`${first}\`${others.map((place) => ` or \`${place}\``).join('')}.`,
        },
      ]
    },
  },
  {
    name: 'documentation-format',
    category: 'documentation',
    promise: `The page has a title, an introduction, and the sections ${pageSections.map(({ name }) => name).join(', ')}.`,
    run: ({ connector }) =>
      withPage(connector, (page) => checkFormat(page, textMember(connector.metadata?.value, 'data', 'name'))),
  },
  {
    name: 'documentation-fields',
    category: 'documentation',
    promise: 'The section Prerequisites names every required field.',
    run: ({ connector }) =>
      connector.spec === undefined
        ? noSpec
        : withPage(connector, (page) => checkFields(page, connector.spec?.value)),
  },
  {
    name: 'documentation-links',
    category: 'documentation',
    promise: 'Every relative link of the page leads to a file.',
    run: ({ connector }) =>
      withPage(connector, ({ path: file }) =>
        connector.documentation.brokenLinks.map(({ target, line }) => ({
          file,
          line,
          message: `The link \`${target}\` leads to no file. Correct or remove it.`,
        })),
      ),
  },
  {
    name: 'changelog-entry',
    category: 'documentation',
    promise: 'The changelog has a row for this version, and its rows are in order.',
    run: ({ connector }) => {
      const version = textMember(connector.metadata?.value, 'data', 'dockerImageTag')
      return version === undefined ? noMetadata : withPage(connector, (page) => checkChangelog(page, version))
    },
  },
  {
    name: 'migration-guide',
    category: 'documentation',
    promise: 'Each breaking change has a section in the migration guide, newest first.',
    run: ({ connector }) => checkMigrationGuide(connector),
  },
]

function withPage(
  { documentation: { file } }: Connector,
  check: (page: TextFile) => readonly Finding[],
): readonly Finding[] | Skip {
  return file === undefined ? noPage : check(file)
}
