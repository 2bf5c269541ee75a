import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStandardInput } from '../../src/cli/standard-input.ts'

const text = Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join('')

describe('standard input', () => {
  it('comes whole from a pipe, in memory that is used again', async () => {
    const seen = new Set<ArrayBufferLike>()
    let received = ''
    for await (const chunk of openPipe(text)) {
      seen.add(chunk.buffer)
      // A slow reader gets nothing new before it asks for it.
      if (received.length < 200_000) await new Promise((resolve) => setTimeout(resolve, 2))
      received += chunk.toString('latin1')
    }
    expect(received === text).toBe(true)
    expect(seen.size).toBe(1)
  })

  it('keeps what a pipe has brought before anybody asks', async () => {
    const input = openPipe(text)
    await new Promise((resolve) => setTimeout(resolve, 200))
    let received = ''
    for await (const chunk of input) received += chunk.toString('latin1')
    expect(received === text).toBe(true)
  })

  it('comes whole from a file', async () => {
    const path = join(temporaryFolder(), 'input')
    writeFileSync(path, text)
    const descriptor = openSync(path, 'r')
    onTestFinished(() => closeSync(descriptor))
    let received = ''
    for await (const chunk of openStandardInput(descriptor, noOther)) received += chunk.toString('latin1')
    expect(received === text).toBe(true)
  })

  it.each([
    ['a pipe', '', () => openPipe('')],
    ['no device', '', () => openStandardInput(openSync('/dev/null', 'r'), () => Readable.from([]))],
    [
      'a terminal',
      'typed',
      () => openStandardInput(openSync('/dev/null', 'r'), () => Readable.from([Buffer.from('typed')])),
    ],
  ])('ends: %s with "%s"', async (_name, expected, open) => {
    let received = ''
    for await (const chunk of open()) received += chunk.toString()
    expect(received).toBe(expected)
  })

  it('ends at once when it is destroyed, while a chunk is waited for', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'silent')
    execFileSync('mkfifo', [path])
    const input = openStandardInput(openSync(path, 'r+'), noOther)
    setTimeout(() => input.destroy(), 50)
    for await (const _chunk of input) throw new Error('Nobody writes.')
    for await (const _chunk of input) throw new Error('It is over.')
  })

  it('stops reading when the loop is left', async () => {
    for await (const chunk of openPipe(text)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
  })
})

function openPipe(content: string) {
  const path = join(temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const source = join(temporaryFolder(), 'source')
  writeFileSync(source, content)
  // Ends by itself: with the file, or when nobody reads any more.
  spawn('/bin/sh', ['-c', 'exec cat "$1" > "$0"', path, source], { stdio: 'ignore' })
  return openStandardInput(openSync(path, 'r'), noOther)
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-input-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function noOther(): never {
  throw new Error('It is a pipe or a file.')
}
