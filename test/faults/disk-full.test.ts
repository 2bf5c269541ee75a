import { chown, stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { type FaultServer, startFaultServer } from './fault-server.ts'
import { createPostgresTarget, type FaultTarget } from './fault-target.ts'
import type { Interruption } from './interruption.ts'
import { Platform } from './platform.ts'
import { SeededRandom } from './random.ts'
import { faultStreams } from './scenario.ts'

let server: FaultServer

beforeAll(async () => {
  server = await startFaultServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Some time after the first complaint the disk is larger, while the process still runs: somebody has cleaned up. */
function roomAgainAfter(disk: SmallDisk, milliseconds: number, complaints: string[]): Interruption {
  return {
    name: 'the disk is full',
    isHarmless: true,
    failureTypes: [],
    during: (attempt) => {
      let timer: NodeJS.Timeout | undefined
      attempt.on('log', (line) => {
        if (!line.includes('No space left on device')) return
        complaints.push(line)
        timer ??= setTimeout(() => void disk.resize(512), milliseconds)
      })
      attempt.child.once('close', () => clearTimeout(timer))
    },
  }
}

async function useTablespace(target: FaultTarget, path: string): Promise<string> {
  const name = `small_${target.postgres?.database ?? ''}`
  const [data] = await server.query('SHOW data_directory')
  const { uid, gid } = await stat(data?.data_directory ?? '')
  await chown(path, uid, gid)
  await server.query(`CREATE TABLESPACE ${name} LOCATION '${path}'`)
  await server.query(`ALTER DATABASE ${target.postgres?.database} SET TABLESPACE ${name}`)
  return name
}

describe('destination-postgres, when the disk of the server is full', () => {
  it('says so, waits, and loses nothing once there is room', async (context) => {
    await using disk = await mountSmallDisk(14)
    if (disk === undefined) return context.skip('This user may not mount a small disk.')
    let tablespace: string
    {
      await using target = await createPostgresTarget(server)
      tablespace = await useTablespace(target, disk.path)
      const complaints: string[] = []
      const [events] = faultStreams(11)
      if (events === undefined) throw new Error('There is no stream.')
      const platform = new Platform({
        target,
        streams: [events],
        random: new SeededRandom(11),
        stateKind: 'STREAM',
        report: () => {},
      })
      const fault = roomAgainAfter(disk, 3000, complaints)
      const problems = await platform.runJob({
        kind: 'sync',
        end: 25_000,
        interruptions: [fault],
        isAbandoned: false,
      })
      expect(problems).toEqual([])
      expect(complaints.length).toBeGreaterThan(0)
    }
    await server.query(`DROP TABLESPACE ${tablespace}`)
  })
})
