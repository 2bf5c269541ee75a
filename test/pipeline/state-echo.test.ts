import { Readable } from 'node:stream'
import { silentLogger } from 'landfall/sdk'
import { recordLine } from 'landfall/testing'
import { describe, expect, it } from 'vitest'
import { runWrite } from '../../src/pipeline/run-write.ts'
import { RecordingWriter } from '../support/recording-writer.ts'
import { streamConfig } from '../support/stream-config.ts'

const users = { name: 'users', namespace: 'app' }
const stream = streamConfig({ descriptor: users, hasGenerations: false })

/** What goes in before and after a state with two records, and what must come out, byte for byte. */
const cases = [
  {
    what: 'STREAM, with an id and numbers that a double cannot hold',
    sent: '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"users","namespace":"app"},"stream_state":{"lsn":9007199254740993123,"at":1.10}},"sourceStats":{"recordCount":2.0},"id":14}}',
    echoed:
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"users","namespace":"app"},"stream_state":{"lsn":9007199254740993123,"at":1.10}},"sourceStats":{"recordCount":2.0},"id":14,"destinationStats":{"recordCount":2}}}',
  },
  {
    what: 'GLOBAL, with spaces, keys in another order and unknown keys',
    sent: '{ "state" : { "id" : 3 , "global" : { "stream_states" : [ { "stream_descriptor" : { "name" : "source name" } } ], "shared_state" : { "x" : null } }, "type" : "GLOBAL", "newer" : [ 1.0 ] } , "type" : "STATE" }',
    echoed:
      '{ "state" : { "id" : 3 , "global" : { "stream_states" : [ { "stream_descriptor" : { "name" : "source name" } } ], "shared_state" : { "x" : null } }, "type" : "GLOBAL", "newer" : [ 1.0 ] ,"destinationStats":{"recordCount":2}} , "type" : "STATE" }',
  },
  {
    what: 'LEGACY, without a type',
    sent: '{"type":"STATE","state":{"data":{"cursor":"é\\u00e9","big":1e400}}}',
    echoed:
      '{"type":"STATE","state":{"data":{"cursor":"é\\u00e9","big":1e400},"destinationStats":{"recordCount":2}}}',
  },
  {
    what: 'STREAM, with statistics of an earlier destination',
    sent: '{"type":"STATE","state":{"type":"STREAM","destinationStats":{"recordCount":99},"stream":{"stream_descriptor":{"name":"users","namespace":"app"}},"id":1}}',
    echoed:
      '{"type":"STATE","state":{"type":"STREAM","destinationStats":{"recordCount":2},"stream":{"stream_descriptor":{"name":"users","namespace":"app"}},"id":1}}',
  },
  {
    what: 'STREAM, of a stream that the catalog does not have',
    sent: '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"ghosts"}},"id":2}}',
    echoed:
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"ghosts"}},"id":2,"destinationStats":{"recordCount":0}}}',
  },
]

describe('a state comes back as it was sent, with its counts', () => {
  it.each(cases)('$what', async ({ sent, echoed }) => {
    const states: string[] = []
    await runWrite({
      input: Readable.from([
        Buffer.from([recordLine(users, '{"id":1}'), recordLine(users, '{"id":2}'), sent, ''].join('\n')),
      ]),
      streams: [stream],
      writer: new RecordingWriter(),
      limits: { batchBytes: 1000, budgetBytes: 10_000, maximumAgeMilliseconds: 1000 },
      emitState: (line) => states.push(line.toString()),
      logger: silentLogger,
      signal: new AbortController().signal,
    })
    expect(states).toEqual([`${echoed}\n`])
  })
})
