import fc from 'fast-check'

/**
 * What a `DECIMAL(38, 9)` holds of a number in plain digits: rounded half away from zero at the ninth decimal.
 * Undefined beyond 29 digits before the point.
 */
export function toNineDecimals(isNegative: boolean, whole: string, fraction: string): string | undefined {
  const digits = BigInt(`${whole}${fraction.padEnd(10, '0').slice(0, 10)}`)
  const units = (digits + 5n) / 10n
  if (units >= 10n ** 38n) return undefined
  const text = String(units).padStart(10, '0')
  const sign = isNegative && units > 0n ? '-' : ''
  return `${sign}${text.slice(0, -9)}.${text.slice(-9)}`
}

/** The digits left and right of the point after it moved. */
function shifted(whole: string, fraction: string, exponent: number): readonly [string, string] {
  const zeros = '0'.repeat(80)
  const point = zeros.length + whole.length + exponent
  const digits = `${zeros}${whole}${fraction}${zeros}`
  return [digits.slice(0, point), digits.slice(point)]
}

/** Numbers with exponents, as JSON spells them, and what a `DECIMAL(38, 9)` holds of them. The same ones each time. */
export function exponentCases(count: number): readonly { text: string; value: string | undefined }[] {
  const numbers = fc.record({
    isNegative: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
    fraction: fc.option(fc.stringMatching(/^[0-9]{1,30}$/), { nil: '' }),
    exponent: fc.integer({ min: -45, max: 45 }),
    letter: fc.constantFrom('e', 'E'),
  })
  return fc
    .sample(numbers, { numRuns: count, seed: 2 })
    .map(({ isNegative, whole, fraction, exponent, letter }) => ({
      text: `${isNegative ? '-' : ''}${whole}${fraction && `.${fraction}`}${letter}${exponent}`,
      value: toNineDecimals(isNegative, ...shifted(whole, fraction, exponent)),
    }))
}
