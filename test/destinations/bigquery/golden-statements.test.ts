import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../support/bigquery-double/engine.ts'
import { ZetaSqlService } from '../../support/bigquery-double/zetasql-service.ts'
import { generator, rawStream } from './connection.ts'

/*
 * What people review is what Google's analyser has seen: each golden file is run, statement by statement, in the
 * order in which a sync would send them.
 */

const directory = fileURLToPath(new URL('../../golden/bigquery/', import.meta.url))
const files = readdirSync(directory).toSorted()

let service: ZetaSqlService

beforeAll(() => {
  service = new ZetaSqlService()
})
afterAll(() => service[Symbol.asyncDispose]())

describe('the reviewed SQL', () => {
  it('is there', () => {
    expect(files).toEqual([
      'append-dedup-without-cursor.sql',
      'append-dedup.sql',
      'append.sql',
      'names.sql',
      'truncate.sql',
    ])
  })

  it.each(files)('%s is GoogleSQL, statement by statement', async (file) => {
    const engine = new Engine(service, 'EU')
    await engine.run('CREATE SCHEMA `airbyte_internal`; CREATE SCHEMA `public`; CREATE SCHEMA `shop`')
    // The files about later syncs start from the tables of a first one.
    if (file === 'truncate.sql')
      for (const script of readScripts('append-dedup.sql').filter(isCreation)) await engine.run(script)
    const scripts = readScripts(file)
    expect(scripts.length).toBeGreaterThan(5)
    for (const script of scripts) {
      if (file === 'truncate.sql' && script.startsWith('SELECT')) await prepareTemporary(engine)
      await engine.run(script).catch((error: unknown) => {
        throw new Error(`${String(error)}\nin\n${script}`)
      })
      if (file === 'truncate.sql' && isReplacement(script)) await prepareTemporary(engine)
    }
  })
})

const isCreation = (script: string) => script.startsWith('CREATE TABLE')

/** What the connector sends: statements alone, and transactions as scripts. */
function readScripts(file: string): readonly string[] {
  const text = readFileSync(`${directory}${file}`, 'utf8').replace(/^-- .*$/gm, '')
  const scripts: string[] = []
  let transaction: string[] | undefined
  for (const statement of text.split(/;\s*?\n\n/).map((part) => part.trim().replace(/;$/, ''))) {
    if (statement === 'BEGIN') transaction = []
    else if (statement === 'COMMIT') {
      scripts.push(`BEGIN TRANSACTION;\nBEGIN\n${transaction?.join(';\n')};\nEND;\nCOMMIT TRANSACTION;`)
      transaction = undefined
    } else if (statement !== '') (transaction ?? scripts).push(statement)
  }
  return scripts
}

function isReplacement(script: string): boolean {
  return script.startsWith('ALTER TABLE') && script.includes('RENAME')
}

async function prepareTemporary(engine: Engine): Promise<void> {
  const key = 'airbyte_internal.shop_raw__stream_Users_airbyte_tmp'
  if (engine.store.tables.has(key)) return
  const stream = rawStream('Users')
  const id = { ...stream.id, rawNamespace: 'airbyte_internal', rawName: 'shop_raw__stream_Users' }
  for (const [statement] of generator.createRawTable({ ...stream, id }, '_airbyte_tmp'))
    await engine.run(String(statement))
}
