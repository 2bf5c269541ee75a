import { z } from 'zod'

// TODO(landfall): List the fields of a configuration, here and in spec.json. Mark secrets with `airbyte_secret`.
export const configSchema = z.object({
  path: z.string().min(1),
  disable_type_dedupe: z.boolean().default(false),
  cdc_deletion_mode: z.enum(['Hard delete', 'Soft delete']).default('Hard delete'),
})

export type Config = z.infer<typeof configSchema>
