import type { ConformanceCase } from '../conformance-case.ts'
import { recordLine, stateLine, statusLine } from '../messages.ts'
import { completeSync, dedupedUsers, userStream, users } from './helpers.ts'

const ann = { id: 1, name: 'Ann', at: '2024-01-01T00:00:00Z' }
const ben = { id: 2, name: 'Ben', at: '2024-01-01T00:00:00Z' }
const cleo = { id: 3, name: 'Cleo', at: '2024-01-02T00:00:00Z' }

/** What each sync mode does with old rows and new ones. */
export const modeCases: readonly ConformanceCase[] = [
  {
    name: 'append keeps every record of every sync',
    syncs: [
      { streams: [userStream()], lines: completeSync([ann, ben]) },
      {
        streams: [userStream()],
        lines: completeSync([ann]),
        final: { users: [{ name: 'Ann' }, { name: 'Ann' }, { name: 'Ben' }] },
        rawCounts: { users: 3 },
        states: [{ id: 1, recordCount: 1 }],
      },
    ],
  },
  {
    name: 'append_dedup keeps the newest record of each key',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([ann, ben]),
        final: { users: [{ name: 'Ann' }, { name: 'Ben' }] },
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ ...ann, name: 'Anna', at: '2024-01-03T00:00:00Z' }, cleo]),
        final: { users: [{ name: 'Anna' }, { name: 'Ben' }, { name: 'Cleo' }] },
        rawCounts: { users: 4 },
      },
    ],
  },
  {
    name: 'a full refresh with a new generation replaces all rows',
    syncs: [
      { streams: [userStream({ generation: [1, 1] })], lines: completeSync([ann, ben]) },
      {
        streams: [userStream({ generation: [2, 2] })],
        lines: completeSync([cleo]),
        final: { users: [{ name: 'Cleo', _airbyte_generation_id: { number: '2' } }] },
        rawCounts: { users: 1 },
      },
    ],
  },
  {
    name: 'a full refresh without records empties the table',
    syncs: [
      { streams: [dedupedUsers({ generation: [1, 1] })], lines: completeSync([ann, ben]) },
      {
        streams: [dedupedUsers({ generation: [2, 2] })],
        lines: completeSync([]),
        final: { users: [] },
        rawCounts: { users: 0 },
      },
    ],
  },
  {
    name: 'a full refresh that breaks off leaves the old rows in place',
    syncs: [
      { streams: [userStream({ generation: [1, 1] })], lines: completeSync([ann, ben]) },
      {
        streams: [userStream({ generation: [2, 2] })],
        lines: [recordLine(users, cleo), stateLine(users, 1, 1)],
        exitCode: 1,
        final: { users: [{ name: 'Ann' }, { name: 'Ben' }] },
        states: [{ id: 1, recordCount: 1 }],
      },
    ],
  },
  {
    name: 'a full refresh goes on where an attempt of its generation broke off',
    syncs: [
      { streams: [userStream({ generation: [1, 1] })], lines: completeSync([ann]) },
      { streams: [userStream({ generation: [2, 2] })], lines: [recordLine(users, ben)], exitCode: 1 },
      {
        streams: [userStream({ generation: [2, 2] })],
        lines: completeSync([cleo]),
        final: { users: [{ name: 'Ben' }, { name: 'Cleo' }] },
      },
    ],
  },
  {
    name: 'a full refresh forgets what an attempt of an older generation left',
    syncs: [
      { streams: [userStream({ generation: [1, 1] })], lines: completeSync([ann]) },
      { streams: [userStream({ generation: [2, 2] })], lines: [recordLine(users, ben)], exitCode: 1 },
      {
        streams: [userStream({ generation: [3, 3] })],
        lines: completeSync([cleo]),
        final: { users: [{ name: 'Cleo' }] },
      },
    ],
  },
  {
    name: 'a normal sync takes in what an interrupted full refresh had acknowledged',
    syncs: [
      { streams: [userStream({ generation: [1, 0] })], lines: completeSync([ann]) },
      {
        streams: [userStream({ generation: [2, 2] })],
        lines: [recordLine(users, ben), stateLine(users, 1, 1)],
        exitCode: 1,
      },
      {
        streams: [userStream({ generation: [3, 0] })],
        lines: completeSync([cleo]),
        final: { users: [{ name: 'Ann' }, { name: 'Ben' }, { name: 'Cleo' }] },
        rawCounts: { users: 3 },
      },
    ],
  },
  {
    name: 'a refresh that keeps old rows marks the new ones with its generation',
    syncs: [
      { streams: [userStream({ generation: [1, 0] })], lines: completeSync([ann]) },
      {
        streams: [userStream({ generation: [2, 0] })],
        lines: completeSync([ben]),
        final: {
          users: [
            { name: 'Ann', _airbyte_generation_id: { number: '1' } },
            { name: 'Ben', _airbyte_generation_id: { number: '2' } },
          ],
        },
      },
    ],
  },
  {
    name: 'a normal sync that breaks off still shows what arrived',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: [recordLine(users, ann), stateLine(users, 1, 1), statusLine(users, 'INCOMPLETE')],
        exitCode: 1,
        final: { users: [{ name: 'Ann' }] },
      },
    ],
  },
  {
    name: 'without generation ids, overwrite replaces all rows at the end of input',
    syncs: [
      {
        streams: [userStream({ mode: 'overwrite', generation: undefined })],
        lines: [recordLine(users, ann), recordLine(users, ben)],
      },
      {
        streams: [userStream({ mode: 'overwrite', generation: undefined })],
        lines: [recordLine(users, cleo), stateLine(users, 5, 1)],
        final: { users: [{ name: 'Cleo', _airbyte_generation_id: { number: '0' } }] },
        states: [{ id: 5, recordCount: 1 }],
      },
    ],
  },
  {
    name: 'without generation ids, append and append_dedup need no status to succeed',
    syncs: [
      {
        streams: [dedupedUsers({ generation: undefined })],
        lines: [recordLine(users, ann), recordLine(users, { ...ann, name: 'Anna' }), stateLine(users, 1, 2)],
        final: { users: [{ name: 'Anna' }] },
        states: [{ id: 1, recordCount: 2 }],
      },
    ],
  },
  {
    name: 'raw tables only, on request',
    requires: ['raw_tables_only'],
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync([ann]),
        config: { disable_type_dedupe: true },
        final: { users: undefined },
        rawCounts: { users: 1 },
      },
      {
        streams: [userStream()],
        lines: completeSync([ben]),
        final: { users: [{ name: 'Ann' }, { name: 'Ben' }] },
      },
    ],
  },
  {
    name: 'a stream without records gets an empty table',
    syncs: [{ streams: [dedupedUsers()], lines: completeSync([]), final: { users: [] } }],
  },
  {
    name: 'two streams of the same name in two namespaces stay apart',
    syncs: [
      {
        streams: [
          userStream({ namespace: `${users.namespace}_a` }),
          userStream({ namespace: `${users.namespace}_b` }),
        ],
        lines: ['a', 'b'].flatMap((side) => {
          const stream = { name: 'users', namespace: `${users.namespace}_${side}` }
          return [recordLine(stream, { id: 1, name: side }), statusLine(stream)]
        }),
        final: { users: [{ id: { number: '1' } }] },
      },
    ],
  },
  {
    name: 'a stream without a namespace goes to the default one',
    syncs: [
      {
        streams: [userStream({ name: `without_${users.namespace}`, namespace: undefined })],
        lines: [
          recordLine({ name: `without_${users.namespace}` }, ann),
          statusLine({ name: `without_${users.namespace}`, namespace: '' }),
        ],
        final: { [`without_${users.namespace}`]: [{ name: 'Ann' }] },
      },
    ],
  },
]
