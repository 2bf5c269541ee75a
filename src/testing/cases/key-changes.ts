import type { ConformanceCase } from '../conformance-case.ts'
import { completeSync, dedupedUsers, integer, string, timestamp, userStream } from './helpers.ts'

const [early, late] = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z']
const versioned = { id: integer, name: string, at: timestamp, version: integer }

/** Streams whose key, cursor or way of deduplicating changes between syncs. */
export const keyChangeCases: readonly ConformanceCase[] = [
  {
    name: 'a longer primary key brings back the rows that the shorter one had merged',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([
          { id: 1, name: 'a', at: early },
          { id: 1, name: 'b', at: late },
        ]),
        final: { users: [{ name: 'b' }] },
      },
      {
        streams: [dedupedUsers({ primaryKey: [['id'], ['name']] })],
        lines: completeSync([{ id: 2, name: 'a', at: early }]),
        final: {
          users: [
            { id: { number: '1' }, name: 'a' },
            { id: { number: '1' }, name: 'b' },
            { id: { number: '2' }, name: 'a' },
          ],
        },
        rawCounts: { users: 3 },
      },
    ],
  },
  {
    name: 'a shorter primary key merges rows, also those of keys that the sync does not send',
    syncs: [
      {
        streams: [dedupedUsers({ primaryKey: [['id'], ['name']] })],
        lines: completeSync([
          { id: 1, name: 'a', at: early },
          { id: 1, name: 'b', at: late },
        ]),
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 2, name: 'c', at: early }]),
        final: { users: [{ name: 'b' }, { name: 'c' }] },
      },
    ],
  },
  {
    name: 'another primary key takes effect without a new record',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([
          { id: 1, name: 'a', at: early },
          { id: 2, name: 'a', at: late },
        ]),
      },
      {
        streams: [dedupedUsers({ primaryKey: [['name']] })],
        lines: completeSync([]),
        final: { users: [{ id: { number: '2' }, name: 'a' }] },
      },
    ],
  },
  {
    name: 'the order of the columns of a primary key does not matter',
    syncs: [
      {
        streams: [dedupedUsers({ primaryKey: [['id'], ['name']] })],
        lines: completeSync([{ id: 1, name: 'a', at: early }]),
      },
      {
        streams: [dedupedUsers({ primaryKey: [['name'], ['id']] })],
        lines: completeSync([
          { id: 1, name: 'a', at: late },
          { id: 1, name: 'b', at: late },
        ]),
        final: {
          users: [
            { name: 'a', at: { instant: late } },
            { name: 'b', at: { instant: late } },
          ],
        },
      },
    ],
  },
  {
    name: 'another cursor decides from its first sync on',
    syncs: [
      {
        streams: [dedupedUsers({ properties: versioned })],
        lines: completeSync([
          { id: 1, name: 'first', at: late, version: 1 },
          { id: 2, name: 'other', at: late, version: 5 },
        ]),
      },
      {
        streams: [dedupedUsers({ properties: versioned, cursor: ['version'] })],
        lines: completeSync([
          { id: 1, name: 'higher version', at: early, version: 2 },
          { id: 2, name: 'lower version', at: late, version: 4 },
        ]),
        final: { users: [{ name: 'higher version' }, { name: 'other' }] },
      },
      {
        streams: [dedupedUsers({ properties: versioned, cursor: [] })],
        lines: completeSync([{ id: 2, name: 'without a cursor', version: 1 }], 1_800_000_000_000),
        final: { users: [{ name: 'higher version' }, { name: 'without a cursor' }] },
      },
    ],
  },
  {
    name: 'from append to append_dedup and back, and again',
    syncs: [
      {
        streams: [userStream()],
        lines: completeSync([
          { id: 1, name: 'old', at: early },
          { id: 1, name: 'new', at: late },
        ]),
        final: { users: [{ name: 'old' }, { name: 'new' }] },
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 2, name: 'other', at: early }]),
        final: { users: [{ name: 'new' }, { name: 'other' }] },
      },
      {
        streams: [userStream()],
        lines: completeSync([
          { id: 2, name: 'other', at: early },
          { id: 2, name: 'another', at: late },
        ]),
        final: { users: [{ name: 'new' }, { name: 'other' }, { name: 'other' }, { name: 'another' }] },
        rawCounts: { users: 5 },
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 3, name: 'third', at: early }]),
        final: { users: [{ name: 'new' }, { name: 'another' }, { name: 'third' }] },
        rawCounts: { users: 6 },
      },
    ],
  },
  {
    name: 'a column that was dropped comes back with what was sent meanwhile',
    syncs: [
      { streams: [userStream()], lines: completeSync([{ id: 1, name: 'before' }]) },
      {
        streams: [userStream({ properties: { id: integer } })],
        lines: completeSync([{ id: 2, name: 'meanwhile' }]),
        final: { users: [{ id: { number: '1' } }, { id: { number: '2' } }] },
        columns: { users: ['id'] },
      },
      {
        streams: [userStream()],
        lines: completeSync([{ id: 3, name: 'after' }]),
        final: { users: [{ name: 'before' }, { name: 'meanwhile' }, { name: 'after' }] },
        columns: { users: ['id', 'name', 'at'] },
      },
    ],
  },
  {
    name: 'the columns of the primary key and of the cursor change their types',
    syncs: [
      {
        streams: [dedupedUsers({ properties: { id: integer, name: string, at: string } })],
        lines: completeSync([
          { id: 2, name: 'ten', at: '10' },
          { id: 2, name: 'nine', at: '9' },
          '{"id":"two","name":"text","at":null}',
        ]),
        final: {
          users: [
            { id: { number: '2' }, name: 'nine', changes: '' },
            { id: null, name: 'text', changes: 'id NULLED DESTINATION_TYPECAST_ERROR' },
          ],
        },
      },
      {
        streams: [dedupedUsers({ properties: { id: string, name: string, at: timestamp } })],
        lines: completeSync([{ id: '2', name: 'dated', at: early }]),
        final: {
          users: [
            { id: '2', name: 'dated', changes: '' },
            { id: 'two', name: 'text', changes: '' },
          ],
        },
        rawCounts: { users: 4 },
      },
    ],
  },
]
