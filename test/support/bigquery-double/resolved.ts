import type { Message } from './zetasql-service.ts'

/**
 * One level of ZetaSQL's resolved tree without its wrappers: the fields of the node and of the kinds of
 * nodes that it descends from.
 */
export function readNode(message: unknown): Message {
  const outer = asMessage(message)
  const chosen = outer.node ?? outer.result
  if (typeof chosen === 'string') return readNode(outer[chosen])
  const { parent, ...own } = outer
  return parent === undefined || parent === null ? own : { ...readNode(parent), ...own }
}

/** The name of the innermost node, such as `resolved_create_table_stmt_node`. */
export function readKind(message: unknown): string {
  const outer = asMessage(message)
  const chosen = outer.node ?? outer.result
  if (typeof chosen !== 'string') return ''
  return readKind(outer[chosen]) || chosen
}

export function asMessage(value: unknown): Message {
  return typeof value === 'object' && value !== null ? (value as Message) : {}
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The text of an option that is a literal. */
export function readOption(options: unknown, name: string): string | undefined {
  const option = asList(options)
    .map(asMessage)
    .find((candidate) => candidate.name === name)
  if (option === undefined) return undefined
  const text = asMessage(asMessage(readNode(option.value).value).value).string_value
  return typeof text === 'string' ? text : undefined
}
