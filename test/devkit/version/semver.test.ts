import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bumpBetween, bumpTypes, bumpVersion } from '../../../src/devkit/version/bump-version.ts'
import {
  compareVersions,
  formatVersion,
  isReleaseCandidate,
  parseVersion,
  type Version,
} from '../../../src/devkit/version/semver.ts'

function parsed(text: string): Version {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(`${text} is no version`)
  return version
}

describe('a version', () => {
  it.each(['1.2', '1.2.3.4', 'v1.2.3', '01.2.3', '1.2.3-', '1.2.3-rc..1', '1.2.3-rc.01', '', 'latest'])(
    '%j is none',
    (text) => {
      expect(parseVersion(text)).toBeUndefined()
    },
  )

  // The order of https://semver.org/#spec-item-11, and more.
  const ordered = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '9.0.0',
    '10.0.0-rc.1',
    '10.0.0',
  ]

  it('is sorted by value, not as text', () => {
    const shuffled = ordered.toReversed().map(parsed)
    expect(shuffled.toSorted(compareVersions).map(formatVersion)).toEqual(ordered)
  })

  it('compares the other way round with the other sign, and equal to itself', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ordered), fc.constantFrom(...ordered), (left, right) => {
        const order = Math.sign(compareVersions(parsed(left), parsed(right)))
        expect(order + Math.sign(compareVersions(parsed(right), parsed(left)))).toBe(0)
        expect(order === 0).toBe(left === right)
      }),
    )
  })

  it.each([
    ['1.0.0-rc.1', true],
    ['1.0.0-rc1', true],
    ['1.0.0-rc', true],
    ['1.0.0-arc.1', false],
    ['1.0.0-preview.rc', false],
    ['1.0.0', false],
  ])('%s is a release candidate: %s', (text, expected) => {
    expect(isReleaseCandidate(parsed(text))).toBe(expected)
  })
})

describe('a bump', () => {
  it.each([
    ['1.2.3', 'patch', '1.2.4'],
    ['1.2.3', 'minor', '1.3.0'],
    ['1.2.3', 'major', '2.0.0'],
    ['1.2.3', 'patch_rc', '1.2.4-rc.1'],
    ['1.2.3', 'minor_rc', '1.3.0-rc.1'],
    ['1.2.3', 'major_rc', '2.0.0-rc.1'],
    ['1.3.0-rc.1', 'rc', '1.3.0-rc.2'],
    ['1.3.0-rc9', 'rc', '1.3.0-rc.10'],
    ['1.3.0-rc.2', 'promote', '1.3.0'],
  ] as const)('%s %s is %s', (before, type, after) => {
    expect(formatVersion(bumpVersion(parsed(before), type))).toBe(after)
  })

  it.each([
    ['1.2.3', 'rc', 'is no release candidate'],
    ['1.2.3', 'promote', 'is no release candidate'],
    ['1.3.0-rc.1', 'minor', 'use rc or promote'],
  ] as const)('%s %s makes no sense', (before, type, reason) => {
    expect(() => bumpVersion(parsed(before), type)).toThrow(reason)
  })

  it('always rises, and says by how much', () => {
    const number = fc.integer({ min: 0, max: 40 })
    fc.assert(
      fc.property(
        number,
        number,
        number,
        fc.constantFrom(...bumpTypes.slice(0, 3)),
        (major, minor, patch, type) => {
          const before = { major, minor, patch, prerelease: [] }
          expect(bumpBetween(before, bumpVersion(before, type))).toBe(type)
          expect(bumpBetween(bumpVersion(before, type), before)).toBe('none')
        },
      ),
    )
  })
})
