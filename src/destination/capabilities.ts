/**
 * What not every destination and every configuration can do, and what it means. The conformance suite skips the
 * cases of what is lacking, and the support matrix shows the reason.
 */
export const capabilities = {
  soft_deletion: 'Soft deletion: the configuration has `cdc_deletion_mode`',
  raw_tables_only: 'Raw tables only: the configuration has `disable_type_dedupe`',
  exact_numbers: 'Exact numbers: 29 digits before the point and 9 behind it',
  zoned_times: 'Times with a timezone have a type of their own',
  large_records: 'Records of 20 MB',
} as const

export type Capability = keyof typeof capabilities

export const capabilityNames = Object.keys(capabilities) as Capability[]

/** Capabilities that are lacking, each with the reason. */
export type Lacks = { readonly [capability in Capability]?: string }
