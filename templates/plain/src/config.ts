import { z } from 'zod'

// TODO(landfall): List the fields of a configuration, here and in spec.json. Mark secrets with `airbyte_secret`.
export const configSchema = z.object({ directory: z.string().min(1) })

export type Config = z.infer<typeof configSchema>
