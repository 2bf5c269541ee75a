import { describeGoal } from './goal.ts'
import type { Results } from './results.ts'
import { type Summary, summarize } from './statistics.ts'

/** A row of the plot. */
type Bar = {
  readonly name: string
  readonly limit: string
  readonly ratio: number
  readonly minimum: number
  readonly maximum: number
  readonly goal: number | undefined
  /** Undefined where there is no goal. */
  readonly isGoalMet: boolean | undefined
}

/**
 * An SVG of the times as multiples of their limits': a bar per row, a line for the limits, a mark for each goal,
 * a thin line for the spread. It shows the rows with a goal of that sort, and those that share their limits.
 */
export function renderPlot({ series, rows, runs, date, environment }: Results): string {
  const bars = chooseBars(series.map((one) => summarize(one, series)))
  if (bars.length === 0) throw new Error('Nothing in the results has a goal that is a multiple of a limit.')
  const longest = Math.min(
    longestShown,
    Math.max(1, ...bars.map(({ ratio, maximum, goal = 0 }) => Math.max(ratio, maximum, goal))),
  )
  const scale = (ratio: number) => left + Math.min(1, ratio / longest) * plotWidth
  const height = top + bars.length * rowHeight + bottom
  const rounds = runs === 1 ? 'one round' : `median of ${runs} rounds`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>Time against the limit, ${rows} records, ${rounds}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(
      margin,
      22,
      'Time as a multiple of what the database itself needs (shorter is better)',
      'font-size="15"',
    ),
    text(
      margin,
      42,
      `${rows} records, ${rounds}, ${date.slice(0, 10)}. ${environment[0] ?? ''}`,
      `fill="${colours.note}"`,
    ),
    ...ticks(longest).flatMap((ratio) => renderTick(ratio, scale(ratio), height)),
    ...bars.flatMap((bar, index) => renderBar(bar, top + index * rowHeight, scale)),
    ...renderLegend(height - 14),
    '</svg>',
    '',
  ].join('\n')
}

const width = 920
const margin = 16
const left = 330
const plotWidth = 500
const top = 80
const rowHeight = 34
const bottom = 44
const barHeight = 16
/** For the longest text behind a bar. */
const figureWidth = 120

/** Longer bars end at the edge; their number says how long they are. */
const longestShown = 6

const colours = {
  met: '#2f7d5b',
  missed: '#c2703d',
  none: '#6b8cae',
  limit: '#222222',
  goal: '#8a1c4a',
  grid: '#dddddd',
  note: '#666666',
} as const

function chooseBars(summaries: readonly Summary[]): readonly Bar[] {
  const limits = new Set(
    summaries.flatMap(({ entry }) => (entry.goal?.kind === 'times' ? [entry.limit] : [])),
  )
  return summaries.filter(({ entry }) => limits.has(entry.limit)).flatMap(toBar)
}

function toBar({ entry, timeRatio, isGoalMet }: Summary): readonly Bar[] {
  const { name, limit, goal } = entry
  if (limit === undefined || timeRatio === undefined) return []
  const { median: ratio, minimum, maximum } = timeRatio
  const goalRatio = goal?.kind === 'times' ? goal.maximum : undefined
  return [{ name, limit, ratio, minimum, maximum, goal: goalRatio, isGoalMet }]
}

/** At round numbers, and never so many that their labels meet. */
export function ticks(longest: number): readonly number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
  const step = steps.find((candidate) => longest / candidate <= 10) ?? longest
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, index) =>
    Number((index * step).toFixed(1)),
  )
}

function renderTick(ratio: number, x: number, height: number): readonly string[] {
  const isLimit = ratio === 1
  const end = height - bottom + 6
  return [
    line(x, top - 8, x, end, `stroke="${isLimit ? colours.limit : colours.grid}"`),
    text(x, top - 12, String(ratio), `text-anchor="middle" fill="${colours.note}"`),
  ]
}

function renderBar(bar: Bar, y: number, scale: (ratio: number) => number): readonly string[] {
  const colour = bar.isGoalMet === undefined ? colours.none : bar.isGoalMet ? colours.met : colours.missed
  const middle = y + barHeight / 2
  const goal =
    bar.goal === undefined
      ? []
      : [
          line(
            scale(bar.goal),
            y - 4,
            scale(bar.goal),
            y + barHeight + 4,
            `stroke="${colours.goal}" stroke-width="2"`,
          ),
        ]
  return [
    text(left - 10, y + 8, bar.name, 'text-anchor="end"'),
    text(
      left - 10,
      y + 21,
      `against ${bar.limit}`,
      `text-anchor="end" font-size="10" fill="${colours.note}"`,
    ),
    `<rect x="${left}" y="${y}" width="${round(scale(bar.ratio) - left)}" height="${barHeight}" fill="${colour}"/>`,
    line(
      scale(bar.minimum),
      middle,
      scale(bar.maximum),
      middle,
      `stroke="${colours.limit}" stroke-opacity="0.6"`,
    ),
    ...goal,
    renderFigure(bar, middle + 4, scale),
  ]
}

/** Behind the bar where there is room, else in it. */
function renderFigure(bar: Bar, y: number, scale: (ratio: number) => number): string {
  const goal = bar.goal === undefined ? '' : `, goal ${describeGoal({ kind: 'times', maximum: bar.goal })}`
  const words = `${bar.ratio.toFixed(2)} x${goal}`
  const end = scale(Math.max(bar.ratio, bar.maximum, bar.goal ?? 0))
  return end + figureWidth <= width
    ? text(end + 8, y, words, `font-size="11" fill="${colours.limit}" ${halo}`)
    : text(left + 8, y, words, 'font-size="11" fill="#ffffff"')
}

function renderLegend(y: number): readonly string[] {
  const items = [
    { colour: colours.met, words: 'goal met' },
    { colour: colours.missed, words: 'goal missed' },
    { colour: colours.none, words: 'no goal' },
    { colour: colours.goal, words: 'the goal' },
    { colour: colours.limit, words: 'the limit' },
  ]
  return items.flatMap(({ colour, words }, index) => {
    const x = left + index * 105
    return [`<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${colour}"/>`, text(x + 15, y, words)]
  })
}

/** Keeps the lines of the grid out of a text. */
const halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeXml(words)}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${attributes}/>`
}

function round(value: number): number {
  return Number(value.toFixed(1))
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
