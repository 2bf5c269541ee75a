import type { ConformanceCase } from '../conformance-case.ts'
import { completeSync, dedupedUsers, integer, string, timestamp, userStream } from './helpers.ts'

/** Columns that come, go, change, or have names that no database likes. */
export const schemaCases: readonly ConformanceCase[] = [
  {
    name: 'a new column is added; older rows have what was sent for it',
    syncs: [
      {
        streams: [userStream({ properties: { id: integer } })],
        lines: completeSync([{ id: 1, name: 'was sent' }, { id: 2 }]),
      },
      {
        streams: [userStream({ properties: { id: integer, name: string } })],
        lines: completeSync([{ id: 3, name: 'new' }]),
        final: {
          users: [
            { id: { number: '1' }, name: 'was sent' },
            { id: { number: '2' }, name: null },
            { id: { number: '3' }, name: 'new' },
          ],
        },
      },
    ],
  },
  {
    name: 'a column that the catalog drops goes, and comes back with its values',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 1, name: 'Ann', at: '2024-01-01T00:00:00Z' }]),
      },
      {
        streams: [dedupedUsers({ properties: { id: integer, at: timestamp } })],
        lines: completeSync([]),
        columns: { users: ['id', 'at'] },
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([]),
        final: { users: [{ id: { number: '1' }, name: 'Ann' }] },
      },
    ],
  },
  {
    name: 'a column changes its type; what does not fit is NULL with a change',
    syncs: [
      {
        streams: [userStream({ properties: { id: integer, value: string } })],
        lines: completeSync(['{"id":1,"value":12}', '{"id":2,"value":"many"}']),
      },
      {
        streams: [userStream({ properties: { id: integer, value: integer } })],
        lines: completeSync([]),
        final: {
          users: [
            { id: { number: '1' }, value: { number: '12' }, changes: '' },
            { id: { number: '2' }, value: null, changes: 'value NULLED DESTINATION_TYPECAST_ERROR' },
          ],
        },
      },
    ],
  },
  {
    name: 'awkward column names keep their values apart',
    syncs: [
      {
        streams: [
          userStream({
            properties: Object.fromEntries(
              [
                'id',
                'with space',
                'with.dot',
                'quote"',
                'back\\slash',
                'select',
                '1digit',
                'naïve',
                '日本',
                '_airbyte_meta',
                'a$b{}',
                '',
              ].map((key) => [key, string]),
            ),
          }),
        ],
        lines: completeSync([
          {
            id: 'i',
            'with space': 's',
            'with.dot': 'd',
            'quote"': 'q',
            'back\\slash': 'b',
            select: 'k',
            '1digit': '1',
            naïve: 'n',
            日本: 'j',
            _airbyte_meta: 'm',
            'a$b{}': 'v',
            '': 'e',
          },
        ]),
        final: { users: [{ id: 'i', with_space: 's', with_dot: 'd', select: 'k', changes: '' }] },
      },
    ],
  },
  {
    name: 'keys with characters that are special in JSON find their values',
    syncs: [
      {
        streams: [
          userStream({
            properties: Object.fromEntries(
              ['end\\', 'back\\"quote', 'n\u0000l', 'in[0.5]', '-dash', 'prénom', 'a/b', 'place'].map(
                (key) => [key, string],
              ),
            ),
          }),
        ],
        lines: completeSync([
          '{"end\\\\":"e","back\\\\\\"quote":"q","n\\u0000l":"z","in[0.5]":"s","x":1.10}',
          '{"-dash":"d","pr\\u00e9nom":"n","a\\/b":"f","place":"p"}',
          '{"\\u002ddash":"d","prénom":"n","a/b":"f","pl\\u0061ce":"p"}',
          {},
        ]),
        final: {
          users: [
            { end_: 'e', back__quote: 'q', n_l: 'z', in_0_5_: 's' },
            { end_: null, back__quote: null, n_l: null, in_0_5_: null },
            { _dash: 'd', prenom: 'n', a_b: 'f', place: 'p' },
            { _dash: 'd', prenom: 'n', a_b: 'f', place: 'p' },
          ],
        },
      },
    ],
  },
]
