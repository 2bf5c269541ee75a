import { expect, it } from 'vitest'
import { connectionStages } from '../../src/connection/connection-stage.ts'
import { describeNetworkError, errorCode } from '../../src/connection/network-errors.ts'

const target = { host: 'db', port: 5432, hostField: 'tunnel_host', portField: 'tunnel_port' }

it.each([
  { code: 'ENOTFOUND', stage: 'name resolution', failureType: 'config_error', says: '`tunnel_host`' },
  { code: 'EAI_AGAIN', stage: 'name resolution', failureType: 'transient_error', says: 'DNS' },
  { code: 'EAI_FAIL', stage: 'name resolution', failureType: 'transient_error', says: 'DNS' },
  { code: 'ECONNREFUSED', stage: 'TCP', failureType: 'config_error', says: 'Nothing accepts connections' },
  { code: 'ETIMEDOUT', stage: 'TCP', failureType: 'config_error', says: 'did not answer in time' },
  { code: 'EHOSTUNREACH', stage: 'TCP', failureType: 'config_error', says: 'no way to `db:5432`' },
  { code: 'ENETUNREACH', stage: 'TCP', failureType: 'config_error', says: 'no way to `db:5432`' },
  { code: 'EACCES', stage: 'TCP', failureType: 'config_error', says: 'firewall' },
  { code: 'EPERM', stage: 'TCP', failureType: 'config_error', says: 'firewall' },
  { code: 'EADDRNOTAVAIL', stage: 'TCP', failureType: 'transient_error', says: 'no socket left' },
  { code: 'EMFILE', stage: 'TCP', failureType: 'transient_error', says: 'no socket left' },
])('$code is a $failureType at the stage $stage', ({ code, stage, failureType, says }) => {
  const cause = Object.assign(new Error('words of the system'), { code })
  const error = describeNetworkError(cause, target)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', failureType, cause })
  expect(error?.message).toMatch(new RegExp(`^Connecting failed at the stage ${stage}\\. `))
  expect(error?.message).toContain(says)
  expect(error?.detail).toBe(`${code}: words of the system`)
  expect(connectionStages).toContain(stage)
})

it.each([{ code: 'ECONNRESET' }, { code: '28P01' }, {}])('$code is not about reaching a host', (facts) => {
  expect(describeNetworkError(Object.assign(new Error('x'), facts), target)).toBeUndefined()
})

it.each([
  { thrown: Object.assign(new Error('x'), { code: 'A' }), code: 'A' },
  { thrown: { code: 5 }, code: '' },
  { thrown: 'text', code: '' },
  { thrown: null, code: '' },
])('the code of $thrown is "$code"', ({ thrown, code }) => {
  expect(errorCode(thrown)).toBe(code)
})
