import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { DestinationError, errorCodes, toDestinationError } from '../src/errors.ts'

type Section = { readonly code: string; readonly failureType: string; readonly body: string }

/** The third-level headings of the page, with the failure type that each begins with. */
function readSections(page: string): readonly Section[] {
  return page
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [code = '', ...body] = text.split('\n')
      const failureType = /^Failure type: `([a-z_]+)`/m.exec(text)?.[1] ?? ''
      return { code, failureType, body: body.join('\n') }
    })
}

const sections = readSections(await readFile(new URL('../docs/reference/errors.md', import.meta.url), 'utf8'))

describe('the page of errors', () => {
  it('has a section for every code, in the order of the source', () => {
    expect(sections.map(({ code }) => code)).toEqual(Object.keys(errorCodes))
  })

  it.each(sections)('tells the failure type of $code', ({ code, failureType }) => {
    expect({ [code]: failureType }).toEqual({ [code]: Object(errorCodes)[code] })
  })

  it.each(sections)('says what to do about $code', ({ body }) => {
    expect(body).toMatch(/^What to do: \S.*$/m)
  })
})

describe('DestinationError', () => {
  it.each(Object.entries(errorCodes).map(([code]) => code as keyof typeof errorCodes))(
    '%s has the failure type of its code',
    (code) => {
      expect(new DestinationError(code, 'Something happened.').failureType).toBe(errorCodes[code])
    },
  )

  it('may override the failure type', () => {
    const error = new DestinationError('CONNECTION_FAILED', 'No answer.', { failureType: 'transient_error' })
    expect(error.failureType).toBe('transient_error')
  })

  it('is recognised by its brand, also from another copy of the package', () => {
    const brand = Symbol.for('landfall.DestinationError')
    expect(DestinationError.is({ [brand]: true })).toBe(true)
    expect(DestinationError.is(new Error('something else'))).toBe(false)
    expect(DestinationError.is(null)).toBe(false)
    expect(DestinationError.is('text')).toBe(false)
  })

  it('has no cause where none was given', () => {
    expect('cause' in new DestinationError('INTERNAL', 'Something happened.')).toBe(false)
  })
})

describe('toDestinationError', () => {
  it('leaves a DestinationError as it is', () => {
    const error = new DestinationError('LOGIN_FAILED', 'No.')
    expect(toDestinationError(error)).toBe(error)
  })

  it.each([
    ['an error', new TypeError('x is not a function')],
    ['a text', 'x is not a function'],
  ])('makes %s INTERNAL, and keeps it as the cause', (_title, thrown) => {
    const error = toDestinationError(thrown)
    expect(error).toMatchObject({ code: 'INTERNAL', failureType: 'system_error', cause: thrown })
    expect(error.message).toContain('x is not a function')
  })
})

describe('an error behind another one of closing', () => {
  it('is the one that counts', async () => {
    const failure = new DestinationError('LOGIN_FAILED', 'Wrong password.')
    const sync = async () => {
      await using _connection = {
        [Symbol.asyncDispose]: async () => {
          throw new Error('the connection is closed already')
        },
      }
      throw failure
    }
    const error = await sync().catch((thrown: unknown) => thrown)
    expect(error).not.toBe(failure)
    expect(toDestinationError(error)).toBe(failure)
  })
})
