import type { ServerError } from '../../../../destinations/postgres/known-error.ts'
import { whyNoPgBouncer } from '../../../support/pgbouncer.ts'
import { failureOf, type Stage } from './stage.ts'

/** How a test gets a server, a pooler or a network to fail in one way. */
export type Provocation = {
  readonly provoke: (stage: Stage) => Promise<ServerError>
  /** Why it cannot be provoked on this machine. */
  readonly skip?: string | undefined
  /** What it would take for the condition itself, where the server only sends its code. */
  readonly needs?: string
}

export type Provocations = { readonly [name: string]: Provocation }

/** Statements of which the last one fails, in one message and so in one transaction. */
export function running(...statements: readonly string[]): Provocation {
  return {
    provoke: async (stage) => {
      const client = await stage.connect()
      const text = statements
        .join('; ')
        .replaceAll('{weak}', stage.weakRole)
        .replaceAll('{database}', stage.database.name)
      return failureOf(() => client.query(text))
    },
  }
}

/**
 * The server sends the error because a function raises it: for conditions that only broken hardware or
 * another set-up brings about.
 * @param needs what it would take to provoke the condition itself
 */
export function raised(state: string, needs: string, message = 'words of the server'): Provocation {
  return {
    ...running(`DO $$ BEGIN RAISE EXCEPTION '${message}' USING ERRCODE = '${state}'; END $$`),
    needs,
  }
}

export function provoked(provoke: Provocation['provoke']): Provocation {
  return { provoke }
}

export function behindPgBouncer(provoke: Provocation['provoke']): Provocation {
  return { provoke, skip: whyNoPgBouncer }
}
