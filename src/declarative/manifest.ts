import type { ResolvedType } from '../catalog/parse-airbyte-type.ts'
import type { ErrorCode } from '../errors.ts'
import type { DestinationSyncMode } from '../protocol/messages.ts'

/** A destination without TypeScript. `manifest.schema.json` says the same to editors and to the validator. */
export type Manifest = {
  readonly type: 'DeclarativeDestination'
  readonly version: 1
  readonly name: string
  readonly spec: {
    readonly documentation_url: string
    readonly connection_specification: { readonly [key: string]: unknown }
    readonly advanced_auth?: object
  }
  readonly write: SqlWriter | HttpWriter
}

/** What a column may have to hold, unions resolved. */
export type ColumnKind = ResolvedType['type']

export type ColumnTypeText = string | { readonly type: string; readonly reported?: string }

export type SqlWriter = MysqlWriter | PostgresWriter

type SqlWriterFrame = {
  readonly type: 'SqlWriter'
  readonly connection: {
    readonly host: string
    readonly port: string | number
    readonly user: string
    readonly password?: string
    readonly database: string
    readonly tls?: string
    readonly ca_certificate?: string
    readonly client_certificate?: string
    readonly client_key?: string
    readonly client_key_password?: string
    readonly ssh_tunnel?: boolean
  }
  readonly settings: {
    readonly default_namespace: string
    readonly raw_namespace?: string
    readonly disable_type_dedupe?: string | boolean
    readonly cdc_deletion_mode?: string
  }
  readonly session?: readonly string[]
  readonly load?: Partial<LoadStatement>
  readonly limits?: { readonly maximum_string_bytes?: number; readonly maximum_depth?: number }
}

export type MysqlWriter = SqlWriterFrame & {
  readonly driver: 'mysql2'
  readonly dialect: DialectOverrides & { readonly base: 'mysql' }
  readonly errors?: { readonly [code: string]: ErrorCode }
  readonly limits?: { readonly maximum_row_bytes?: number }
}

export type PostgresWriter = SqlWriterFrame & {
  readonly driver: 'pg'
  readonly dialect: Pick<DialectOverrides, 'naming' | 'types' | 'casts'> & { readonly base: 'postgres' }
}

export type LoadStatement = {
  readonly statement: string
  readonly row: string
  readonly maximum_rows: number
}

export type RawTypeName = 'raw_id' | 'extracted_at' | 'loaded_at' | 'data' | 'meta' | 'generation_id'

/** All answers of a dialect; texts are templates. */
export type DialectTexts = {
  readonly quoting: { readonly identifier: string; readonly backslash_escapes: boolean }
  readonly naming: {
    readonly maximum_length: number
    readonly maximum_columns: number
    readonly case_sensitive_columns: boolean
  }
  readonly types: { readonly [kind in ColumnKind]: ColumnTypeText }
  readonly raw_types: { readonly [name in RawTypeName]: ColumnTypeText }
  readonly casts: { readonly [kind in ColumnKind]: string }
  readonly json: { readonly extract: string; readonly text: string }
  readonly cast_types: { readonly [type in 'string' | 'integer' | 'timestamp_with_timezone']: string }
  readonly templates: {
    readonly table_options: string
    readonly typing_prelude: readonly string[]
    readonly now: string
    readonly epoch_microseconds: string
    readonly partition_text: string
    readonly select_newest: string
    readonly create_staged: readonly string[]
    readonly drop_staged: readonly string[]
    readonly merge: readonly string[]
    readonly swap_table: readonly string[]
    readonly rename_table: string
    readonly mark: readonly string[]
    readonly is_marked: string
    readonly key_index: readonly string[]
    readonly key_index_text: string
    readonly is_other_generation: string
    readonly null_safe_equal: string
    readonly describe: string
  }
}

export type DialectOverrides = { readonly [Part in keyof DialectTexts]?: Partial<DialectTexts[Part]> }

export type HttpRequestText = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly query?: { readonly [name: string]: string }
}

export type BatchRequestText = HttpRequestText & {
  readonly body: 'json_array' | 'ndjson' | 'json_object'
  readonly records_field?: string
  readonly gzip?: boolean
}

export type HttpMode = {
  readonly begin?: HttpRequestText
  readonly batch: BatchRequestText
  readonly finish?: HttpRequestText
}

export type Authenticator =
  | { readonly type: 'BearerAuthenticator'; readonly token: string }
  | { readonly type: 'BasicHttpAuthenticator'; readonly username: string; readonly password?: string }
  | { readonly type: 'ApiKeyAuthenticator'; readonly header: string; readonly value: string }

export type HttpWriter = {
  readonly type: 'HttpWriter'
  readonly base_url: string
  readonly authenticator?: Authenticator
  readonly headers?: { readonly [name: string]: string }
  readonly check?: { readonly request: HttpRequestText; readonly statuses?: readonly number[] }
  readonly batching?: { readonly maximum_records?: number; readonly maximum_bytes?: number }
  readonly concurrency?: number
  readonly timeout_seconds?: number
  readonly retry?: {
    readonly statuses?: readonly number[]
    readonly attempts?: number
    readonly first_delay_seconds?: number
  }
  readonly record?: 'data' | 'envelope'
  readonly modes: { readonly [mode in DestinationSyncMode]?: HttpMode }
  readonly rejected?: {
    readonly items: string
    readonly index: string
    readonly message?: string
    readonly policy: 'fail' | 'file'
    readonly file?: string
  }
}
