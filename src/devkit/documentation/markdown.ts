export type Heading = {
  /** 1 to 6. */
  readonly level: number
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** Headings with `#`, outside of code blocks. */
export function listHeadings(page: string): readonly Heading[] {
  const headings: Heading[] = []
  let fence: string | undefined
  for (const [index, line] of page.split('\n').entries()) {
    const [mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
    if (mark !== undefined && (fence === undefined || mark.trim().startsWith(fence))) {
      fence = fence === undefined ? mark.trim() : undefined
      continue
    }
    const [, hashes = '', text = ''] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? []
    if (fence === undefined && hashes !== '') headings.push({ level: hashes.length, text, line: index + 1 })
  }
  return headings
}

/** The text between a heading and the next one of its level or above. */
export function sectionText(page: string, heading: Heading): string {
  const next = listHeadings(page).find(({ line, level }) => line > heading.line && level <= heading.level)
  return page
    .split('\n')
    .slice(heading.line, next === undefined ? undefined : next.line - 1)
    .join('\n')
}

/** Links to other files, with their lines; whole addresses and anchors are left out. */
export function listRelativeLinks(
  page: string,
): readonly { readonly target: string; readonly line: number }[] {
  const prose = page.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''))
  return prose.split('\n').flatMap((line, index) =>
    Array.from(line.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({
      target,
      line: index + 1,
    })).filter(({ target }) => !/^([a-z]+:|#|\/)/.test(target)),
  )
}
