import type { protos, v1 } from '@google-cloud/bigquery-storage'
import { DestinationError } from 'landfall/sdk'
import type { BigQueryConfig } from './config.ts'
import { protoColumns } from './encode-proto-rows.ts'
import { classifyBigQueryError } from './errors.ts'
import { toProblem } from './write-errors.ts'

export type WriteClient = v1.BigQueryWriteClient
export type RowDescriptor = protos.google.protobuf.IDescriptorProto

/** The API's library, and what it says that a message of `protoColumns` looks like. */
export type WriteDriver = { readonly client: WriteClient; readonly descriptor: RowDescriptor }

/**
 * The client of the Storage Write API, imported only where the configuration asks for it: it brings gRPC and
 * takes its time to load.
 */
export async function openWriteDriver({ credentials, writeEndpoint }: BigQueryConfig): Promise<WriteDriver> {
  const { v1, adapt } = await importDriver()
  const client = new v1.BigQueryWriteClient({
    // An idle connection that a firewall has forgotten would be noticed only by the next request's timeout.
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    libName: 'landfall',
    ...(writeEndpoint && { apiEndpoint: writeEndpoint.hostname, port: writeEndpoint.port }),
  })
  // The option for credentials warns on standard error that they might come from strangers.
  if (credentials !== undefined) client.auth.jsonContent = credentials
  const descriptor = adapt.convertStorageSchemaToProto2Descriptor({ fields: [...protoColumns] }, 'row')
  try {
    // Each request would do it too, and throw what goes wrong to nobody.
    await client.initialize()
  } catch (error) {
    throw classifyBigQueryError(toProblem(error), 'opening the Storage Write API')
  }
  return { client, descriptor }
}

async function importDriver() {
  try {
    return await import('@google-cloud/bigquery-storage')
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The client of the Storage Write API cannot be loaded. Install the package `@google-cloud/bigquery-storage` next to `landfall`, or choose another loading method.',
      { cause },
    )
  }
}
