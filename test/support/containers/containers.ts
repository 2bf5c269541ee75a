import { inject } from 'vitest'
import type { PostgresContainer } from './postgres-container.ts'

/** Why tests with containers are skipped, for their titles; undefined where they run. */
export const engineProblem: string | undefined = inject('engineProblem') || undefined

/** `npm run test:containers` and `.ci/run` run everything, an ordinary `npm test` what takes seconds. */
export const isLongForm = (process.env.LANDFALL_ALL_CONTAINERS ?? '') !== ''

/** Why the long tests are skipped; undefined where they run. */
export const longFormProblem: string | undefined =
  engineProblem ?? (isLongForm ? undefined : 'only with LANDFALL_ALL_CONTAINERS=1')

/** A title that says why a group is skipped. */
export function titled(title: string, problem: string | undefined): string {
  return problem === undefined ? title : `${title} (skipped: ${problem})`
}

/** The image of a destination of this checkout, or of what other destinations start from; built once per run. */
export function builtImage(name: string): Promise<string> {
  return ask(`image/${name}`)
}

/** A PostgreSQL of this version in a container, started once per run. */
export function postgresContainer(version: string): Promise<PostgresContainer> {
  return ask(`postgres/${version}`)
}

async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${inject('containerDesk')}/${path}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return JSON.parse(text) as Answer
}
