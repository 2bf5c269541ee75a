/** What an icon's file says of itself. */
export type Svg = {
  /** Why it is not XML with an `svg` at its root; undefined where it is. */
  readonly problem: string | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  readonly viewBox: { readonly width: number; readonly height: number } | undefined
}

const svgNamespace = 'http://www.w3.org/2000/svg'

/** One token of XML: a comment, an instruction, a section of text, or a tag. */
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?[^>]*>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g

export function readSvg(text: string): Svg {
  const none = { width: undefined, height: undefined, viewBox: undefined }
  const { problem, root } = readXml(text)
  if (problem !== undefined || root === undefined) return { problem: problem ?? 'it has no element', ...none }
  if (root.name !== 'svg') return { problem: `its root is \`${root.name}\`, not \`svg\``, ...none }
  if (root.attributes.get('xmlns') !== svgNamespace) {
    return { problem: `its root needs \`xmlns="${svgNamespace}"\``, ...none }
  }
  const [, , width, height] = (root.attributes.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  return {
    problem: undefined,
    width: readLength(root.attributes.get('width')),
    height: readLength(root.attributes.get('height')),
    viewBox:
      width !== undefined && height !== undefined && width > 0 && height > 0 ? { width, height } : undefined,
  }
}

type Element = { readonly name: string; readonly attributes: ReadonlyMap<string, string> }

/** Whether every element that is opened is closed, and nothing stands outside of the root. */
function readXml(text: string): {
  readonly problem?: string | undefined
  readonly root?: Element | undefined
} {
  const open: string[] = []
  let root: Element | undefined
  let end = 0
  for (const match of text.matchAll(token)) {
    const between = text.slice(end, match.index)
    if (between.includes('<')) return { problem: `it is not XML near ${JSON.stringify(shorten(between))}` }
    end = match.index + match[0].length
    const [, closing, name, attributes, selfClosing] = match
    if (name === undefined) continue
    if (closing === '/') {
      const expected = open.pop()
      if (expected !== name) return { problem: `\`</${name}>\` closes \`<${expected ?? 'nothing'}>\`` }
      continue
    }
    if (open.length === 0 && root !== undefined) return { problem: 'it has two roots' }
    root ??= { name, attributes: readAttributes(attributes ?? '') }
    if (selfClosing !== '/') open.push(name)
  }
  if (text.slice(end).includes('<'))
    return { problem: `it is not XML near ${JSON.stringify(shorten(text.slice(end)))}` }
  return open.length > 0 ? { problem: `\`<${open.at(-1)}>\` is not closed` } : { root }
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = Array.from(
    text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g),
    ([, name = '', double, single]) => [name, double ?? single ?? ''] as const,
  )
  return new Map(pairs)
}

/** Numbers without a unit and in pixels; percentages and other units say nothing about the form. */
function readLength(value: string | undefined): number | undefined {
  const [, number] = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(value ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}

function shorten(text: string): string {
  return text.slice(text.indexOf('<')).slice(0, 30)
}
