import type { ConformanceCase } from 'landfall/testing'

/** The case as TypeScript that can be put into a file of cases. */
export function printCase(conformanceCase: ConformanceCase): string {
  return JSON.stringify(conformanceCase, null, 2).replace(
    /"(?:[^"\\]|\\.)*x{1000,}(?:[^"\\]|\\.)*"/g,
    (text) => text.replace(/x{1000,}/, (padding) => `" + 'x'.repeat(${padding.length}) + "`),
  )
}
