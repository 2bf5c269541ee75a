/** `<!-- generated: kind argument -->`, on a line of its own, up to `<!-- /generated -->`. */
const startMark = /^<!-- generated: ([a-z-]+)(?: ([\w-]+))? -->$/
const endMark = '<!-- /generated -->'

export type GeneratedBlock = {
  readonly kind: string
  readonly argument: string | undefined
  /** Of the mark at its beginning, from 1. */
  readonly line: number
  readonly content: string
}

/** The blocks of a page, outside of code. */
export function listBlocks(page: string): readonly GeneratedBlock[] {
  return readParts(page).flatMap((part) => (typeof part === 'string' ? [] : [part]))
}

/** The page with the content of every block as `render` gives it; undefined leaves a block as it is. */
export function fillBlocks(page: string, render: (block: GeneratedBlock) => string | undefined): string {
  return readParts(page)
    .map((part) => {
      if (typeof part === 'string') return part
      const [start] = page.split('\n').slice(part.line - 1)
      return `${start}\n${render(part) ?? part.content}\n${endMark}`
    })
    .join('\n')
}

/** Lines between blocks as they are, and blocks. A mark without an end counts as text. */
function readParts(page: string): readonly (string | GeneratedBlock)[] {
  const lines = page.split('\n')
  const parts: (string | GeneratedBlock)[] = []
  let fence = false
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (line.startsWith('```')) fence = !fence
    const [matched, kind = '', argument] = startMark.exec(line) ?? []
    const end = matched === undefined || fence ? -1 : lines.indexOf(endMark, index)
    if (end < 0) {
      parts.push(line)
      continue
    }
    parts.push({ kind, argument, line: index + 1, content: lines.slice(index + 1, end).join('\n') })
    index = end
  }
  return parts
}
