import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { redshiftConfigSchema } from '../../../destinations/redshift/config.ts'
import destination from '../../../destinations/redshift/index.ts'
import { RedshiftWarehouse } from '../../../destinations/redshift/warehouse.ts'
import { SimpleBatch } from '../../../src/destination/simple-batch.ts'
import { silentLogger } from '../../../src/logger.ts'
import { caught } from '../../support/caught.ts'
import { findFreePort } from '../../support/free-port.ts'
import { RedshiftDouble } from '../../support/redshift-double/server.ts'
import { streamConfig } from '../../support/stream-config.ts'

const users = { name: 'users', namespace: 'app' }

const catalog = {
  streams: [
    {
      stream: {
        ...users,
        json_schema: {
          type: 'object',
          properties: { id: { type: 'integer' }, text: { type: 'string' }, other: { type: 'string' } },
        },
      },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 7,
    },
  ],
}

type Input = Parameters<typeof runWriteCommand>[1]['input']

let double: RedshiftDouble

afterEach(async () => {
  await double[Symbol.asyncDispose]()
})

const sync = (input: Input, changes: object = {}) =>
  runWriteCommand(destination, { config: { ...double.config, ...changes }, catalog, input, env })

const env = { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.2' }

const stagingWith = (changes: object) => ({
  uploading_method: { ...(double.config.uploading_method as object), ...changes },
})

const lines = (count: number, data: (id: number) => object = () => ({})) => [
  ...Array.from({ length: count }, (_, id) => recordLine(users, { id, text: `text ${id}`, ...data(id) })),
  stateLine(users, 1, count),
  statusLine(users),
]

const ids = async () =>
  (await double.database.query('SELECT id FROM app.users ORDER BY id')).map(({ id }) => Number(id))

const rawCount = async () => {
  const [row] = await double.database.query(
    'SELECT count(*) AS n, count(DISTINCT _airbyte_raw_id) AS ids FROM airbyte_internal.app_raw__stream_users',
  )
  return [Number(row?.n), Number(row?.ids)]
}

const changesOf = async (id: number) => {
  const [row] = await double.database.query(
    `SELECT _airbyte_meta::text AS meta FROM app.users WHERE id = ${id}`,
  )
  return JSON.parse(row?.meta ?? 'null')
}

describe('files in the bucket', () => {
  it('lie in a folder for each batch, are named by the pattern, and are gone after the load', async () => {
    double = await RedshiftDouble.start()
    const run = await sync(
      lines(3),
      stagingWith({ file_name_pattern: '{date:yyyy}-{sync_id}-{part_number}' }),
    )
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    const folder = 'a folder/for tests/app_raw__stream_users/\\d{4}_\\d\\d_\\d\\d_\\d\\d_[0-9a-f-]{36}'
    expect(double.s3.written).toEqual([
      expect.stringMatching(new RegExp(`^${folder}/\\d{4}-7-1\\.csv\\.gz$`)),
      expect.stringMatching(new RegExp(`^${folder}/[0-9a-f-]{36}\\.manifest$`)),
    ])
    expect([...double.s3.objects.keys()]).toEqual([])
    expect(await ids()).toEqual([0, 1, 2])
  })

  it('stay where the configuration says so', async () => {
    double = await RedshiftDouble.start()
    await sync(lines(3), stagingWith({ purge_staging_data: false }))
    expect([...double.s3.objects.keys()]).toHaveLength(2)
  })

  it('are several for a large batch, and rows are counted over all of them', async () => {
    double = await RedshiftDouble.start()
    await using warehouse = await openWarehouse(200)
    const stream = streamConfig()
    const table = { namespace: 'public', name: 'raw' }
    await double.database.query(rawTable)
    const records = Array.from({ length: 9 }, (_, id) => ({
      data: JSON.stringify({ id, text: `"${id}", \\ ` }),
      emittedAt: 0,
    }))
    expect(await warehouse.insertRaw(table, new SimpleBatch(stream, records))).toEqual({
      rowsWritten: 9,
      rejected: [],
    })
    expect(double.s3.written.filter((key) => key.endsWith('.csv.gz')).length).toBeGreaterThan(2)
    const rows = await double.database.query('SELECT _airbyte_data::text AS data FROM public.raw')
    expect(
      rows.map(({ data }) => JSON.parse(data ?? '')).toSorted((left, right) => left.id - right.id),
    ).toEqual(records.map(({ data }) => JSON.parse(data)))
  })

  it('that cannot be deleted are worth a warning', async () => {
    double = await RedshiftDouble.start()
    double.s3.fault = (method) => (method === 'DELETE' ? { status: 403, code: 'AccessDenied' } : undefined)
    const run = await sync(lines(3))
    expect(run).toMatchObject({ exitCode: 0 })
    expect(JSON.stringify(run.messages)).toContain(
      'Files stay behind in the bucket. S3 refused deleting a file',
    )
  })
})

describe('S3', () => {
  it.each([
    { case: 'asks for patience', fault: { status: 503, code: 'SlowDown' } as const },
    { case: 'breaks the connection', fault: 'cut' as const },
  ])('$case, and then takes the file: nothing is lost or doubled', async ({ fault }) => {
    double = await RedshiftDouble.start()
    let failures = 0
    double.s3.fault = (method) => {
      if (method !== 'PUT' || failures >= 2) return undefined
      failures += 1
      return fault
    }
    const run = await sync(lines(5))
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(failures).toBe(2)
    expect(JSON.stringify(run.messages)).toContain('Trying again in')
    expect(await rawCount()).toEqual([5, 5])
  })

  it.each([
    {
      case: 'the key is unknown',
      changes: { access_key_id: 'AKIOTHER' },
      says: 'Check `access_key_id` and `secret_access_key`',
    },
    {
      case: 'the secret is wrong',
      changes: { secret_access_key: 'x-secret' },
      says: 'SignatureDoesNotMatch. Check `access_key_id`',
    },
    {
      case: 'there is no such bucket',
      changes: { s3_bucket_name: 'other.test' },
      says: 'The bucket `other.test` does not exist',
    },
  ])('check says what to do where $case', async ({ changes, says }) => {
    double = await RedshiftDouble.start()
    const { messages } = await runCheckCommand(destination, { ...double.config, ...stagingWith(changes) })
    const status = JSON.stringify(messages.at(-1)?.connectionStatus)
    expect(status).toContain('FAILED')
    expect(status).toContain(says)
    expect(JSON.stringify(messages)).not.toContain('x-secret')
  })

  it('check names the stage where nobody answers at the endpoint', async () => {
    double = await RedshiftDouble.start()
    const changes = stagingWith({ s3_endpoint: `http://127.0.0.1:${await findFreePort()}` })
    const { messages } = await runCheckCommand(destination, { ...double.config, ...changes })
    expect(JSON.stringify(messages.at(-1))).toContain('stage TCP')
  })

  it('check names the region where the bucket lies in another one', async () => {
    double = await RedshiftDouble.start()
    double.s3.otherRegion = 'us-west-2'
    const { messages } = await runCheckCommand(destination, double.config)
    expect(JSON.stringify(messages.at(-1))).toContain('lies in the region `us-west-2`')
  })

  it('a key that runs out in the middle of a sync ends it, and the states before stay', async () => {
    double = await RedshiftDouble.start()
    const { promise: isStored, resolve } = Promise.withResolvers<void>()
    async function* input() {
      yield* [recordLine(users, { id: 1 }), stateLine(users, 1, 1)]
      await isStored
      double.s3.fault = () => ({ status: 400, code: 'ExpiredToken' })
      yield* [recordLine(users, { id: 2 }), stateLine(users, 2, 1), statusLine(users)]
    }
    const run = await runWriteCommand(destination, {
      config: double.config,
      catalog,
      input: input(),
      env,
      onOutput: (text) => {
        if (text.includes('"STATE"')) resolve()
      },
    })
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('ExpiredToken')
    expect(run.stateLines).toHaveLength(1)
    expect(await rawCount()).toEqual([1, 1])
  })
})

describe('a COPY', () => {
  it.each(['cut before', 'cut after'] as const)(
    'whose connection breaks runs once: %s COPY',
    async (kind) => {
      double = await RedshiftDouble.start()
      let cuts = 0
      double.fault = (statement) => {
        if (!statement.startsWith('COPY') || cuts > 0) return undefined
        cuts += 1
        return kind
      }
      const run = await sync(lines(5))
      expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
      expect(cuts).toBe(1)
      expect(await rawCount()).toEqual([5, 5])
      expect(await ids()).toEqual([0, 1, 2, 3, 4])
    },
  )

  it.each(['cut before', 'cut after'] as const)(
    'whose commit nobody saw lands once: %s COMMIT',
    async (kind) => {
      double = await RedshiftDouble.start()
      let hasCopied = false
      let cuts = 0
      double.fault = (statement) => {
        if (statement.startsWith('COPY')) hasCopied = true
        if (statement !== 'COMMIT' || !hasCopied || cuts > 0) return undefined
        cuts += 1
        return kind
      }
      const run = await sync(lines(5))
      expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
      expect(cuts).toBe(1)
      expect(await rawCount()).toEqual([5, 5])
      // The lock waits for a load that may still be committing.
      expect(double.statements).toContain('LOCK "airbyte_internal"."app_raw__stream_users"')
    },
  )

  it.each([
    { state: 'XX000', message: '1023', detail: 'Serializable isolation violation on table - 1234' },
    { state: 'XX000', message: 'could not complete because of conflict with concurrent transaction' },
    {
      state: 'XX000',
      message: 'S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown',
    },
  ])('is tried again after $message', async (error) => {
    double = await RedshiftDouble.start()
    let failures = 0
    double.fault = (statement) => {
      if (!statement.startsWith('COPY') || failures > 0) return undefined
      failures += 1
      return error
    }
    expect(await sync(lines(5))).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(await rawCount()).toEqual([5, 5])
  })

  it('that Redshift may not read files for says so, and shows no key', async () => {
    double = await RedshiftDouble.start()
    double.fault = (statement) =>
      statement.startsWith('COPY')
        ? { state: 'XX000', message: 'S3ServiceException:Access Denied,Status 403,Error AccessDenied' }
        : undefined
    const { messages } = await runCheckCommand(destination, double.config)
    expect(JSON.stringify(messages.at(-1))).toContain('Redshift may not read them with it')
    expect(JSON.stringify(messages)).not.toContain(double.s3.secretAccessKey)
    expect(JSON.stringify(messages)).not.toContain(double.s3.accessKeyId)
  })

  it('that loads another number of rows than were sent is rolled back, and ends the sync', async () => {
    double = await RedshiftDouble.start()
    double.extraCopyCount = 1
    const run = await sync(lines(5))
    expect(run.exitCode).toBe(1)
    expect(run.errorMessage).toContain('Of 5 records of `app.users` Redshift reports 6 loaded')
    expect(run.stateLines).toEqual([])
    expect(await rawCount()).toEqual([0, 0])
  })
})

describe('a record beyond the limits of SUPER', () => {
  const long = 'x'.repeat(65_536)

  it('loses only the value, and says which', async () => {
    double = await RedshiftDouble.start()
    const run = await sync(lines(5, (id) => (id === 3 ? { text: long, other: 'kept' } : {})))
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(await ids()).toEqual([0, 1, 2, 3, 4])
    const [row] = await double.database.query('SELECT text, other FROM app.users WHERE id = 3')
    expect(row).toEqual({ text: null, other: 'kept' })
    expect(await changesOf(3)).toMatchObject({
      changes: [{ field: 'text', change: 'NULLED', reason: 'DESTINATION_FIELD_SIZE_LIMITATION' }],
    })
  })

  it('a text of exactly 65535 bytes stays', async () => {
    double = await RedshiftDouble.start()
    await sync(lines(1, () => ({ text: long.slice(1) })))
    const [row] = await double.database.query('SELECT length(text) AS n FROM app.users')
    expect(Number(row?.n)).toBe(65_535)
  })

  it('costs one row where the value is its key; the others land, and each is accounted for', async () => {
    double = await RedshiftDouble.start()
    const keyed = structuredClone(catalog)
    const [stream] = keyed.streams
    if (stream) stream.primary_key = [['text']]
    const run = await runWriteCommand(destination, {
      config: double.config,
      catalog: keyed,
      input: lines(5, (id) => (id === 2 ? { text: long } : {})),
      env,
    })
    expect(run.exitCode).toBe(0)
    expect(await ids()).toEqual([0, 1, 3, 4])
    expect(await rawCount()).toEqual([4, 4])
    const rejects = await double.database.query(
      'SELECT _airbyte_reason FROM airbyte_internal.app_raw__stream_users_airbyte_rejects',
    )
    expect(rejects).toHaveLength(1)
    expect(rejects[0]?._airbyte_reason).toContain('`text`')
  })

  it('of more than 16 MiB loses its largest values', async () => {
    double = await RedshiftDouble.start()
    const run = await sync(lines(2, (id) => (id === 1 ? { many: Array(400).fill(long.slice(1)) } : {})))
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(await changesOf(1)).toMatchObject({
      changes: [{ field: 'many', change: 'NULLED', reason: 'DESTINATION_RECORD_SIZE_LIMITATION' }],
    })
  })

  it.each([
    { case: 'the line that Redshift names', fault: undefined, recordIndex: 1 },
    {
      case: 'nobody, where the line cannot be asked for: then the batch is halved',
      fault: { state: '42501', message: 'permission denied for relation sys_load_error_detail' },
      recordIndex: undefined,
    },
  ])('is found by $case', async ({ fault, recordIndex }) => {
    double = await RedshiftDouble.start()
    double.fault = (statement) => (statement.includes('sys_load_error_detail') ? fault : undefined)
    await using warehouse = await openWarehouse()
    await double.database.query(rawTable)
    const records = [1, 2, 3].map((id) => ({
      data: JSON.stringify({ id, text: id === 2 ? long : '' }),
      emittedAt: 0,
    }))
    const error = await caught(() =>
      warehouse.insertRaw({ namespace: 'public', name: 'raw' }, new SimpleBatch(streamConfig(), records)),
    )
    expect(error).toMatchObject({ code: 'DATA_REFUSED', recordIndex })
    expect(JSON.stringify([error.message, error.detail])).not.toContain('xxx')
  })

  it('costs one row also where the line cannot be asked for', async () => {
    double = await RedshiftDouble.start()
    double.fault = (statement) =>
      statement.includes('sys_load_error_detail')
        ? { state: '42501', message: 'permission denied' }
        : undefined
    const run = await sync(lines(9, (id) => (id === 4 ? { text: long } : {})))
    expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
    expect(await ids()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
})

const rawTable =
  'CREATE TABLE public.raw (_airbyte_raw_id varchar(36), _airbyte_extracted_at timestamptz, _airbyte_loaded_at timestamptz, _airbyte_data redshift_double.super, _airbyte_meta redshift_double.super, _airbyte_generation_id bigint)'

function openWarehouse(partBytes?: number) {
  const context = { logger: silentLogger, signal: new AbortController().signal }
  return RedshiftWarehouse.connect(redshiftConfigSchema.parse(double.config), context, { partBytes })
}
