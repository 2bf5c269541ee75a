import type { ConformanceCase } from '../conformance-case.ts'
import { completeSync, dedupedUsers, integer, string, timestamp } from './helpers.ts'

const cdc = { id: integer, name: string, at: timestamp, _ab_cdc_deleted_at: timestamp }
/** As some tools write a type that may be null. */
const cdcOfAnyType = { ...cdc, _ab_cdc_deleted_at: { anyOf: [string, { type: 'null' }] } }
const [early, middle, late] = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z', '2024-01-03T00:00:00Z']
const deleted = (id: number, at: string) => ({ id, at, _ab_cdc_deleted_at: at })

/** What a deletion at the source does, in one batch and across syncs. */
export const deletionCases: readonly ConformanceCase[] = [
  {
    name: 'a deletion at the source removes the row, whether it comes with the row or in a later sync',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([
          { id: 1, name: 'stays', at: early, _ab_cdc_deleted_at: null },
          { id: 2, name: 'goes at once', at: early },
          deleted(2, middle),
          { id: 3, name: 'goes later', at: early },
        ]),
        final: { users: [{ name: 'stays' }, { name: 'goes later' }] },
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([deleted(3, middle), deleted(9, middle)]),
        final: { users: [{ name: 'stays' }] },
      },
    ],
  },
  {
    name: 'a deletion stays in force against an older version that arrives in a later sync',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([
          { id: 1, name: 'first', at: early },
          deleted(1, late),
          { id: 2, name: 'other', at: early },
        ]),
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 1, name: 'too late', at: middle }], 1_800_000_000_000),
        final: { users: [{ name: 'other' }] },
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 1, name: 'again', at: '2024-01-04T00:00:00Z' }]),
        final: { users: [{ name: 'other' }, { name: 'again' }] },
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([
          { id: 1, name: 'older again', at: middle },
          { id: 2, name: 'newer', at: middle },
        ]),
        final: { users: [{ name: 'newer' }, { name: 'again' }] },
      },
    ],
  },
  {
    name: 'a deletion stays in force where a part of its key is NULL',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc, primaryKey: [['name'], ['id']] })],
        lines: completeSync([
          { id: 1, at: early },
          { id: 1, name: null, at: late, _ab_cdc_deleted_at: late },
          { id: 2, at: early },
        ]),
      },
      {
        streams: [dedupedUsers({ properties: cdc, primaryKey: [['name'], ['id']] })],
        lines: completeSync([
          { id: 1, at: middle },
          { id: 3, at: middle },
        ]),
        final: { users: [{ id: { number: '2' } }, { id: { number: '3' } }] },
      },
    ],
  },
  {
    name: 'a deletion stays in force where its key is the text null',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc, primaryKey: [['name']] })],
        lines: completeSync([
          { id: 1, name: 'null', at: early },
          { name: 'null', at: late, _ab_cdc_deleted_at: late },
        ]),
      },
      {
        streams: [dedupedUsers({ properties: cdc, primaryKey: [['name']] })],
        lines: completeSync([
          { id: 2, name: 'null', at: middle },
          { id: 3, name: null, at: middle },
        ]),
        final: { users: [{ id: { number: '3' }, name: null }] },
      },
    ],
  },
  {
    name: 'a deletion that came while rows were appended is in force when the stream is deduplicated again',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 1, name: 'first', at: early }, deleted(1, late)]),
        final: { users: [] },
      },
      {
        streams: [dedupedUsers({ properties: cdc, mode: 'append' })],
        lines: completeSync([{ id: 2, name: 'second', at: early }, deleted(2, late)]),
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 3, name: 'third', at: early }]),
        final: { users: [{ name: 'third' }] },
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([
          { id: 1, name: 'too late', at: middle },
          { id: 2, name: 'too late', at: middle },
        ]),
        final: { users: [{ name: 'third' }] },
      },
    ],
  },
  {
    name: 'JSON null deletes nothing, whatever the type of the column',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdcOfAnyType })],
        lines: completeSync([
          { id: 1, name: 'null', at: early, _ab_cdc_deleted_at: null },
          { id: 2, name: 'absent', at: early },
          deleted(3, early),
        ]),
        final: { users: [{ name: 'null' }, { name: 'absent' }] },
      },
      {
        streams: [dedupedUsers({ properties: cdcOfAnyType })],
        lines: completeSync([{ id: 2, name: 'later', at: late, _ab_cdc_deleted_at: null }, deleted(1, late)]),
        final: { users: [{ name: 'later' }] },
      },
    ],
  },
  {
    name: 'a row that is deleted and inserted again stays',
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 1, name: 'first', at: early }]),
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([deleted(1, middle), { id: 1, name: 'again', at: late }]),
        final: { users: [{ name: 'again' }] },
      },
    ],
  },
  {
    name: 'soft deletion keeps the row and marks it',
    requires: ['soft_deletion'],
    syncs: [
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ id: 1, name: 'here', at: early }]),
        config: { cdc_deletion_mode: 'Soft delete' },
      },
      {
        streams: [dedupedUsers({ properties: cdc })],
        lines: completeSync([{ ...deleted(1, middle), name: 'here' }]),
        config: { cdc_deletion_mode: 'Soft delete' },
        final: { users: [{ name: 'here', _ab_cdc_deleted_at: { instant: middle } }] },
      },
    ],
  },
  {
    name: 'in append mode a deletion is a row like any other',
    syncs: [
      {
        streams: [dedupedUsers({ mode: 'append', properties: cdc })],
        lines: completeSync([{ id: 1, name: 'here', at: early }, deleted(1, middle)]),
        final: { users: [{ name: 'here' }, { name: null }] },
      },
    ],
  },
]
