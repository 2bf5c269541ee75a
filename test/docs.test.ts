import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { recordLine, runCheckCommand, runWriteCommand } from 'landfall/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import postgres from '../destinations/postgres/index.ts'
import { listBlocks } from '../src/devkit/documentation/generated-blocks.ts'
import { runKit } from './devkit/run-kit.ts'
import { type Block, type Page, readPages, root } from './docs/pages.ts'
import { createPageDirectory, runShell, withoutVolatile, writePageFile } from './docs/run-block.ts'
import { createTestDatabase, type TestDatabase } from './support/postgres-database.ts'

const pages = readPages()
const blocks = pages.flatMap((page) => page.blocks.map((block) => ({ ...block, page })))

function blocksIn(languages: readonly string[]) {
  return blocks
    .filter(({ language }) => languages.includes(language))
    .map((block) => ({ ...block, place: `${block.page.path}:${block.line}` }))
}

describe('the documentation', () => {
  it.each(pages)('$path has links that lead somewhere', ({ links }) => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = pages.find((page) => page.path === path)
      if (anchor !== undefined) return target?.anchors.has(anchor) !== true
      return !existsSync(`${root}/${path}`)
    })
    expect(broken).toEqual([])
  })

  it('can be reached from its index, page by page', () => {
    const reached = new Set(['docs/index.md'])
    for (const path of reached) {
      for (const link of pages.find((page) => page.path === path)?.links ?? []) {
        const [target = ''] = link.split('#')
        if (target.startsWith('docs/') && target.endsWith('.md')) reached.add(target)
      }
    }
    const all = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'))
    expect([...reached].toSorted()).toEqual(all.toSorted())
  })

  it.each(pages)('$path has one title, and it comes first', ({ text }) => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
    expect(text).toMatch(/^# \S/)
    expect(prose.match(/^# /gm)).toHaveLength(1)
  })

  it.each(blocks.map((block) => ({ ...block, path: block.page.path })))(
    '$path, line $line: the block has a language and a known mark',
    ({ language, mark }) => {
      expect(language).toMatch(/^(sh|json|jsonl|ts|js|sql|yaml|text)$/)
      expect(['file', 'test', 'containers', 'output', 'excerpt', 'grants', undefined]).toContain(mark?.kind)
    },
  )

  it.each(blocksIn(['json', 'jsonl']))('$place is JSON', ({ language, text }) => {
    const documents = language === 'json' ? [text] : text.trim().split('\n')
    for (const document of documents) expect(() => JSON.parse(document)).not.toThrow()
  })

  it.each(blocksIn(['ts', 'sql', 'yaml', 'js', 'text']).filter(({ mark }) => mark?.kind === 'excerpt'))(
    '$place is in the file that it comes from',
    ({ mark, text }) => {
      expect(readFileSync(`${root}/${mark?.value}`, 'utf8')).toContain(text.trimEnd())
    },
  )
})

describe('TypeScript on the pages', () => {
  const directory = `${root}/.tmp/docs/types`

  it('is checked by the compiler, with the rules of this repository', { timeout: 120_000 }, () => {
    rmSync(directory, { recursive: true, force: true })
    // What TypeScript imports besides TypeScript lies beside it.
    const files = blocksIn(['ts', 'json']).flatMap((block) => {
      const name = fileNameOf(block)
      return name === undefined ? [] : [{ ...block, name }]
    })
    expect(files.length).toBeGreaterThan(0)
    for (const { page, name, text } of files) {
      const folder = `${directory}/${page.path.replaceAll('/', '-')}`
      mkdirSync(dirname(`${folder}/${name}`), { recursive: true })
      writeFileSync(`${folder}/${name}`, text)
    }
    const config = {
      extends: `${root}/tsconfig.json`,
      compilerOptions: { rootDir: root },
      include: ['**/*.ts'],
    }
    writeFileSync(`${directory}/tsconfig.json`, JSON.stringify(config))
    const compiler = `${root}/node_modules/typescript/bin/tsc`
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', directory], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })

  it.each(blocksIn(['ts']))('$place is a file or an excerpt of one', ({ mark }) => {
    expect(['file', 'excerpt']).toContain(mark?.kind)
  })
})

describe('commands on the pages', () => {
  let database: TestDatabase
  let connection: { readonly [key: string]: unknown } = {}

  beforeAll(async () => {
    database = await createTestDatabase()
    const { host, port, username, password, database: name, ssl } = database.config
    connection = { host, port, username, password, database: name, ssl }
  })
  afterAll(() => database?.[Symbol.asyncDispose]())

  const runnable = pages.filter((page) => page.blocks.some(({ mark }) => mark?.kind === 'test'))

  it('are on the pages where a newcomer looks for them', () => {
    expect(runnable.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'docs/quick-start.md',
        'docs/guide/sql-module.md',
        'docs/guide/write-a-destination.md',
        'docs/reference/command-line.md',
      ]),
    )
  })

  it.each(runnable)('$path: they do what the page says', { timeout: 120_000 }, (page) => {
    const directory = createPageDirectory(page)
    let output: string | undefined = ''
    for (const block of page.blocks) {
      const name = fileNameOf(block)
      if (name !== undefined) writePageFile(directory, name, block.text, connection)
      if (block.mark?.kind === 'test') output = runTested(directory, block)
      if (block.mark?.kind === 'containers') output = undefined
      if (block.mark?.kind === 'output' && output !== undefined) expectOutput(page, block, output)
    }
  })

  function runTested(directory: string, block: Block): string {
    const expected = Number(/, exit (\d+)$/.exec(block.mark?.value ?? '')?.[1] ?? 0)
    const { code, output } = runShell(directory, block.text)
    expect(code, `${block.text}\n${output}`).toBe(expected)
    return output
  }

  function expectOutput(page: Page, block: Block, output: string): void {
    expect(withoutVolatile(output), `${page.path}:${block.line}`).toBe(withoutVolatile(block.text))
  }
})

describe('the example of the README', () => {
  it('is what a sync of its two messages does', () => {
    const readme = findPage('README.md')
    const quickStart = findPage('docs/quick-start.md')
    const directory = createPageDirectory(readme)
    for (const name of ['config.json', 'catalog.json', 'select.js']) {
      writeFileSync(`${directory}/${name}`, findFile(quickStart, name))
    }
    writeFileSync(`${directory}/messages.jsonl`, findFile(readme, 'messages.jsonl'))
    const sync = 'destination-duckdb write --config config.json --catalog catalog.json < messages.jsonl'
    const stateLine = readme.blocks.at(-1)?.text ?? ''
    expect(runShell(directory, sync).output.split('\n')).toContain(stateLine.trim())
    for (const table of ['airbyte_internal.main_raw__stream_users', 'main.users']) {
      const row = JSON.parse(runShell(directory, `node select.js 'FROM ${table}'`).output)
      expect(readTable(readme, table)).toEqual(showRow(row))
    }
  })

  function findPage(path: string): Page {
    const page = pages.find((candidate) => candidate.path === path)
    if (page === undefined) throw new Error(`there is no page ${path}`)
    return page
  }

  function findFile({ blocks, path }: Page, name: string): string {
    const block = blocks.find(({ mark }) => mark?.kind === 'file' && mark.value === name)
    if (block === undefined) throw new Error(`${path} has no file ${name}`)
    return block.text
  }

  /** First and last cell of each row of the Markdown table that follows the table's name. */
  function readTable({ text }: Page, name: string): readonly (readonly string[])[] {
    const [, table = ''] = /\n\n(\|[\s\S]*?)\n\n/.exec(text.slice(text.indexOf(`\`${name}\``))) ?? []
    const rows = table.split('\n').slice(2)
    return rows.map((row) => {
      const cells = row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').replaceAll('`', ''))
      return [cells[0] ?? '', withoutVolatile(hideTime(cells[0], cells.at(-1) ?? ''))]
    })
  }

  function showRow(row: { readonly [column: string]: string | null }): readonly (readonly string[])[] {
    return Object.entries(row).map(([column, value]) => [
      column,
      withoutVolatile(hideTime(column, value ?? 'NULL')),
    ])
  }

  function hideTime(column: string | undefined, value: string): string {
    return column === '_airbyte_loaded_at' ? 'TIME' : value
  }
})

describe('the generated parts of pages', () => {
  it('are as `landfall docs generate` writes them', async () => {
    const { exitCode, stdout, stderr } = await runKit(['docs', 'generate', '--check'], { cwd: root })
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  it.each(['duckdb', 'postgres'])('hold the fields of %s', (name) => {
    const page = readFileSync(`${root}/docs/reference/configuration.md`, 'utf8')
    expect(listBlocks(page)).toContainEqual(
      expect.objectContaining({ kind: 'configuration', argument: name }),
    )
  })
})

describe('the grants of the PostgreSQL page', () => {
  const page = pages.find(({ path }) => path === 'docs/destinations/postgres.md')
  const grants = (page?.blocks ?? []).filter(({ mark }) => mark?.kind === 'grants')

  it('are there', () => {
    expect(grants.map(({ mark }) => mark?.value)).toEqual(['create schemas', 'use schemas'])
  })

  it.each(grants)('are enough: $mark.value', async ({ text }) => {
    await using database = await createTestDatabase()
    const role = `landfall_${database.name}`
    await database.query(text.replaceAll('warehouse', database.name).replaceAll('landfall', role))
    const config = { ...database.config, schema: 'shop', username: role, password: 'secret' }
    const check = await runCheckCommand(postgres, config)
    expect(check.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    for (const id of [1, 2]) {
      const run = await runWriteCommand(postgres, { config, catalog, input: [recordLine(stream, { id })] })
      expect(run.errorMessage).toBeUndefined()
    }
    expect(await database.query('SELECT id FROM shop.users ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
  })

  const stream = { name: 'users' }
  const catalog = {
    streams: [
      {
        stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
        sync_mode: 'incremental',
        destination_sync_mode: 'append_dedup',
        primary_key: [['id']],
      },
    ],
  }
})

/** The name under which a block is written: its own, or that of the whole file that it shows. */
function fileNameOf({ mark, text }: Block): string | undefined {
  if (mark?.kind === 'file') return mark.value
  if (mark?.kind !== 'excerpt' || readFileSync(`${root}/${mark.value}`, 'utf8') !== text) return undefined
  return /^test\/destination\//.test(mark.value) ? mark.value.split('/').at(-1) : undefined
}
