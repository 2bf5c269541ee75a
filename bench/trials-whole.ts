import { join } from 'node:path'
import { createCopyProgram } from './copy-program.ts'
import type { WholeDataset } from './dataset.ts'
import type { Goal } from './goal.ts'
import {
  createTables,
  maximumBytes,
  nameFor,
  type PostgresContext,
  sizeOf,
  syncPostgres,
} from './postgres-sync.ts'
import { type Measurement, runProgram } from './run-process.ts'
import { finalTable, rawTable } from './tables.ts'
import type { Trial } from './trial.ts'

const goal: Goal = { kind: 'times', maximum: 1.2 }

/**
 * A whole sync against a binary `\copy` of the rows that it leaves: raw ones first, final ones after them, into
 * tables of the same shape, with their indexes. The rows come from the sync itself.
 */
export function wholeTrials(context: PostgresContext, dataset: WholeDataset): readonly Trial[] {
  const { kind, input, expected } = dataset
  const { postgres } = context
  const limit = nameFor('binary \\copy of raw and final rows', kind.name)
  const own = { name: nameFor('postgres whole sync', kind.name), limit, goal, ...sizeOf(input), maximumBytes }
  const sync = { kind, input, mode: 'append_dedup' } as const
  const check = async () => {
    await postgres.checkRaw(kind, expected.raw)
    await postgres.checkFinal(kind, expected.dedup)
  }
  return [
    {
      name: 'whole',
      entries: [{ name: limit, ...sizeOf(input) }, own],
      run: async () => {
        await postgres.clear()
        const measurement = await syncPostgres(context, sync)
        await check()
        await copy(context, 'to')
        await createTables(context, sync)
        const copied = await postgres.watchServer(() => copy(context, 'from'))
        await check()
        return [copied, measurement]
      },
    },
  ]
}

async function copy(context: PostgresContext, direction: 'from' | 'to'): Promise<Measurement> {
  const { postgres, directory, hasPsql } = context
  const tasks = [rawTable, finalTable].map((table) => ({
    table,
    format: 'binary' as const,
    direction,
    path: join(directory, `${table}.copy`),
  }))
  const program = createCopyProgram({ environment: postgres.environment, hasPsql }, tasks)
  return (await runProgram(program)).measurement
}
