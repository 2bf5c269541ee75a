import { runCheckCommand } from 'landfall/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { classifyBigQueryError } from '../../../destinations/bigquery/errors.ts'
import { toProblem } from '../../../destinations/bigquery/write-errors.ts'
import { createServiceAccount } from '../../support/bigquery-double/service-account.ts'
import { unreachablePlaces } from '../../support/unreachable-places.ts'
import { type BigQueryTarget, openBigQueryTarget } from './target.ts'

let target: BigQueryTarget
beforeAll(async () => {
  target = await openBigQueryTarget()
})
afterAll(() => target?.[Symbol.asyncDispose]())

const answer = async (changes: object) => {
  const { messages } = await runCheckCommand(target.destination, { ...Object(target.config), ...changes })
  const [message] = messages.filter(({ type }) => type === 'CONNECTION_STATUS')
  return message?.connectionStatus as { readonly status: string; readonly message: string }
}

it.each(unreachablePlaces)('check names the stage: $case', async ({ stage, says, use }) => {
  const startedAt = performance.now()
  const status = await use((url) => answer({ api_endpoint: url }))
  expect(status.status).toBe('FAILED')
  expect(status.message).toContain(`Connecting failed at the stage ${stage}. `)
  expect(status.message).toContain(says)
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})

it('check names the stage: a key that Google does not know', async () => {
  const { credentialsJson } = createServiceAccount()
  const { message } = await answer({ credentials_json: credentialsJson })
  expect(message).toContain('Connecting failed at the stage database login. ')
  expect(message).toContain('check `credentials_json`')
})

it.each([
  {
    message: 'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1',
    stage: 'TCP',
  },
  {
    message: 'Name resolution failed for target dns:a..b: getaddrinfo ENOTFOUND a..b',
    stage: 'name resolution',
  },
])('the words of gRPC name the stage, too: $message', ({ message, stage }) => {
  const error = classifyBigQueryError(toProblem(Object.assign(new Error(message), { code: 14 })), 'loading')
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType: 'transient_error' })
  expect(error.message).toContain(`Connecting failed at the stage ${stage}. `)
})
