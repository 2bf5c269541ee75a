import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeNetworkError, networkErrors } from '../../../src/connection/network-errors.ts'
import { writeFiles } from '../../support/spawn-connector.ts'
import { listenAs } from './known-errors/fake-server.ts'
import { notProvokedNetworkErrors } from './known-errors/not-provoked.ts'

const bin = fileURLToPath(new URL('../../../bin/destination-postgres.js', import.meta.url))

type Case = {
  readonly code: string
  readonly host: string
  /** Absent: a port where nothing listens. */
  readonly port?: () => Promise<number>
  /** In a network of its own, which has no way to anywhere: nothing leaves this machine. */
  readonly isAlone?: boolean
}

const cases: readonly Case[] = [
  { code: 'ENOTFOUND', host: 'a..b' },
  { code: 'EAI_AGAIN', host: 'db.example.com', isAlone: true },
  { code: 'ECONNREFUSED', host: '127.0.0.1' },
  { code: 'ETIMEDOUT', host: '127.0.0.1', port: () => listenAs((socket) => void socket.resume()) },
  { code: 'EHOSTUNREACH', host: '192.0.2.1', isAlone: true },
  { code: 'EADDRNOTAVAIL', host: '2001:db8::1', isAlone: true },
]

const notProvoked = Object.keys(notProvokedNetworkErrors)

const canBeAlone = ((): boolean => {
  try {
    execFileSync('unshare', ['-n', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    // Not every user and not every system may make networks.
    return false
  }
})()

async function check(host: string, port: number, isAlone: boolean): Promise<string> {
  const config = { host, port, database: 'x', schema: 'x', username: 'x', ssl: false }
  const files = writeFiles({ config: { ...config, jdbc_url_params: 'connectTimeout=1' } })
  const command = [process.execPath, bin, 'check', '--config', files.config ?? '']
  const [program = '', ...words] = isAlone ? ['unshare', '-n', ...command] : command
  return (await promisify(execFile)(program, words)).stdout
}

describe('what a network answers', () => {
  it('has a case for every row of the table', () => {
    const covered = [...cases.map(({ code }) => code), ...notProvoked]
    for (const { codes } of networkErrors)
      expect(codes.filter((code) => covered.includes(code))).toHaveLength(1)
  })

  for (const { code, host, port, isAlone = false } of cases) {
    const isImpossible = isAlone && !canBeAlone
    const title = isImpossible ? `${code} (this user may not make a network)` : code
    it.skipIf(isImpossible)(title, async () => {
      const place = { host, port: (await port?.()) ?? 1, hostField: 'host', portField: 'port' }
      const messages = await check(host, place.port, isAlone)
      expect(messages).toContain(JSON.stringify(describeNetworkError({ code }, place)?.message).slice(1, -1))
    })
  }
})
