import { DestinationError } from '../errors.ts'
import { isObject } from '../util/is-object.ts'

/** What templates may name: `{{ config.host }}` is the member `host` of the value `config`. */
export type TemplateValues = { readonly [name: string]: unknown }

const placeholder = /\{\{\s*([A-Za-z0-9_.]+)\s*\}\}/g

/** Names that a template uses, for a check before anything runs. */
export function placeholdersOf(template: string): readonly string[] {
  return Array.from(template.matchAll(placeholder), ([, name = '']) => name)
}

/**
 * A text with its placeholders filled in. There are no expressions: what is between the braces is a name. A
 * member that the configuration leaves out is an empty text.
 * @throws DestinationError for a name that does not exist, which is a fault of the manifest
 */
export function interpolate(template: string, values: TemplateValues): string {
  return template.replace(placeholder, (_, name: string) => {
    const value = lookUp(name, values)
    return value === undefined || value === null ? '' : String(value)
  })
}

/** The same; a template that is one placeholder and nothing else gives the value itself, numbers as numbers. */
export function interpolateValue(template: unknown, values: TemplateValues): unknown {
  if (typeof template !== 'string') return template
  const whole = /^\{\{\s*([A-Za-z0-9_.]+)\s*\}\}$/.exec(template)
  return whole?.[1] === undefined ? interpolate(template, values) : lookUp(whole[1], values)
}

function lookUp(name: string, values: TemplateValues): unknown {
  const [first = '', ...members] = name.split('.')
  if (!(first in values)) {
    throw new DestinationError(
      'INTERNAL',
      `The manifest uses \`{{ ${name} }}\`, which means nothing in this place. It may use ${Object.keys(
        values,
      )
        .map((known) => `\`${known}\``)
        .join(', ')}.`,
    )
  }
  return members.reduce<unknown>(
    (value, member) => (isObject(value) ? value[member] : undefined),
    values[first],
  )
}
