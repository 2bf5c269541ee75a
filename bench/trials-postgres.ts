import { fileURLToPath } from 'node:url'
import { createCopyProgram } from './copy-program.ts'
import type { Dataset } from './dataset.ts'
import type { Goal } from './goal.ts'
import type { Input } from './message-file.ts'
import {
  createTables,
  maximumBytes,
  nameFor,
  type PostgresContext,
  sizeOf,
  syncPostgres,
} from './postgres-sync.ts'
import { runTogether } from './run-process.ts'
import { rawRowColumns, rawTable } from './tables.ts'
import type { Entry, Trial } from './trial.ts'

/** `destination-postgres write` against the same rows through `psql \copy`. */
export function postgresTrials(context: PostgresContext, dataset: Dataset): readonly Trial[] {
  const { kind, input } = dataset
  const limit = nameFor(context.hasPsql ? 'psql \\copy, 1 connection' : 'text COPY, 1 connection', kind.name)
  const entry = (name: string, size: Input, goal?: Goal): Entry => ({
    name: nameFor(name, kind.name),
    limit,
    ...sizeOf(size),
    maximumBytes,
    ...(goal && { goal }),
  })
  const twoConnections = limit.replace('1 connection', '2 connections')
  return [
    {
      name: 'raw',
      isLimit: true,
      entries: [{ name: limit, ...sizeOf(input) }],
      run: copy([dataset.rawRows]),
    },
    {
      name: 'raw',
      entries: [{ name: twoConnections, limit, ...sizeOf(input) }],
      run: copy(dataset.rawRowHalves),
    },
    {
      name: 'raw',
      entries: [entry('postgres raw only, 1 connection', input, oneConnectionGoal)],
      run: loadRaw(oneConnection),
    },
    { name: 'raw', entries: [entry('postgres raw only', input, twoConnectionsGoal)], run: loadRaw() },
    {
      name: 'append',
      entries: [entry('postgres append', input)],
      run: async () => {
        await context.postgres.clear()
        const measurement = await syncPostgres(context, { kind, input, mode: 'append' })
        await context.postgres.checkFinal(kind, dataset.expected.append)
        return [measurement]
      },
    },
    {
      name: 'dedup',
      entries: [
        entry('postgres append_dedup', input),
        entry('postgres append_dedup, updates', dataset.updates),
      ],
      run: async () => dedup(context, dataset),
    },
  ]

  function copy(files: readonly string[]) {
    return async () => {
      await createTables(context, { kind, input, mode: 'append', config: rawOnly })
      const { postgres, hasPsql } = context
      const programs = files.map((path) =>
        createCopyProgram({ environment: postgres.environment, hasPsql }, [
          { table: rawTable, columns: rawRowColumns, format: 'text', direction: 'from', path },
        ]),
      )
      const measurement = await postgres.watchServer(() => runTogether(programs))
      await postgres.checkRaw(kind, dataset.expected.raw)
      return [measurement]
    }
  }

  function loadRaw(executable?: string) {
    return async () => {
      await context.postgres.clear()
      const sync = { kind, input, mode: 'append', config: rawOnly } as const
      const measurement = await syncPostgres(context, { ...sync, ...(executable && { executable }) })
      await context.postgres.checkRaw(kind, dataset.expected.raw)
      return [measurement]
    }
  }
}

const oneConnectionGoal: Goal = { kind: 'times', maximum: 0.8 }
const twoConnectionsGoal: Goal = { kind: 'times', maximum: 0.5 }

export const rawOnly = { disable_type_dedupe: true }

const oneConnection = fileURLToPath(new URL('programs/one-connection.ts', import.meta.url))

async function dedup(context: PostgresContext, { kind, input, updates, expected }: Dataset) {
  const { postgres } = context
  await postgres.clear()
  const first = await syncPostgres(context, { kind, input, mode: 'append_dedup' })
  await postgres.checkFinal(kind, expected.dedup)
  await postgres.checkpoint()
  const second = await syncPostgres(context, { kind, input: updates, mode: 'append_dedup' })
  await postgres.checkFinal(kind, expected.dedupAfterUpdates)
  return [first, second]
}
