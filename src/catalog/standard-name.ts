/**
 * The Java framework's name rule: letters without their accents, digits and underscores. A run of blanks
 * becomes one underscore, every other character one each; the result may be empty.
 */
export function standardName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ \t\n\v\f\r]+/g, '_')
    .replace(/[^A-Za-z0-9_]/gu, '_')
}
