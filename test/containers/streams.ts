export const users = { name: 'users', namespace: 'app' }

const usersSchema = {
  type: 'object',
  properties: { id: { type: 'integer' }, text: { type: 'string' } },
}

/** One stream, deduped by its id. */
export const usersCatalog = {
  streams: [
    {
      stream: { ...users, json_schema: usersSchema },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
      primary_key: [['id']],
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    },
  ],
}
