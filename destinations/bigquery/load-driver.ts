import type { BigQuery } from '@google-cloud/bigquery'
import { DestinationError } from 'landfall/sdk'
import type { BigQueryConfig } from './config.ts'
import { extraScopes } from './credentials.ts'

/** A request that gets no answer must not hold up a sync for ever. Waiting for a job is many short requests. */
const requestTimeoutMilliseconds = 120_000

/**
 * The client, imported only when a connection is opened, so that `spec` and the SQL generator work without.
 * Repeating is our business, because uploads it never repeats, and other requests without telling.
 */
export async function createClient({
  projectId,
  location,
  credentials,
  apiEndpoint,
}: BigQueryConfig): Promise<BigQuery> {
  const { BigQuery } = await importDriver()
  const settings = {
    projectId,
    location,
    retryOptions: { autoRetry: false },
    timeout: requestTimeoutMilliseconds,
    userAgent: 'landfall',
    scopes: [...extraScopes(credentials)],
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
  }
  const client = new BigQuery(settings)
  // The option for credentials warns on standard error that they might come from strangers.
  if (credentials !== undefined) client.authClient.jsonContent = credentials
  // A service account signs its tokens by itself: one server less that must be reachable.
  client.authClient.useJWTAccessWithScope = true
  return client
}

async function importDriver() {
  try {
    return await import('@google-cloud/bigquery')
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The BigQuery client cannot be loaded. Install the package `@google-cloud/bigquery` next to `landfall`.',
      { cause },
    )
  }
}
