import { type CdcDeletionMode, type ConfigSchema, DestinationError } from 'landfall/sdk'
import * as z from 'zod'
import { parseSize } from './memory-limit.ts'

export type DuckDbConfig = {
  /** The database file's path, relative ones from the working directory. */
  readonly path: string
  readonly defaultNamespace: string
  readonly rawNamespace: string
  readonly disableTypeDedupe: boolean
  readonly cdcDeletionMode: CdcDeletionMode
  /** The most that the engine may take, in bytes; undefined means a share of the container's memory. */
  readonly memoryLimit: number | undefined
}

/** The platform stores fields that were never filled in as null or as empty text. */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    const text = typeof value === 'string' ? value.trim() : value
    return text === '' || text === null ? undefined : text
  }, schema)
}

const text = z.string('must be text')

const fileSchema = z.looseObject({
  destination_path: optional(
    z.string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be text') }),
  ),
  schema: optional(text.default('main')),
  raw_data_schema: optional(text.default('airbyte_internal')),
  disable_type_dedupe: optional(z.boolean('must be true or false').default(false)),
  cdc_deletion_mode: optional(
    z.enum(['Hard delete', 'Soft delete'], 'must be `Hard delete` or `Soft delete`').default('Hard delete'),
  ),
  memory_limit: optional(
    text
      .transform(parseSize)
      .refine((bytes) => bytes !== undefined, 'must be a number with a unit, such as `1GB`')
      .optional(),
  ),
})

/** Throws a zod error for a file that breaks `spec.json`, a DestinationError for what is not supported. */
export const duckDbConfigSchema: ConfigSchema<DuckDbConfig> = {
  parse(value) {
    const file = fileSchema.parse(value)
    refuseOtherStores(file.destination_path)
    return {
      path: file.destination_path,
      defaultNamespace: file.schema,
      rawNamespace: file.raw_data_schema,
      disableTypeDedupe: file.disable_type_dedupe,
      cdcDeletionMode: file.cdc_deletion_mode === 'Hard delete' ? 'hard' : 'soft',
      memoryLimit: file.memory_limit,
    }
  },
}

function refuseOtherStores(path: string): void {
  if (/^(md|motherduck):/i.test(path)) {
    // The path itself may carry a token as a parameter, so the message does not repeat it.
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      'MotherDuck databases are not supported yet. Set `destination_path` to a local file, such as `/local/destination.duckdb`.',
    )
  }
  if (path === ':memory:') {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      'A database in memory (`:memory:`) would vanish with the sync. Set `destination_path` to a file.',
    )
  }
}
