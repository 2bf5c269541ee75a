import { describe, expect, it } from 'vitest'
import { addChangelogRow, parseChangelog } from '../../../src/devkit/documentation/changelog.ts'

const table = `# X

## Changelog

<details>
<summary>Expand to review</summary>

Version | Date | Pull Request | Subject
:--- | :--- | :--- | :---
1.2.0-rc.1 | 2026-01-02 | | A candidate, without a link
| 1.1.0 | 2026-01-01 | [1](https://a/1), [2](https://b/2) | A \\| bar |
not a version | 2025 | x | y

</details>
`

describe('parseChangelog', () => {
  it('reads every row, however it is written', () => {
    expect(parseChangelog(table)).toEqual({
      headingLine: 3,
      separatorLine: 9,
      rows: [
        {
          version: '1.2.0-rc.1',
          date: '2026-01-02',
          pullRequest: '',
          subject: 'A candidate, without a link',
          line: 10,
        },
        {
          version: '1.1.0',
          date: '2026-01-01',
          pullRequest: '[1](https://a/1), [2](https://b/2)',
          subject: 'A | bar',
          line: 11,
        },
        { version: 'not a version', date: '2025', pullRequest: 'x', subject: 'y', line: 12 },
      ],
    })
  })

  it.each([
    { page: '# X\n', headingLine: undefined },
    { page: '# X\n\n### CHANGELOG\n\nNothing yet.\n', headingLine: 3 },
    { page: '# X\n\n```md\n## Changelog\n|---|---|\n```\n', headingLine: undefined },
  ])('finds no rows in $page', ({ page, headingLine }) => {
    expect(parseChangelog(page)).toEqual({ rows: [], separatorLine: undefined, headingLine })
  })
})

describe('addChangelogRow', () => {
  const row = { date: '2026-03-01', pullRequest: '#3', subject: 'Change.' }
  const versions = (page: string) => parseChangelog(page).rows.map(({ version }) => version)

  it.each([
    { version: '1.2.0', expected: ['1.2.0', '1.2.0-rc.1', '1.1.0', 'not a version'] },
    { version: '1.1.1', expected: ['1.2.0-rc.1', '1.1.1', '1.1.0', 'not a version'] },
    { version: '1.0.0', expected: ['1.2.0-rc.1', '1.1.0', '1.0.0', 'not a version'] },
  ])('puts $version into its place', ({ version, expected }) => {
    expect(versions(addChangelogRow(table, { ...row, version }))).toEqual(expected)
  })

  it.each([
    '# X\n\nText.\n',
    '# X\n\n## Changelog\n',
    '# X\n\n## Changelog\n\n| Version | Date |\n|---|---|\n',
  ])('makes what is missing in %j', (page) => {
    const added = addChangelogRow(page, { ...row, version: '1.0.0' })
    expect(parseChangelog(added).rows).toMatchObject([{ version: '1.0.0', ...row }])
    expect(added).toMatch(/[^\n]\n$/)
  })
})
