import { errorCodes, type FailureType } from '../../errors.ts'
import { listHeadings, sectionText } from './markdown.ts'

const actors: { readonly [type in FailureType]: string } = {
  config_error: 'the user',
  transient_error: 'nobody: it may pass',
  system_error: 'the developers',
}

/**
 * Every code of the registry with the first sentence of its section on the same page.
 * @throws RangeError where the page has no section for a code
 */
export function errorTable(page: string): string {
  const headings = listHeadings(page)
  const rows = Object.entries(errorCodes).map(([code, failureType]) => {
    const heading = headings.find(({ text }) => text === code)
    if (heading === undefined) throw new RangeError(`there is no section \`### ${code}\``)
    const meaning = firstSentence(sectionText(page, heading))
    return `| [\`${code}\`](#${code.toLowerCase()}) | ${actors[failureType]} | ${meaning} |`
  })
  return ['| Code | Who must act | What happened |', '|---|---|---|', ...rows].join('\n')
}

/** Of the first paragraph that is not the line of the failure type. */
function firstSentence(section: string): string {
  const paragraphs = section.split(/\n\s*\n/).map((text) => text.trim().replaceAll('\n', ' '))
  const paragraph = paragraphs.find((text) => text !== '' && !text.startsWith('Failure type:')) ?? ''
  return (/^.*?[.!?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph).replaceAll('|', '\\|')
}
