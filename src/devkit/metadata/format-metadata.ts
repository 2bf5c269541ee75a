import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { writeYaml } from '../source-document.ts'

/**
 * metadata.yaml in its one form: fields in alphabetical order, two spaces, lists indented. Comments stay with
 * the field below them. Formatting twice changes nothing.
 */
export function formatMetadata(text: string): string {
  const document = parseDocument(text, { version: '1.2' })
  if (document.errors.length > 0) return text
  sortMaps(document, document.contents, text)
  return writeYaml(document)
}

function sortMaps(document: Document, node: unknown, text: string): void {
  if (!isMap(node)) return
  giveCommentToFirst(document, node)
  for (const [index, pair] of node.items.entries()) giveCommentToNext(pair, node.items[index + 1], text)
  node.items.sort((left, right) => compare(keyOf(left), keyOf(right)))
  for (const { key, value } of node.items) {
    if (isScalar(key)) key.spaceBefore = false
    sortMaps(document, value, text)
  }
}

/**
 * Behind a list that is not indented, the parser takes a comment for the list's. It stands above the next field,
 * and must move with it.
 */
function giveCommentToNext({ key, value }: Pair, next: Pair | undefined, text: string): void {
  if (!isSeq(value) || !value.comment || !isScalar(key) || !isScalar(next?.key)) return
  if (columnOf(value, text) !== columnOf(key, text)) return
  next.key.commentBefore = [value.comment, next.key.commentBefore].filter(Boolean).join('\n')
  value.comment = null
}

function columnOf({ range }: Node, text: string): number {
  const offset = range?.[0] ?? 0
  return offset - text.lastIndexOf('\n', offset - 1)
}

/** The parser gives a comment above the first field to the whole map; it must move with the field. */
function giveCommentToFirst(document: Document, map: YAMLMap): void {
  const [first] = map.items
  if (map === document.contents || !map.commentBefore || !isScalar(first?.key)) return
  first.key.commentBefore = [map.commentBefore, first.key.commentBefore].filter(Boolean).join('\n')
  map.commentBefore = null
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key)
}

function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
