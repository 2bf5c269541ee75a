import { alike } from './known-error.ts'

const lookAnew = 'The next sync looks at the tables anew; let nobody else change them during a sync.'
const report = "Please report this with the connector's log."

/** What somebody must change in the database before a sync can succeed. */
export const errorsOfSetUp = [
  ...alike({ code: 'CONFIG_UNSUPPORTED' }, [
    {
      name: 'statement pooling (PgBouncer)',
      words: /statement pooling mode/,
      sentence: 'The pooler in between is in statement mode, which has no transactions.',
      remedy: 'Set its `pool_mode` to transaction or session.',
    },
  ]),
  ...alike({ code: 'STATEMENT_FAILED', failureType: 'config_error' }, [
    {
      name: 'query_canceled (statement_timeout)',
      state: '57014',
      words: /due to statement timeout/,
      // A limit that ended one attempt will end the next one, too.
      sentence: 'This limit was given to the role, or in `options`.',
      remedy: 'Raise it or take it away: ALTER ROLE ... SET statement_timeout = 0.',
    },
    {
      name: 'transaction_timeout',
      state: '25P04',
      since: 17,
      sentence: 'This limit was given to the role, or in `options`.',
      remedy: 'Raise it or take it away: ALTER ROLE ... SET transaction_timeout = 0.',
    },
    {
      name: 'configuration_limit_exceeded',
      state: '53400',
      sentence: 'Typing needs more temporary space than a setting of the server allows.',
      remedy: 'Raise the limit that is named, for example: ALTER ROLE ... SET temp_file_limit = -1.',
    },
    {
      name: 'too_many_columns',
      state: '54011',
      sentence: 'The table would have more than 1600 columns; columns that were dropped still count.',
      remedy: 'Drop the table and refresh the stream, or select fewer columns.',
    },
    {
      name: 'undefined_file',
      state: '58P01',
      sentence: 'A file of the database or of an extension is missing on the server.',
      remedy: 'Restore it from a backup; for an extension, install its packages again.',
    },
    {
      name: 'data_corrupted',
      state: 'XX001',
      sentence: 'A table is damaged on the disk of the server.',
      remedy: 'Restore it from a backup, or drop it and refresh the stream; then look at the disk.',
    },
    {
      name: 'index_corrupted',
      state: 'XX002',
      sentence: 'An index is damaged on the disk of the server.',
      remedy: 'Build it anew with REINDEX; then look at the disk.',
    },
  ]),
  ...alike({ code: 'CONFIG_UNSUPPORTED' }, [
    {
      name: 'table of a publication without a replica identity',
      state: '55000',
      words: /does not have a replica identity/,
      sentence:
        'The database publishes what is deleted and updated in this table (CREATE PUBLICATION), and does not know how to name a row of it.',
      remedy:
        'Give it one, ALTER TABLE ... REPLICA IDENTITY FULL, or leave the table out of the publication.',
    },
  ]),
  ...alike({ code: 'TABLE_UNEXPECTED' }, [
    {
      name: 'invalid_table_definition',
      state: '42P16',
      sentence: 'The table is part of a partitioned or inherited one, so its columns cannot be changed.',
      remedy: 'Move it away: the sync makes a table of its own.',
    },
    {
      name: 'wrong_object_type',
      state: '42809',
      sentence: 'Something else than a table has the name of a table of the sync.',
      remedy: 'Rename or drop it: the sync makes a table of that name.',
    },
    {
      name: 'object_not_in_prerequisite_state',
      state: '55000',
      sentence: 'A view or another object that takes no rows has the name of a table of the sync.',
      remedy: 'Rename or drop it: the sync makes a table of that name.',
    },
  ]),
  ...alike({ code: 'DEPENDENT_OBJECTS' }, [
    {
      name: 'dependent_objects_still_exist',
      state: '2BP01',
      sentence: 'Other objects depend on it ({detail}).',
      remedy: 'Drop these objects, or turn on `drop_cascade`, which drops them with the table.',
    },
  ]),
]

/** Where somebody else has changed the tables during the sync, or the statement itself is wrong. */
export const errorsOfStatements = alike({ code: 'STATEMENT_FAILED' }, [
  {
    name: 'undefined_table',
    state: '42P01',
    sentence: 'A table of the sync is gone: it was dropped or renamed after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'undefined_column',
    state: '42703',
    sentence: 'A column is gone: it was dropped or renamed after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'invalid_schema_name',
    state: '3F000',
    sentence: 'A schema is gone: it was dropped or renamed after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'duplicate_table',
    state: '42P07',
    sentence: 'Somebody else made a table or an index of that name after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'duplicate_column',
    state: '42701',
    sentence: 'Somebody else added the column after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'duplicate_schema',
    state: '42P06',
    sentence: 'Somebody else created the schema after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'duplicate_object',
    state: '42710',
    sentence: 'Somebody else created an object of that name after the sync had begun.',
    remedy: lookAnew,
  },
  {
    name: 'datatype_mismatch',
    state: '42804',
    sentence: 'A column has another type than at the beginning of the sync.',
    remedy: lookAnew,
  },
  {
    name: 'undefined_function',
    state: '42883',
    sentence: 'The server lacks a function or an operator that PostgreSQL has.',
    remedy: 'Check that it is PostgreSQL 12 or newer, and not a relative of it.',
  },
  {
    name: 'undefined_object',
    state: '42704',
    sentence: 'The server lacks a type, a role or a setting that the statement names.',
    remedy: 'Check that it is PostgreSQL 12 or newer, and not a relative of it.',
  },
  {
    name: 'feature_not_supported',
    state: '0A000',
    sentence: 'The server cannot do this, or not with this kind of table.',
    remedy: 'Check that it is PostgreSQL 12 or newer, and that nobody has changed the tables.',
  },
  {
    name: 'in_failed_sql_transaction',
    state: '25P02',
    sentence: 'A statement came after one that had failed.',
    remedy: report,
  },
  {
    name: 'syntax_error',
    state: '42601',
    sentence: 'The server does not understand the statement.',
    remedy: report,
  },
  {
    name: 'protocol_violation',
    state: '08P01',
    sentence: 'The server does not understand what the connector sent.',
    remedy: `If a pooler or proxy stands in between, try without it. ${report}`,
  },
  {
    name: 'internal_error',
    state: 'XX000',
    sentence: 'The server reports a fault of its own.',
    remedy: `Look at the server's log. ${report}`,
  },
])
