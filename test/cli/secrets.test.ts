import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/cli/secrets.ts'

const secret = "p%ss/wörd +&='()!*"

describe('secrets in texts for people', () => {
  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded with small letters', encodeURIComponent(secret).toLowerCase()],
    ['percent-encoded as a whole address', encodeURI(secret)],
    ['as in a form', new URLSearchParams({ p: secret }).toString().slice(2)],
    ['as in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('are hidden %s', (_title, text) => {
    expect(createRedactor([secret])(`postgres://x:${text}@db/y`)).toBe('postgres://x:****@db/y')
  })

  it('are hidden in a path of an address', () => {
    const odd = 'a|b[c]^d e{f}'
    const { pathname } = new URL(`http://host/hooks/${odd}/x`)
    expect(createRedactor([odd])(pathname)).toBe('/hooks/****/x')
  })

  it('are hidden in base64, whatever stands around them', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 20 })
    const passwords = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 30 })
    fc.assert(
      fc.property(
        texts,
        passwords,
        texts,
        fc.constantFrom('base64', 'base64url'),
        (before, password, after, code) => {
          const header = Buffer.from(`${before}:${password}${after}`).toString(code)
          expect(createRedactor([password])(`(Basic ${header})`)).toBe('(Basic ****)')
        },
      ),
    )
  })

  it('are hidden in base64 behind a name', () => {
    const header = Buffer.from('user:correct horse').toString('base64')
    expect(createRedactor(['correct horse'])(`token=${header}&x=1`)).toBe('token=****&x=1')
  })

  it('take no time to look for in a long word', () => {
    const word = Buffer.from('x'.repeat(3_000_000)).toString('base64')
    expect(createRedactor(['another secret'])(word)).toBe(word)
  })

  it('leave no part of themselves in a connection string, whatever they are', () => {
    const passwords = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 30 })
      .filter((text) => text.trim().length >= 8)
    fc.assert(
      fc.property(passwords, (password) => {
        const redact = createRedactor([password])
        const text = `postgres://x:${encodeURIComponent(password)}@db/y?password=${new URLSearchParams({ p: password }).toString().slice(2)}`
        expect(redact(text)).toBe('postgres://x:****@db/y?password=****')
      }),
    )
  })

  it('are hidden as words only where they are shorter than four characters', () => {
    const redact = createRedactor(['p', 'a.b'])
    expect(redact('postgres://x:p@db/y, password "p", a.b')).toBe(
      'postgres://x:****@db/y, password "****", ****',
    )
    expect(redact('Nothing accepts connections at this port. axb')).toBe(
      'Nothing accepts connections at this port. axb',
    )
  })

  it('are hidden between blanks however short they are', () => {
    const short = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 3 })
      .filter((text) => /^[\x21-\x7e]+$/.test(text))
    fc.assert(fc.property(short, (password) => createRedactor([password])(` ${password} `) === ' **** '))
  })
})
