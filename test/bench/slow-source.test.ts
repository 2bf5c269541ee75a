import { describe, expect, it } from 'vitest'
import { measureStateLatencies } from '../../bench/slow-source.ts'

/** Reads lines; `answer` is JavaScript that sees each state's line, its id and `print`. */
function destination(answer: string) {
  const code = `
    const print = (line) => process.stdout.write(line + '\\n')
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (!line.startsWith('{"type":"STATE"')) return
      const id = JSON.parse(line).state.id
      ${answer}
    })`
  return { command: process.execPath, arguments: ['-e', code] }
}

const records = Array.from({ length: 5 }, (_, index) => `{"type":"RECORD","record":{"data":{"id":${index}}}}`)

function measure(answer: string): Promise<readonly number[]> {
  return measureStateLatencies({ program: destination(answer), records, intervalMilliseconds: 20 })
}

describe('the slow source', () => {
  it('measures every state but the first', async () => {
    const seconds = await measure('setTimeout(() => print(line), id === 3 ? 400 : 0)')
    expect(seconds).toHaveLength(records.length - 1)
    expect(seconds.filter((one) => one >= 0.39).length).toBeGreaterThan(0)
    expect(Math.min(...seconds)).toBeLessThan(0.39)
  })

  it.each([
    { what: 'a state is missing', answer: 'if (id !== 3) print(line)', message: '4 states of 5 came back' },
    { what: 'a state comes twice', answer: 'print(line); if (id === 3) print(line)', message: 'twice: 3' },
    {
      what: 'the destination fails',
      answer: 'print(line); if (id === 2) { console.error("the reason"); process.exit(1) }',
      message: /exit code 1:\nthe reason/,
    },
    {
      what: 'the destination ends at once, without an error',
      answer: 'process.exit(0)',
      message: '0 states of 5 came back',
    },
  ])('fails where $what', async ({ answer, message }) => {
    await expect(measure(answer)).rejects.toThrow(message)
  })
})
