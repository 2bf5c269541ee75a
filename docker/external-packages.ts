/**
 * Packages that an image takes as npm installs them, because they hold native code or find their own files
 * by path. Whatever else a destination imports becomes part of its bundle.
 */
export const externalPackages: { readonly [destination: string]: readonly string[] } = {
  bigquery: ['@google-cloud/bigquery', '@google-cloud/bigquery-storage'],
  duckdb: ['@duckdb/node-api'],
  snowflake: ['snowflake-sdk'],
}

/** Native parts that are tried and done without: `ssh2` and `pg` have JavaScript for the same. */
export const optionalPackages: readonly string[] = ['cpu-features', 'pg-native', '*.node']
