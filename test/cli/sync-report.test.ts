import { expect, it } from 'vitest'
import { describeSync } from '../../src/cli/sync-report.ts'
import { SyncTimes } from '../../src/pipeline/sync-times.ts'
import { streamConfig } from '../support/stream-config.ts'

it('says of each stream and of the sync where the time went', () => {
  const times = new SyncTimes()
  times.sourceMilliseconds = 1500
  times.scanningMilliseconds = 250
  times.destinationMilliseconds = 4000
  times.drainingMilliseconds = 1000
  times.finishingMilliseconds = 2750
  Object.assign(times.work(0), { batches: 14, bytes: 128_400_000, loadingMilliseconds: 5100 })
  const quiet = streamConfig({ index: 1, descriptor: { name: 'quiet', namespace: 'shop' } })
  const lines = describeSync({
    summaries: [
      { stream: streamConfig({}), status: 'COMPLETE', recordsWritten: 300_000, isSuccessful: true },
      { stream: quiet, status: 'NONE', recordsWritten: 0, isSuccessful: true },
    ],
    receivedBytes: 131_200_000,
    times,
    openingMilliseconds: 500,
    totalMilliseconds: 10_000,
    typingMilliseconds: ({ index }) => (index === 0 ? 2700 : 0),
  })
  expect(lines).toEqual([
    'public.users: 300000 records written, status COMPLETE; 128.4 MB in 14 batches, loaded in 5.1 s; typed and deduplicated in 2.7 s.',
    'shop.quiet: 0 records written, status NONE.',
    'Sync finished: 300000 records, 131.2 MB in 10.0 s (30000 records/s, 13.1 MB/s): preparing tables 0.5 s, ' +
      'waiting for the source 1.5 s, scanning 0.3 s, waiting for the destination 5.0 s, finishing tables 2.8 s.',
  ])
})
