import { describe, expect, it } from 'vitest'
import { formatGoals, formatReport } from '../../bench/report.ts'
import { summarizeAll } from '../../bench/results.ts'
import { sampleResults } from './samples.ts'

const summaries = summarizeAll(sampleResults.series)

describe('the table', () => {
  const [head = '', ...rows] = formatReport(summaries)

  it('has a row for each entry', () => {
    expect(rows).toHaveLength(sampleResults.series.length)
  })

  it.each([
    { name: 'psql', part: 'psql \\copy (limit)' },
    { name: 'node', part: 'node -e 0 (limit)' },
    { name: 'quick', part: 'goal 0.8 x, met' },
    { name: 'slow', part: 'goal 1.2 x, missed' },
    { name: 'postgres spec', part: '+60 ms, goal +80 ms, met' },
  ])('says of $name: $part', ({ name, part }) => {
    expect(rows.find((row) => row.startsWith(name))).toContain(part)
  })

  it('calls nothing a limit that nothing is compared with', () => {
    expect(rows.filter((row) => row.includes('(limit)'))).toHaveLength(2)
  })

  it('has every figure under its heading', () => {
    const cells = (name: string) => rows.find((row) => row.startsWith(name)) ?? ''
    const under = (row: string, heading: string, from = 0) => {
      const end = head.indexOf(heading, from) + heading.length
      return row.slice(0, end).split(' ').at(-1)
    }
    const [limit, quick] = [cells('psql'), cells('quick')]
    expect(under(limit, 'seconds')).toBe('3.00')
    expect(under(limit, 'MB/s')).toBe('133')
    expect(under(limit, 'server')).toBe('5.0')
    expect(under(limit, 'WAL MB')).toBe('500')
    expect(under(quick, 'x limit')).toBe('0.63')
    expect(under(quick, 'min-max', head.indexOf('x limit'))).toBe('0.50-0.75')
    expect(under(quick, 'CPU s/GB')).toBe('2.5')
    expect(under(quick, 'MiB')).toBe('100')
  })
})

it('the goals are a table of Markdown', () => {
  expect(formatGoals(summaries)).toEqual([
    '| Work | Against | Goal | Measured | Met |',
    '|---|---|---|---|---|',
    '| quick <one> | psql \\\\copy | 0.8 x | 0.63 x | yes |',
    '| slow one | psql \\\\copy | 1.2 x | 1.75 x | no |',
    '| postgres spec | node -e 0 | +80 ms | +60 ms | yes |',
  ])
})
