import type { ConformanceCase } from '../conformance-case.ts'
import { completeSync, dedupedUsers, integer, string } from './helpers.ts'

const [early, middle, late] = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z', '2024-01-03T00:00:00Z']

/** Which record of a key wins, in one batch and across syncs. */
export const dedupCases: readonly ConformanceCase[] = [
  {
    name: 'the newest cursor wins within a batch, whatever the order of arrival',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([
          { id: 1, name: 'late', at: late },
          { id: 1, name: 'early', at: early },
          { id: 1, name: 'middle', at: middle },
        ]),
        final: { users: [{ name: 'late', at: { instant: late } }] },
      },
    ],
  },
  {
    name: 'an older record that arrives in a later sync does not win',
    syncs: [
      { streams: [dedupedUsers()], lines: completeSync([{ id: 1, name: 'late', at: late }]) },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 1, name: 'early', at: early }], 1_800_000_000_000),
        final: { users: [{ name: 'late' }] },
      },
    ],
  },
  {
    name: 'of equal cursors the later arrival wins, in one batch and across syncs',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([
          { id: 1, name: 'first', at: early },
          { id: 1, name: 'second', at: early },
        ]),
        final: { users: [{ name: 'second' }] },
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 1, name: 'third', at: early }]),
        final: { users: [{ name: 'third' }] },
      },
    ],
  },
  {
    name: 'a record without a cursor is the oldest',
    syncs: [
      {
        streams: [dedupedUsers()],
        lines: completeSync([
          { id: 1, name: 'dated', at: early },
          { id: 1, name: 'undated' },
        ]),
      },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 1, name: 'undated again', at: null }]),
        final: { users: [{ name: 'dated' }] },
      },
      { streams: [dedupedUsers()], lines: completeSync([{ id: 2, name: 'undated' }]) },
      {
        streams: [dedupedUsers()],
        lines: completeSync([{ id: 2, name: 'dated', at: early }]),
        final: { users: [{ name: 'dated' }, { name: 'dated' }] },
      },
    ],
  },
  {
    name: 'a record without a cursor is the oldest, also where the cursor is of any type',
    syncs: [
      {
        streams: [dedupedUsers({ properties: { id: integer, name: string, at: {} } })],
        lines: completeSync([
          { id: 1, name: 'dated', at: early },
          { id: 1, name: 'undated' },
          { id: 2, name: 'undated' },
        ]),
        final: { users: [{ name: 'dated' }, { name: 'undated' }] },
      },
      {
        streams: [dedupedUsers({ properties: { id: integer, name: string, at: {} } })],
        lines: completeSync([
          { id: 1, name: 'undated again' },
          { id: 2, name: 'dated', at: early },
        ]),
        final: { users: [{ name: 'dated' }, { name: 'dated' }] },
      },
    ],
  },
  {
    name: 'without a cursor the extraction time decides',
    syncs: [
      { streams: [dedupedUsers({ cursor: [] })], lines: completeSync([{ id: 1, name: 'new' }], 2000) },
      {
        streams: [dedupedUsers({ cursor: [] })],
        lines: completeSync([{ id: 1, name: 'old' }], 1000),
        final: { users: [{ name: 'new' }] },
      },
    ],
  },
  {
    name: 'composite keys tell rows apart by all their parts; NULL parts are equal to each other',
    syncs: [
      {
        streams: [dedupedUsers({ primaryKey: [['id'], ['name']] })],
        lines: completeSync([
          { id: 1, name: 'a', at: early },
          { id: 1, name: null, at: early },
          { id: 1, at: middle },
          { at: early },
        ]),
        final: {
          users: [
            { id: { number: '1' }, name: 'a' },
            { id: { number: '1' }, name: null },
            { id: null, name: null },
          ],
        },
      },
      {
        streams: [dedupedUsers({ primaryKey: [['id'], ['name']] })],
        lines: completeSync([
          { id: 1, name: null, at: late },
          { at: late },
          { id: 2, name: null, at: early },
        ]),
        final: {
          users: [
            { id: { number: '1' }, name: 'a', at: { instant: early } },
            { id: { number: '1' }, name: null, at: { instant: late } },
            { id: { number: '2' }, name: null, at: { instant: early } },
            { id: null, name: null, at: { instant: late } },
          ],
        },
      },
    ],
  },
]
