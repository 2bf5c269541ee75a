import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, countRows, prepareRaw } from './connection.ts'
import { type BigQueryTarget, openBigQueryTarget } from './target.ts'

const hmacKey = { accessId: 'GOOGTEST1234567890', secret: 'a/secret+of=forty+characters1234567890ab' }

let target: BigQueryTarget

beforeAll(async () => {
  target = await openBigQueryTarget({ hmacKey, buckets: ['landing'] })
})
afterAll(() => target?.[Symbol.asyncDispose]())

/** The Java connector's configuration of the method, word for word, and where the double is. */
function staging(changes: object = {}, secret = hmacKey.secret) {
  return {
    loading_method: {
      method: 'GCS Staging',
      credential: {
        credential_type: 'HMAC_KEY',
        hmac_key_access_id: hmacKey.accessId,
        hmac_key_secret: secret,
      },
      gcs_bucket_name: 'landing',
      gcs_bucket_path: '/data sync/ünï/',
      ...changes,
    },
    storage_endpoint: target.double.url,
  }
}

describe('GCS staging', () => {
  it('loads a file from the bucket and removes it', async () => {
    const warehouse = await connect(target, staging())
    const { table, batch } = await prepareRaw(warehouse, 'staged')
    expect(await warehouse.insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(countRows(target.double, table)).toBe(3)
    expect([...target.double.objects.contents]).toEqual([])
    const uris = target.double.jobs.all.flatMap(
      ({ request }) => request.configuration?.load?.sourceUris ?? [],
    )
    expect(uris).toEqual([
      expect.stringMatching(
        /^gs:\/\/landing\/data sync\/ünï\/raw_shop_raw__stream_staged\/\d{4}\/\d\d\/\d\d\/\d\d\/landfall_load_[0-9a-f]+_0_0\.ndjson$/,
      ),
    ])
  })

  it('keeps the files where the configuration says so', async () => {
    const warehouse = await connect(
      target,
      staging({ 'keep_files_in_gcs-bucket': 'Keep all tmp files in GCS' }),
    )
    const { table, batch } = await prepareRaw(warehouse, 'kept')
    await warehouse.insertRaw(table, batch)
    const [file] = target.double.objects.contents.values()
    expect(file?.toString().split('\n')).toHaveLength(4)
  })

  it('lands once where the connection to the bucket or to the job breaks', async () => {
    const warehouse = await connect(target, staging())
    const { table, batch } = await prepareRaw(warehouse, 'cut')
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'object' })
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject({ failureType: 'transient_error' })
    target.double.addFault({ kind: 'cut', moment: 'after', times: 1, on: 'load' })
    expect((await warehouse.insertRaw(table, batch)).rowsWritten).toBe(3)
    expect(countRows(target.double, table)).toBe(3)
  })

  it.each([
    ['a wrong secret', {}, 'wrong', { code: 'PERMISSION_DENIED' }],
    [
      'a bucket that does not exist',
      { gcs_bucket_name: 'nowhere' },
      hmacKey.secret,
      { code: 'DATABASE_MISSING' },
    ],
  ])('says what is wrong with %s', async (_title, changes, secret, expected) => {
    const warehouse = await connect(target, staging(changes, secret))
    const { table, batch } = await prepareRaw(warehouse, `wrong_${secret.length}`)
    await expect(warehouse.insertRaw(table, batch)).rejects.toMatchObject(expected)
  })
})
