import type { StreamConfig } from '../../src/catalog/stream-config.ts'

/** A stream `public.users` with one column, changed as a test needs it. */
export function streamConfig(changes: Partial<StreamConfig> = {}): StreamConfig {
  return {
    index: 0,
    descriptor: { name: 'users', namespace: 'public' },
    id: {
      finalNamespace: 'public',
      finalName: 'users',
      rawNamespace: 'airbyte_internal',
      rawName: 'public_raw__stream_users',
      originalNamespace: 'public',
      originalName: 'users',
    },
    postImportAction: 'append',
    columns: [{ id: { name: 'id', originalName: 'id', canonicalName: 'id' }, type: { type: 'integer' } }],
    primaryKey: [],
    cursor: undefined,
    generationId: 0n,
    minimumGenerationId: 0n,
    syncId: 0n,
    hasGenerations: true,
    isTruncate: false,
    ...changes,
  }
}
