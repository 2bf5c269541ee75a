import { describe, expect, it } from 'vitest'
import { renderPlot, ticks } from '../../bench/plot.ts'
import { sampleResults } from './samples.ts'

describe('the plot', () => {
  const svg = renderPlot(sampleResults)

  it('has a bar for what has a limit of the same work, as long as its ratio', () => {
    const widths = Array.from(svg.matchAll(/<rect x="330"[^>]* width="([\d.]+)" height="16"/g), ([, width]) =>
      Number(width),
    )
    const [quick = 0, slow = 0, another = 0] = widths
    expect(widths).toHaveLength(3)
    expect(quick / another).toBeCloseTo(0.625, 2)
    expect(slow / another).toBeCloseTo(1.75, 2)
  })

  it('shows by colour which goals are met', () => {
    const colours = Array.from(svg.matchAll(/height="16" fill="(#\w+)"/g), ([, colour]) => colour)
    const legend = (words: string) => svg.match(new RegExp(`fill="(#\\w+)"/>\\n<text[^>]*>${words}<`))?.[1]
    expect(colours).toEqual([legend('goal met'), legend('goal missed'), legend('no goal')])
  })

  it('names each bar, its limit, its figure and its goal', () => {
    for (const words of [
      'quick &lt;one&gt;',
      'against psql \\copy',
      '0.63 x, goal 0.8 x',
      '1.00 x',
      '2 cores (A &amp; B)',
    ]) {
      expect(svg).toContain(`${words}`)
    }
    expect(svg).not.toContain('postgres spec')
  })

  it('is well-formed: every tag is closed, nothing is left unescaped', () => {
    const tag = /<(?<end>\/)?(?<name>\w+)(?<attributes>(?: [\w-]+="[^"<&]*")*) ?(?<empty>\/)?>/g
    const open: (string | undefined)[] = []
    for (const { groups = {} } of svg.matchAll(tag)) {
      if (groups.end !== undefined) expect(open.pop()).toBe(groups.name)
      else if (groups.empty === undefined) open.push(groups.name)
      expect(groups.attributes).not.toContain('NaN')
    }
    expect(open).toEqual([])
    expect(svg.replaceAll(tag, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
  })

  it('is refused where nothing has a limit', () => {
    const series = sampleResults.series.slice(0, 1)
    expect(() => renderPlot({ ...sampleResults, series })).toThrow('Nothing in the results has a goal')
  })
})

describe('ticks', () => {
  it.each([
    { longest: 1, expected: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] },
    { longest: 2.3, expected: [0, 0.5, 1, 1.5, 2] },
    { longest: 19, expected: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18] },
  ])('up to $longest', ({ longest, expected }) => {
    expect(ticks(longest)).toEqual(expected)
  })
})
