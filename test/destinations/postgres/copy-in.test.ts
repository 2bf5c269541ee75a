import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { CopyFrames, type CopyPart, FramePool } from '../../../destinations/postgres/copy-frames.ts'
import { copyDataHeaderBytes, copyIn, sealCopyData } from '../../../destinations/postgres/copy-in.ts'
import { sql } from '../../../src/sql/sql.ts'
import { caught } from '../../support/caught.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

const statement = sql`COPY t FROM STDIN`

describe.each(postgresVersions)('COPY over the wire of PostgreSQL %s', (version) => {
  let database: TestDatabase
  let client: pg.Client

  beforeAll(async () => {
    database = await createTestDatabase(version)
    await database.query('CREATE TABLE t (a int, b text)')
    client = new pg.Client({ ...database.address, database: database.name })
    client.on('error', () => {})
    await client.connect()
  })

  afterAll(async () => {
    await client.end()
    await database[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    await database.query('TRUNCATE t')
  })

  const countRows = async () => (await client.query('SELECT count(*) FROM t')).rows[0].count

  it.each([0, 1, 3, 5000])('writes %i messages and returns the count of the command tag', async (count) => {
    expect(await copyIn(client, statement, linesOf(count))).toBe(count)
    expect(await countRows()).toBe(String(count))
  })

  it('does not mind where a message ends', async () => {
    const text = '1\tone\n2\ttwo\n'
    const messages = [...text].map((character) => messageOf(character))
    expect(await copyIn(client, statement, messages)).toBe(2)
  })

  it('asks the producer for no more than the server takes', async () => {
    await database.query(`CREATE TABLE slow (a int, b text)`)
    await database.query(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$`)
    await database.query('CREATE TRIGGER dawdle BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION dawdle()')
    let produced = 0
    function* counted() {
      for (const message of linesOf(100_000, 'x'.repeat(10_000))) {
        produced += 1
        yield message
      }
    }
    const cancelled = expect(copyIn(client, sql`COPY slow FROM STDIN`, counted())).rejects.toMatchObject({
      code: '57014',
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await database.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY slow%'`)
    await cancelled
    // The rest of 1 GB: some MB of it lie in the buffers of two sockets.
    expect(produced).toBeLessThan(5000)
  })

  it('rolls back when the producer fails, whose error is thrown', async () => {
    function* failing() {
      yield* linesOf(100)
      throw new Error('no more')
    }
    await expect(copyIn(client, statement, failing())).rejects.toThrow('no more')
    expect(await countRows()).toBe('0')
  })

  it('stops producing when the server refuses a row, and says which one', async () => {
    let produced = 0
    function* longAfterTheError() {
      yield* linesOf(2)
      yield messageOf('not a number\tx\n')
      for (const message of linesOf(100_000, 'x'.repeat(1000))) {
        produced += 1
        yield message
      }
    }
    const copying = copyIn(client, statement, longAfterTheError())
    await expect(copying).rejects.toMatchObject({
      code: '22P02',
      where: expect.stringContaining('COPY t, line 3'),
    })
    expect(produced).toBeLessThan(100_000)
    expect(await copyIn(client, statement, linesOf(7))).toBe(7)
    expect(await countRows()).toBe('7')
  })

  it('gives the memory of each part back when the socket is done with it', async () => {
    let lent = 0
    function* lending() {
      for (const { bytes } of linesOf(1000, 'x'.repeat(10_000))) {
        lent += 1
        yield {
          bytes,
          release: () => {
            lent -= 1
          },
        }
      }
    }
    expect(await copyIn(client, statement, lending())).toBe(1000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(lent).toBe(0)
  })

  it('leaves no memory of the batch with the socket of a COPY that was refused', async () => {
    const other = new pg.Client({ ...database.address, database: database.name })
    other.on('error', () => {})
    await other.connect()
    function* refusedAtOnce() {
      yield messageOf('not a number\tx\n')
      for (;;) yield { bytes: messageOf(`1\t${'x'.repeat(50_000_000)}\n`).bytes }
    }
    await expect(copyIn(other, statement, refusedAtOnce())).rejects.toMatchObject({ code: '22P02' })
    expect(other.connection.stream.destroyed).toBe(true)
    await expect(other.query('ROLLBACK')).rejects.toThrow()
  })

  // Half of it would stay with the server, which then takes the next statement for the other half.
  it('sends messages whole or not at all where large records stand behind a refused one', async () => {
    const lines = [
      Buffer.from('not a number\tx\n'),
      ...Array(60).fill(Buffer.from(`1\t${'x'.repeat(140_000)}\n`)),
    ]
    const pool = new FramePool()
    function* refused() {
      const frames = new CopyFrames(pool)
      for (const line of lines) {
        frames.append(line)
        yield* frames.take()
      }
      yield* frames.finish()
    }
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const other = new pg.Client({ ...database.address, database: database.name })
      other.on('error', () => {})
      await other.connect()
      await expect(copyIn(other, statement, refused())).rejects.toMatchObject({ code: '22P02' })
      const next = other.query('SELECT 1').then(
        () => 'answered',
        () => 'closed',
      )
      const silence = new Promise((resolve) => setTimeout(resolve, 5000, 'no answer'))
      expect(await Promise.race([next, silence])).toMatch(/answered|closed/)
      other.connection.stream.destroy()
    }
  })

  it('fails when the statement itself is refused', async () => {
    await expect(copyIn(client, sql`COPY no_such_table FROM STDIN`, linesOf(1))).rejects.toMatchObject({
      code: '42P01',
    })
    expect(await countRows()).toBe('0')
  })

  describe('in a transaction of its own', () => {
    const commit = sql`COMMIT`
    const before = [sql`SET application_name = 'loading'`, sql`BEGIN`]

    it('is one message, and counts the rows of the COPY alone', async () => {
      const sent = vi.spyOn(client.connection, 'query')
      const after = [sql`INSERT INTO t VALUES (-1, 'beside it'), (-2, 'too')`, sql`SELECT 1`, commit]
      expect(await copyIn(client, statement, linesOf(3), { before, after })).toBe(3)
      expect(sent).toHaveBeenCalledTimes(1)
      sent.mockRestore()
      expect(await countRows()).toBe('5')
      const { rows } = await client.query('SHOW application_name')
      expect(rows).toEqual([{ application_name: 'loading' }])
    })

    it.each([
      { name: 'after it', before, after: [sql`INSERT INTO t VALUES (1 / 0, '')`, commit], code: '22012' },
      { name: 'before it', before: [...before, sql`SELECT 1 / 0`], after: [commit], code: '22012' },
    ])('names the statement $name that fails, and keeps nothing', async ({ before: first, after, code }) => {
      const error = await caught(() => copyIn(client, statement, linesOf(3), { before: first, after }))
      expect(error).toMatchObject({
        message: expect.stringContaining('Running a statement failed'),
        detail: expect.stringMatching(new RegExp(`${code}[^]*1 / 0`)),
      })
      await client.query('ROLLBACK')
      expect(await countRows()).toBe('0')
    })

    it('leaves an error of the COPY to the caller', async () => {
      const rows = [messageOf('1\tone\n'), messageOf('not a number\tx\n')]
      const copying = copyIn(client, statement, rows, { before, after: [commit] })
      await expect(copying).rejects.toMatchObject({
        code: '22P02',
        where: expect.stringContaining('line 2'),
      })
      await client.query('ROLLBACK')
      expect(await countRows()).toBe('0')
    })
  })

  it('fails when the connection breaks while the socket is full', async () => {
    const other = new pg.Client({ ...database.address, database: database.name })
    other.on('error', () => {})
    await other.connect()
    function* endless() {
      for (;;) yield* linesOf(1000, 'x'.repeat(1000))
    }
    const copying = copyIn(other, statement, endless())
    const killing = new Promise((resolve) => setTimeout(resolve, 100)).then(() =>
      database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY t%'`),
    )
    await expect(copying).rejects.toThrow(/terminat|ECONNRESET|EPIPE/)
    await killing
    expect(await countRows()).toBe('0')
  })
})

function messageOf(text: string): CopyPart {
  return {
    bytes: sealCopyData(Buffer.concat([Buffer.alloc(copyDataHeaderBytes), Buffer.from(text)])),
    release: () => {},
  }
}

function* linesOf(count: number, text = 'row'): Iterable<CopyPart> {
  for (let index = 0; index < count; index += 1) yield messageOf(`${index}\t${text}\n`)
}
