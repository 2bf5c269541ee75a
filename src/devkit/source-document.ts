import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Finding } from './finding.ts'

export type DocumentPath = readonly (string | number)[]

/** A file that holds the value in another shape, and where in the file each part of it is. */
export type DocumentView = {
  readonly value: unknown
  readonly translate: (path: DocumentPath) => DocumentPath
}

/** A YAML or JSON file with the places of its values: comments and spelling stay when one value is replaced. */
export class SourceDocument {
  /** As a person would type it. */
  readonly path: string
  readonly text: string
  readonly value: unknown
  /** Why the text is not YAML; the value is undefined then. */
  readonly problems: readonly Finding[]
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #view: DocumentView | undefined

  /** Dates stay texts: the core schema of YAML 1.2 has no type for them. */
  constructor(path: string, text: string, view?: DocumentView) {
    this.#view = view
    this.path = path
    this.text = text
    this.#lines = new LineCounter()
    this.#document = parseDocument(text, { lineCounter: this.#lines, version: '1.2', prettyErrors: false })
    this.problems = this.#document.errors.map(({ message, pos }) => ({
      message: `This is not YAML: ${message}. Correct this line.`,
      file: path,
      line: this.#lines.linePos(pos[0]).line,
    }))
    const value: unknown = this.problems.length > 0 ? undefined : this.#document.toJS()
    this.value = view === undefined ? value : view.value
  }

  /** The line of the key or the item; where there is none, that of its nearest parent. */
  lineOf(path: DocumentPath): number {
    let node: unknown = this.#document.contents
    let offset = offsetOf(node) ?? 0
    for (const key of this.#view?.translate(path) ?? path) {
      const step = childOf(node, key)
      if (step === undefined) break
      offset = step.offset ?? offset
      node = step.node
    }
    return this.#lines.linePos(offset).line
  }

  /** A finding about the value behind a path. */
  finding(path: DocumentPath, message: string): Finding {
    return { message, file: this.path, line: this.lineOf(path) }
  }

  /** The text with one plain value replaced, and nothing else. Undefined where the path leads to no plain value. */
  replace(path: DocumentPath, value: string | boolean): string | undefined {
    const node = this.#document.getIn(path, true)
    if (!isScalar(node) || !node.range) return undefined
    const written = typeof value === 'boolean' ? String(value) : quoteLike(this.text[node.range[0]], value)
    return this.text.slice(0, node.range[0]) + written + this.text.slice(node.range[1])
  }

  /** The text with a value set, also where its parents are missing. The whole text is written anew. */
  set(path: DocumentPath, value: unknown): string {
    const copy = this.#document.clone() as Document
    copy.setIn(path, copy.createNode(value))
    return writeYaml(copy)
  }
}

/** One way to write YAML: two spaces, lists indented, no folded lines. */
export function writeYaml(document: Document): string {
  return document.toString({ lineWidth: 0, indent: 2, indentSeq: true })
}

function quoteLike(first: string | undefined, value: string): string {
  if (first === '"') return JSON.stringify(value)
  return first === "'" ? `'${value.replaceAll("'", "''")}'` : value
}

type Child = { readonly node: unknown; readonly offset: number | undefined }

function childOf(node: unknown, key: string | number): Child | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
    return pair && { node: pair.value, offset: offsetOf(pair.key) }
  }
  if (!isSeq(node) || typeof key !== 'number' || node.items[key] === undefined) return undefined
  return { node: node.items[key], offset: offsetOf(node.items[key]) }
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}
