import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkTable } from '../../../src/devkit/documentation/check-table.ts'
import { configurationTable } from '../../../src/devkit/documentation/configuration-table.ts'
import { errorTable } from '../../../src/devkit/documentation/error-table.ts'
import { fillBlocks, listBlocks } from '../../../src/devkit/documentation/generated-blocks.ts'
import { supportMatrix } from '../../../src/devkit/documentation/support-matrix.ts'
import { allChecks } from '../../../src/devkit/qa/all-checks.ts'
import { errorCodes } from '../../../src/errors.ts'
import { SqliteDestination } from '../../destination/sqlite/index.ts'
import { createFolder } from '../connector-folder.ts'
import { goodFiles } from '../qa/connectors.ts'
import { runKit } from '../run-kit.ts'

const page = `# X

<!-- generated: configuration ledger -->
old
<!-- /generated -->

Text.

\`\`\`md
<!-- generated: configuration ledger -->
<!-- /generated -->
\`\`\`

<!-- generated: errors -->
no end
`

describe('generated blocks', () => {
  it('are found outside of code, where they have an end', () => {
    expect(listBlocks(page)).toEqual([{ kind: 'configuration', argument: 'ledger', line: 3, content: 'old' }])
  })

  it('are replaced, and all else stays', () => {
    expect(fillBlocks(page, () => 'new\nlines')).toBe(page.replace('old', 'new\nlines'))
    expect(fillBlocks(page, () => undefined)).toBe(page)
  })
})

describe('the table of a configuration', () => {
  it('has defaults, choices, secrets and branches', () => {
    const field = { description: 'What it is.' }
    const spec = {
      connectionSpecification: {
        required: ['host'],
        properties: {
          host: field,
          port: { ...field, default: 5432 },
          mode: { ...field, enum: ['a', 'b'] },
          ssl: {
            ...field,
            oneOf: [
              {
                description: 'No TLS | plain.',
                required: ['key'],
                properties: { mode: { const: 'off' }, key: { ...field, airbyte_secret: true } },
              },
            ],
          },
        },
      },
    }
    expect(configurationTable(spec)).toBe(
      [
        '| Field | Default | Meaning |',
        '|---|---|---|',
        '| `host` | required | What it is. |',
        '| `port` | `5432` | What it is. |',
        '| `mode` | | What it is. One of `a`, `b`. |',
        '| `ssl` | | What it is. |',
        '| `ssl.mode` = `off` | | No TLS \\| plain. |',
        '| `ssl.key` | required | What it is. Secret. |',
      ].join('\n'),
    )
  })
})

describe('the table of errors', () => {
  const sections = Object.keys(errorCodes).map(
    (code) => `### ${code}\n\nFailure type: \`x\`\n\nIt is ${code}. See\nbelow.\n`,
  )

  it('has every code, with the first sentence of its section', () => {
    const lines = errorTable(sections.join('\n')).split('\n').slice(2)
    expect(lines).toHaveLength(Object.keys(errorCodes).length)
    expect(lines).toContain('| [`TABLE_LOCKED`](#table_locked) | nobody: it may pass | It is TABLE_LOCKED. |')
  })

  it('wants a section for every code', () => {
    expect(() => errorTable(sections.slice(1).join('\n'))).toThrow('### CONFIG_INVALID')
  })
})

describe('the table of checks', () => {
  it('has a row for each', () => {
    const lines = checkTable(allChecks).split('\n').slice(2)
    expect(lines).toHaveLength(allChecks.length)
    expect(lines).toContain('| `icon-square` | assets | The icon is square. |')
  })
})

describe('the support matrix', () => {
  it('says what is lacking, and why', () => {
    const limited = Object.assign(new SqliteDestination(), {
      lacks: { exact_numbers: 'numbers are doubles' },
    })
    const metadata = (name: string) => ({ data: { name, releaseStage: 'generally_available' } })
    const spec = { supported_destination_sync_modes: ['append'], connectionSpecification: {} }
    const matrix = supportMatrix([
      { metadata: metadata('Doubles'), spec, destination: limited },
      { metadata: metadata('Foreign'), spec, destination: undefined },
    ])
    expect(matrix).toContain(
      '| | Doubles | Foreign |\n|---|---|---|\n| Release stage | generally available |',
    )
    expect(matrix).toContain('| Append | yes | yes |')
    expect(matrix).toContain('| Overwrite | no | no |')
    expect(matrix).toContain('| Typed final tables | yes | no |')
    expect(matrix).toMatch(/\| Exact numbers: .* \| no \(1\) \| no \|/)
    expect(matrix).toMatch(/\n\n1\. Doubles: numbers are doubles\.$/)
  })
})

describe('landfall docs generate', () => {
  const withBlock = (mark: string) => ({
    'docs/config.md': `# C\n\n<!-- generated: ${mark} -->\n<!-- /generated -->\n`,
  })

  it('writes what is not up to date, and then finds nothing', async () => {
    const cwd = createFolder(withBlock('configuration'))
    const check = await runKit(['docs', 'generate', '--check'], { cwd })
    expect(check).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('docs/config.md: is not up to date'),
    })
    expect(await runKit(['docs', 'generate'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: 'docs/config.md: written\n',
    })
    expect(readFileSync(join(cwd, 'docs/config.md'), 'utf8')).toContain(
      '| `password` | | Password of the role. Secret. |',
    )
    expect(await runKit(['docs', 'generate', '--check'], { cwd })).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it.each([
    {
      mark: 'weather',
      says: 'docs/config.md:3: `weather` cannot be generated. Known are configuration, support-matrix, errors, checks',
    },
    { mark: 'configuration oracle', says: 'docs/config.md:3: there is no connector `oracle`' },
    { mark: 'errors', says: 'docs/config.md:3: there is no section `### CONFIG_INVALID`' },
  ])('says why it cannot write $mark', async ({ mark, says }) => {
    const { exitCode, stderr } = await runKit(['docs', 'generate'], { cwd: createFolder(withBlock(mark)) })
    expect(exitCode).toBe(3)
    expect(stderr).toContain(says)
  })

  it('says why a connector cannot be loaded', async () => {
    const files = { ...withBlock('support-matrix'), 'index.ts': undefined, 'index.js': 'export default 1\n' }
    const { exitCode, stderr } = await runKit(['docs', 'generate'], { cwd: createFolder(files, goodFiles) })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('does not export a destination by default')
  })
})
