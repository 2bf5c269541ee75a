import { recordLine, runWriteCommand, statusLine } from 'landfall/testing'
import { expect, it } from 'vitest'
import destination from '../../../destinations/redshift/index.ts'
import { RedshiftDouble } from '../../support/redshift-double/server.ts'

/** SELECT lists end at 1664 entries, and expressions at some depth: a stream may have as many columns as a table takes. */
it('a stream of 1500 columns is typed, with an entry for each value that does not fit', async () => {
  await using double = await RedshiftDouble.start()
  const names = Array.from({ length: 1500 }, (_, index) => `column_${index}`)
  const users = { name: 'users', namespace: 'app' }
  const run = await runWriteCommand(destination, {
    config: double.config,
    catalog: {
      streams: [
        {
          stream: {
            ...users,
            json_schema: {
              type: 'object',
              // PostgreSQL, behind the double, has rows of at most 8 kB.
              properties: {
                id: { type: 'integer' },
                ...Object.fromEntries(names.map((name) => [name, { type: 'boolean' }])),
              },
            },
          },
          sync_mode: 'incremental',
          destination_sync_mode: 'append_dedup',
          primary_key: [['id']],
          generation_id: 1,
          minimum_generation_id: 0,
          sync_id: 1,
        },
      ],
    },
    input: [
      recordLine(users, { id: 1, ...Object.fromEntries(names.map((name) => [name, true])) }),
      recordLine(users, { id: 2, ...Object.fromEntries(names.map((name) => [name, 'x'])) }),
      statusLine(users),
    ],
  })
  expect(run).toMatchObject({ exitCode: 0, errorMessage: undefined })
  const rows = await double.database.query(
    'SELECT id, column_1499, _airbyte_meta::text AS meta FROM app.users ORDER BY id',
  )
  expect(rows.map(({ id, column_1499 }) => [id, column_1499])).toEqual([
    ['1', 't'],
    ['2', null],
  ])
  expect(rows.map(({ meta }) => JSON.parse(meta ?? '').changes.length)).toEqual([0, 1500])
})
