import { describe, expect, it } from 'vitest'
import {
  beginTransaction,
  type SessionFacts,
  sessionSettings,
  supportsConnectionCheck,
} from '../../../destinations/postgres/session-settings.ts'

const facts: SessionFacts = { serverVersion: 180_000, isPooled: false, chosenTimeouts: [] }

describe('a session of our own', () => {
  it('gets its settings once, and transactions begin plainly', () => {
    expect(sessionSettings(facts)).toContain("SET TimeZone = 'UTC'")
    expect(sessionSettings(facts)).toContain('SET statement_timeout = 0')
    expect(beginTransaction(facts)).toEqual(['BEGIN'])
  })

  it.each([
    { serverVersion: 120_000, sets: [], lacks: ['idle_session_timeout', 'transaction_timeout'] },
    { serverVersion: 140_000, sets: ['idle_session_timeout'], lacks: ['transaction_timeout'] },
    { serverVersion: 170_000, sets: ['idle_session_timeout', 'transaction_timeout'], lacks: [] },
  ])('sets what version $serverVersion knows', ({ serverVersion, sets, lacks }) => {
    const text = sessionSettings({ ...facts, serverVersion }).join('; ')
    for (const setting of sets) expect(text).toContain(` ${setting} = 0`)
    for (const setting of lacks) expect(text).not.toContain(` ${setting} = 0`)
    expect(supportsConnectionCheck({ ...facts, serverVersion })).toBe(serverVersion >= 140_000)
  })

  it.each(['statement_timeout', 'transaction_timeout'])('keeps a %s that was given to the role', (name) => {
    expect(sessionSettings({ ...facts, chosenTimeouts: [name] }).join('; ')).not.toContain(` ${name} = 0`)
  })
})

describe('a session of a pooler', () => {
  const pooled: SessionFacts = { ...facts, isPooled: true }

  it('is left as it is, and every transaction brings its settings', () => {
    expect(sessionSettings(pooled)).toEqual([])
    const statements = beginTransaction(pooled)
    expect(statements[0]).toBe('BEGIN')
    expect(statements).toContain("SET LOCAL TimeZone = 'UTC'")
    expect(statements.slice(1).filter((statement) => !statement.startsWith('SET LOCAL '))).toEqual([])
    expect(supportsConnectionCheck(pooled)).toBe(false)
  })
})
