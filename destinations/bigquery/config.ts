import {
  type CdcDeletionMode,
  type ConfigSchema,
  DestinationError,
  filledTextField,
  flagField,
  problem,
  readFields,
  textField,
} from 'landfall/sdk'
import * as z from 'zod'
import type { Credentials } from './credential-rules.ts'
import { readCredentials } from './credentials.ts'

/** Where files wait for their load, and the key that may write them. */
export type GcsStaging = {
  readonly accessId: string
  readonly secret: string
  readonly bucket: string
  /** Without a slash at either end. */
  readonly path: string
  readonly keepsFiles: boolean
  readonly endpoint: string
}

export type WriteEndpoint = { readonly hostname: string; readonly port: number }

export type BigQueryConfig = {
  readonly projectId: string
  readonly location: string
  readonly defaultDataset: string
  readonly rawDataset: string
  readonly disableTypeDedupe: boolean
  readonly cdcDeletionMode: CdcDeletionMode
  /** Absent: those of the environment. */
  readonly credentials: Credentials | undefined
  /** Absent: each batch is uploaded with its load job. */
  readonly staging: GcsStaging | undefined
  /** Whether batches go through the Storage Write API, and not through load jobs. */
  readonly writesStreams: boolean
  /** Absent: the usual one. */
  readonly apiEndpoint: string | undefined
  /** Of the Storage Write API; absent: the usual one. */
  readonly writeEndpoint: WriteEndpoint | undefined
}

/** Reads a configuration as the platform stores it; throws a `DestinationError` that names each wrong field. */
export const bigQueryConfigSchema: ConfigSchema<BigQueryConfig> = { parse: parseConfig }

const hmacKey = z.looseObject(
  {
    hmac_key_access_id: filledTextField,
    hmac_key_secret: filledTextField,
  },
  problem('must be an object'),
)

const loadingMethod = z.discriminatedUnion(
  'method',
  [
    z.looseObject({ method: z.literal('Standard') }),
    z.looseObject({
      method: z.literal('GCS Staging'),
      credential: hmacKey,
      gcs_bucket_name: filledTextField,
      gcs_bucket_path: textField,
      'keep_files_in_gcs-bucket': z
        .enum(
          ['Delete all tmp files from GCS', 'Keep all tmp files in GCS'],
          problem('must be `Delete all tmp files from GCS` or `Keep all tmp files in GCS`'),
        )
        .nullish(),
    }),
    z.looseObject({ method: z.literal('Storage Write API') }),
  ],
  problem('must be `Standard`, `GCS Staging` or `Storage Write API`'),
)

const fields = z.looseObject(
  {
    project_id: filledTextField,
    dataset_location: textField.trim().nullish(),
    dataset_id: filledTextField,
    loading_method: loadingMethod.nullish(),
    credentials_json: z
      .union([z.string(), z.record(z.string(), z.unknown())], problem('must be JSON'))
      .nullish(),
    impersonated_account: textField.trim().nullish(),
    cdc_deletion_mode: z
      .enum(['Hard delete', 'Soft delete'], problem('must be `Hard delete` or `Soft delete`'))
      .nullish(),
    disable_type_dedupe: flagField,
    raw_data_dataset: textField.trim().nullish(),
    api_endpoint: textField.trim().nullish(),
    storage_endpoint: textField.trim().nullish(),
    write_endpoint: textField.trim().nullish(),
  },
  problem('must be an object'),
)

type Fields = z.infer<typeof fields>

function parseConfig(value: unknown): BigQueryConfig {
  const input = readFields(fields, value)
  return {
    projectId: input.project_id,
    location: input.dataset_location || 'US',
    defaultDataset: readDataset(input),
    rawDataset: input.raw_data_dataset || 'airbyte_internal',
    disableTypeDedupe: input.disable_type_dedupe ?? false,
    cdcDeletionMode: input.cdc_deletion_mode === 'Soft delete' ? 'soft' : 'hard',
    credentials: readCredentials(input.credentials_json, input.impersonated_account || undefined),
    staging: readStaging(input),
    writesStreams: input.loading_method?.method === 'Storage Write API',
    apiEndpoint: input.api_endpoint || undefined,
    writeEndpoint: readWriteEndpoint(input.write_endpoint || undefined),
  }
}

/** The Java connector takes `project:dataset` too, with the same project. */
function readDataset({ dataset_id: dataset, project_id: project }: Fields): string {
  const [owner, name] = dataset.includes(':') ? dataset.split(/:(.*)/s) : [project, dataset]
  if (owner === project && name) return name
  throw new DestinationError(
    'CONFIG_INVALID',
    `\`dataset_id\` names the project \`${owner}\`, but \`project_id\` is \`${project}\`. Give the dataset alone, or in the same project.`,
  )
}

const usualStorageEndpoint = 'https://storage.googleapis.com'

function readStaging({ loading_method: method, storage_endpoint: endpoint }: Fields): GcsStaging | undefined {
  if (method?.method !== 'GCS Staging') return undefined
  return {
    accessId: method.credential.hmac_key_access_id,
    secret: method.credential.hmac_key_secret,
    bucket: method.gcs_bucket_name,
    path: method.gcs_bucket_path.replace(/^\/+|\/+$/g, ''),
    keepsFiles: method['keep_files_in_gcs-bucket'] === 'Keep all tmp files in GCS',
    endpoint: (endpoint || usualStorageEndpoint).replace(/\/+$/, ''),
  }
}

/** Always by TLS: the client sends its tokens on no other connection. */
function readWriteEndpoint(text: string | undefined): WriteEndpoint | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'https:' && url.pathname === '/') {
    return { hostname: url.hostname, port: Number(url.port || 443) }
  }
  throw new DestinationError(
    'CONFIG_INVALID',
    '`write_endpoint` must be an address such as `https://bigquerystorage-landfall.p.googleapis.com`, without a path.',
  )
}
