import { DestinationError } from '../../errors.ts'

/** The spellings of a connector's name. */
export type ConnectorName = {
  /** `my-lake`: in names of folders, packages and images. */
  readonly slug: string
  /** `My Lake`: for people. */
  readonly title: string
  /** `MyLake`: in names of classes. */
  readonly pascal: string
}

/** Longest name of a secret's label, without `destination-`. https://cloud.google.com/compute/docs/labeling-resources */
const longestSlug = 50

/**
 * `x`, `destination-x` and `X` are the same connector.
 * @throws DestinationError `USAGE` with the rule
 */
export function parseConnectorName(text: string): ConnectorName {
  const trimmed = text.trim().replace(/^destination[- ]/i, '')
  const slug = trimmed
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug) || slug.length > longestSlug) {
    throw new DestinationError(
      'USAGE',
      `\`${text}\` is no name for a connector. Use letters, digits and single hyphens or blanks, begin with a letter, and at most ${longestSlug} characters.`,
    )
  }
  const words = slug.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const isForPeople = /[A-Z ]/.test(trimmed)
  return { slug, title: isForPeople ? trimmed : words.join(' '), pascal: words.join('') }
}
