import { type Document, isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { writeYaml } from '../source-document.ts'

/**
 * metadata.yaml in its one form: fields in alphabetical order, two spaces, lists indented. Comments stay with
 * the field below them. Formatting twice changes nothing.
 */
export function formatMetadata(text: string): string {
  const document = parseDocument(text, { version: '1.2' })
  if (document.errors.length > 0) return text
  sortMaps(document, document.contents)
  return writeYaml(document)
}

function sortMaps(document: Document, node: unknown): void {
  if (!isMap(node)) return
  giveCommentToFirst(document, node)
  node.items.sort((left, right) => compare(keyOf(left), keyOf(right)))
  for (const [index, { key, value }] of node.items.entries()) {
    if (isScalar(key)) key.spaceBefore = false
    if (index === 0 && isScalar(key)) key.spaceBefore = false
    sortMaps(document, value)
  }
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
