import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stagePath } from './copy.ts'
import { Engine } from './engine.ts'
import { decodeName, encodeName } from './identifiers.ts'
import type { SessionEngine } from './session-engine.ts'

/** A double that lets wrong statements pass would prove nothing. */
describe('the double of Snowflake', () => {
  let engine: Engine
  let session: SessionEngine

  const run = (text: string, by: SessionEngine = session) => by.execute(text, '')
  const cell = async (text: string, by: SessionEngine = session) => (await run(text, by)).rows[0]?.[0]
  const count = (by: SessionEngine = session) => cell('SELECT COUNT(*) FROM "s"."t"', by)

  beforeEach(async () => {
    engine = await Engine.open()
    session = await engine.openSession()
    await run('CREATE SCHEMA IF NOT EXISTS "s"')
    await run('CREATE TABLE "s"."t" ("a" NUMBER(38, 0) NOT NULL, "A" TEXT, "v" VARIANT)')
  })

  afterEach(async () => {
    await session.close()
    await engine[Symbol.asyncDispose]()
  })

  it.each([
    ['a function that it does not know', `SELECT LEVENSHTEIN("A", 'x') FROM "s"."t"`, '002140'],
    ['TRY_CAST of what is no text', 'SELECT TRY_CAST("a" AS FLOAT) FROM "s"."t"', '001065'],
    ['TRY_CAST of a VARIANT', 'SELECT TRY_CAST("v" AS FLOAT) FROM "s"."t"', '001065'],
    ['a type that it does not know', 'SELECT CAST("A" AS JSONB) FROM "s"."t"', '001065'],
    ['a table that is not there', 'SELECT COUNT(*) FROM "s"."T"', '002003'],
    ['a table that is there already', 'CREATE TABLE "s"."t" ("a" TEXT)', '002002'],
    ['NULL in a column that takes none', 'INSERT INTO "s"."t" ("a") SELECT NULL', '100072'],
    ['a variable that was not set', 'SELECT TO_TIMESTAMP_TZ($NOTHING)', '002211'],
    ['DDL of another database', 'CREATE INDEX "i" ON "s"."t" ("a")', '001003'],
    ['a statement that it does not know', 'CALL "s"."p"()', '001003'],
  ])('refuses %s', async (_title, text, code) => {
    await run('INSERT INTO "s"."t" ("a") SELECT 1')
    await expect(run(text)).rejects.toMatchObject({ code })
  })

  it('keeps names apart that differ only in case, and folds those without quotes', async () => {
    await run(`INSERT INTO "s"."t" ("a", "A") SELECT 1, 'upper'`)
    expect(await cell('SELECT "A" FROM "s"."t"')).toBe('upper')
    expect(await cell('SELECT a FROM "s"."t"')).toBe('upper')
    for (const name of ['users', 'USERS', 'Users', 'a~1', '日本x', ''])
      expect(decodeName(encodeName(name))).toBe(name)
    expect(
      new Set(['users', 'USERS', 'Users', 'uSERS'].map((name) => encodeName(name).toLowerCase())).size,
    ).toBe(4)
  })

  it('rolls back, but commits before DDL', async () => {
    await run('BEGIN')
    await run('INSERT INTO "s"."t" ("a") SELECT 1')
    await run('ROLLBACK')
    expect(await count()).toBe('0')
    await run('BEGIN')
    await run('INSERT INTO "s"."t" ("a") SELECT 1')
    await run('CREATE TABLE "s"."other" ("a" TEXT)')
    await run('ROLLBACK')
    expect(await count()).toBe('1')
  })

  it('rolls back what a session leaves open, and lets the next one write', async () => {
    const other = await engine.openSession()
    await run('BEGIN', other)
    await run('INSERT INTO "s"."t" ("a") SELECT 1', other)
    const waiting = run('INSERT INTO "s"."t" ("a") SELECT 2')
    await other.close()
    await waiting
    expect(await cell('SELECT "a" FROM "s"."t"')).toBe('2')
  })

  it('swaps tables with their columns', async () => {
    await run('CREATE TABLE "s"."u" ("b" TEXT)')
    await run('ALTER TABLE "s"."t" SWAP WITH "s"."u"')
    expect(engine.catalog.get('s', 't').columns.map(({ name }) => name)).toEqual(['b'])
    await run(`INSERT INTO "s"."t" ("b") SELECT 'x'`)
    expect(await count()).toBe('1')
  })

  it('loads a file once, unless the load was rolled back', async () => {
    await run(`CREATE STAGE IF NOT EXISTS "s"."stage" ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')`)
    const path = stagePath(engine, ['s', 'stage'], 'p/1.csv.gz')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, gzipSync('1\u001f2024-01-01T00:00:00Z\u001f{"x":1}\u001f{}\n'))
    const format = String.raw`TYPE = CSV COMPRESSION = GZIP FIELD_DELIMITER = '\\x1f' RECORD_DELIMITER = '\\n' ESCAPE_UNENCLOSED_FIELD = NONE`
    const copy = `COPY INTO "s"."t" ("a", "v") FROM (SELECT CAST($1 AS NUMBER(38, 0)), PARSE_JSON($3) FROM @"s"."stage"/p/) FILES = ('1.csv.gz') FILE_FORMAT = (${format}) ON_ERROR = ABORT_STATEMENT PURGE = TRUE`
    await run('BEGIN')
    expect((await run(copy)).rows[0]?.slice(1, 4)).toEqual(['LOADED', '1', '1'])
    await run('ROLLBACK')
    expect(await count()).toBe('0')
    await run(copy)
    expect(await cell(copy)).toBe('Copy executed with 0 files processed.')
    expect(await count()).toBe('1')
  })
})
