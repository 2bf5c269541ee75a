import { styleText } from 'node:util'
import { shorten } from './text-table.ts'

/** Where the demo shows its results: a terminal with one line that moves, or a pipe with plain lines. */
export interface Terminal {
  /** In characters. */
  readonly width: number
  writeLine(text?: string): void
  /** Text that stands out, where colours are wanted. */
  emphasize(text: string): string
  /** Text that stands back, where colours are wanted. */
  dim(text: string): string
  /** Text about something that went wrong. */
  alarm(text: string): string
  /** Replaces the line before on a terminal; elsewhere a line of its own, at most one a second. */
  writeProgress(text: string): void
  /** The last word on what was in progress; always shown. */
  endProgress(text: string): void
}

/** What terminals have where nobody says otherwise. */
const usualWidth = 80

const plainProgressMilliseconds = 1_000

const eraseLine = '\r\u001B[2K'

/** `NO_COLOR` and `FORCE_COLOR` are honoured, as Node does. */
export function createTerminal(output: NodeJS.WriteStream): Terminal {
  const width = (output.isTTY ? output.columns : undefined) || usualWidth
  const style = (format: 'bold' | 'dim' | 'red') => (text: string) =>
    styleText(format, text, { stream: output })
  let lastPlainAt = performance.now()
  const writeLine = (text = '') => void output.write(`${text}\n`)
  return {
    width,
    writeLine,
    emphasize: style('bold'),
    dim: style('dim'),
    alarm: style('red'),
    writeProgress: (text) => {
      if (output.isTTY) {
        output.write(eraseLine + shorten(text, width - 1))
        return
      }
      const now = performance.now()
      if (now - lastPlainAt < plainProgressMilliseconds) return
      lastPlainAt = now
      writeLine(text)
    },
    endProgress: (text) => {
      if (output.isTTY) output.write(eraseLine)
      lastPlainAt = performance.now()
      writeLine(text)
    },
  }
}
