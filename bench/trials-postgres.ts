import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { manyStreamsCatalog, runSync, usersCatalog } from './connectors.ts'
import { type Dataset, type Input, streamCount } from './dataset.ts'
import type { BenchPostgres } from './postgres.ts'
import { type Measurement, type Program, runTogether } from './run-process.ts'
import { namespace, rawName, rawNamespace, rawRowColumns } from './tables.ts'
import type { Entry, Trial } from './trial.ts'

type InputSize = Pick<Input, 'records' | 'bytes'>

export type PostgresTrialsOptions = {
  readonly postgres: BenchPostgres
  readonly dataset: Dataset
  readonly directory: string
  readonly hasPsql: boolean
}

/** The project's promise for any size of input. */
const maximumBytes = 256 * 1024 * 1024

/** For an input that is larger than the others, without a larger file. */
const repetitions = 3

/** `destination-postgres write` against the same rows through `psql \copy`. */
export function postgresTrials(options: PostgresTrialsOptions): readonly Trial[] {
  const { postgres, dataset } = options
  const { users, updates, fewUsers, manyStreams, expected } = dataset
  const limit = options.hasPsql ? 'psql \\copy, 1 connection' : 'text COPY, 1 connection'
  const repeated = { records: users.records * repetitions, bytes: users.bytes * repetitions }
  const entry = (name: string, input: InputSize): Entry => ({ name, limit, ...facts(input), maximumBytes })
  const copy = (files: readonly string[]) => async () => {
    await createRawTable(options)
    const programs = files.map((file) => copyProgram(options, file))
    const measurement = await postgres.watchServer(() => runTogether(programs))
    await postgres.checkRaw(expected.append)
    return [measurement]
  }
  return [
    { name: 'raw', isLimit: true, entries: [{ name: limit, ...facts(users) }], run: copy([dataset.rawRows]) },
    {
      name: 'raw',
      entries: [{ name: limit.replace('1 connection', '2 connections'), limit, ...facts(users) }],
      run: copy(dataset.rawRowHalves),
    },
    {
      name: 'raw',
      entries: [entry('postgres raw only', users)],
      run: async () => {
        await postgres.clear()
        const measurement = await sync(options, users, usersCatalog('append'), { disable_type_dedupe: true })
        await postgres.checkRaw(expected.append)
        return [measurement]
      },
    },
    {
      name: 'append',
      entries: [entry('postgres append', users)],
      run: async () => {
        await postgres.clear()
        const measurement = await sync(options, users, usersCatalog('append'))
        await postgres.checkFinal(expected.append)
        return [measurement]
      },
    },
    {
      name: 'dedup',
      entries: [entry('postgres append_dedup', users), entry('postgres append_dedup, updates', updates)],
      run: async () => {
        await postgres.clear()
        const first = await sync(options, users, usersCatalog('append_dedup'))
        await postgres.checkFinal(expected.dedup)
        await postgres.checkpoint()
        const second = await sync(options, updates, usersCatalog('append_dedup'))
        await postgres.checkFinal(expected.dedupAfterUpdates)
        return [first, second]
      },
    },
    {
      name: 'memory',
      entries: [entry(`postgres raw only, ${repetitions} times the rows`, repeated)],
      run: async () => {
        await postgres.clear()
        const settings = { disable_type_dedupe: true }
        const measurement = await sync(options, users, usersCatalog('append'), settings, repetitions)
        const rows = await postgres.countRows(rawNamespace)
        if (rows !== repeated.records) throw new Error(`${rows} rows of ${repeated.records} are there.`)
        return [measurement]
      },
    },
    {
      name: 'memory',
      entries: [entry('postgres append, a tenth', fewUsers)],
      run: async () => {
        await postgres.clear()
        const measurement = await sync(options, fewUsers, usersCatalog('append'))
        await postgres.checkFinal(expected.fewAppend)
        return [measurement]
      },
    },
    {
      name: 'memory',
      entries: [entry(`postgres append, ${streamCount} streams`, manyStreams)],
      run: async () => {
        await postgres.clear()
        const measurement = await sync(options, manyStreams, manyStreamsCatalog())
        const rows = await postgres.countRows(namespace)
        if (rows !== manyStreams.records) throw new Error(`${rows} rows of ${manyStreams.records} are there.`)
        return [measurement]
      },
    },
  ]
}

function facts({ records, bytes }: InputSize) {
  return { records, bytes }
}

async function sync(
  { postgres, directory }: PostgresTrialsOptions,
  input: Input,
  catalog: object,
  config: { readonly [key: string]: unknown } = {},
  repetitions = 1,
): Promise<Measurement> {
  return postgres.watchServer(() =>
    runSync({
      connector: 'postgres',
      config: { ...postgres.config, ...config },
      catalog,
      input,
      repetitions,
      directory,
    }),
  )
}

/** By the connector itself, with a sync of no records: so the limit pays for the same columns and indexes. */
async function createRawTable(options: PostgresTrialsOptions): Promise<void> {
  await options.postgres.clear()
  const { users } = options.dataset
  await sync(options, users, usersCatalog('append'), { disable_type_dedupe: true }, 0)
  await options.postgres.checkpoint()
}

const copyText = fileURLToPath(new URL('programs/copy-text.ts', import.meta.url))

function copyProgram({ postgres, hasPsql }: PostgresTrialsOptions, file: string): Program {
  const { environment } = postgres
  if (!hasPsql) return { command: execPath, arguments: [copyText, file], environment }
  const copy = `\\copy ${rawNamespace}.${rawName} (${rawRowColumns.join(', ')}) from '${file}'`
  const settings = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1']
  return { command: 'psql', arguments: [...settings, '--command', copy], environment }
}
