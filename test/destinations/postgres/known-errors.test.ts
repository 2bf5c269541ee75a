import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementErrors } from '../../../destinations/postgres/error-table.ts'
import { classifyPostgresError } from '../../../destinations/postgres/errors.ts'
import { loginErrors } from '../../../destinations/postgres/errors-at-login.ts'
import { findKnownError, type KnownError } from '../../../destinations/postgres/known-error.ts'
import { errorCodes } from '../../../src/errors.ts'
import { postgresVersions } from '../../support/postgres-server.ts'
import { loginProvocations } from './known-errors/login-provocations.ts'
import { type Provocation, raised } from './known-errors/provocation.ts'
import { openStage, type Stage } from './known-errors/stage.ts'
import { statementProvocations } from './known-errors/statement-provocations.ts'

/** What is tested, in the order of the provocations: the last one stops a server. */
function casesOf<Provocation extends { readonly skip?: string | undefined }>(
  table: readonly KnownError[],
  provocations: { readonly [name: string]: Provocation },
) {
  return Object.entries(provocations).map(([name, provocation]) => {
    const known = table.find((candidate) => candidate.name === name)
    const title = provocation.skip === undefined ? name : `${name} (${provocation.skip})`
    return { title, name, known, provocation }
  })
}

/** A server that does not know a condition yet sends its code where somebody makes it. */
function onVersionOf(stage: Stage, { since, state }: Partial<KnownError> = {}, provocation: Provocation) {
  const isKnown = since === undefined || stage.serverVersion >= since * 10_000
  return isKnown ? provocation : raised(state ?? '', 'needs a newer version')
}

const expectation = (known: KnownError | undefined) =>
  known && { code: known.code, failureType: known.failureType ?? errorCodes[known.code] }

it.each([
  { about: 'to a statement', table: statementErrors, provocations: statementProvocations },
  { about: 'to a login', table: loginErrors, provocations: loginProvocations },
])('every known answer $about has one provocation', ({ table, provocations }) => {
  expect(Object.keys(provocations).sort()).toEqual(table.map(({ name }) => name).sort())
})

describe.each(postgresVersions)('PostgreSQL %s', (version) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(version)
  })
  afterAll(() => stage?.[Symbol.asyncDispose]())

  describe('what the server answers to a statement', () => {
    for (const { title, name, known, provocation } of casesOf(statementErrors, statementProvocations)) {
      it.skipIf(provocation.skip !== undefined)(title, async () => {
        const error = await onVersionOf(stage, known, provocation).provoke(stage)
        expect(findKnownError(statementErrors, error)?.name, `${error.code} ${error.message}`).toBe(name)
        const classified = classifyPostgresError(error, 'Trying')
        expect(classified).toMatchObject({ ...expectation(known) })
        expect(classified.message).toContain(known?.remedy)
      })
    }
  })

  describe('what the server answers to a login', () => {
    for (const { title, name, known, provocation } of casesOf(loginErrors, loginProvocations)) {
      it.skipIf(provocation.skip !== undefined)(title, async () => {
        const error = await provocation.provoke(stage)
        // Where the server's words may repeat what must not be shown, they are not kept.
        if (error.cause instanceof Error)
          expect(findKnownError(loginErrors, error.cause)?.name, error.message).toBe(name)
        expect(error).toMatchObject({ ...expectation(known) })
        for (const text of [known?.sentence, known?.remedy])
          expect(error.message).toContain(text?.split('{')[0])
        expect(error.message).toContain(`Connecting failed at the stage ${known?.stage}. `)
        expect(error.message).not.toMatch(/\{\w+\}|x-secret/)
      })
    }
  })
})
