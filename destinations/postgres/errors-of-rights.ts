import { alike } from './known-error.ts'

/** What the role may not do. `landfall grants` prints all rights that a sync needs. */
export const errorsOfRights = alike({ code: 'PERMISSION_DENIED' }, [
  {
    name: 'insufficient_privilege (not the owner)',
    state: '42501',
    words: /^must be owner/,
    sentence: 'Only the owner may do this.',
    remedy: 'Make the role that the connector logs in with its owner: ALTER TABLE ... OWNER TO ...',
  },
  {
    name: 'insufficient_privilege (row-level security)',
    state: '42501',
    words: /row-level security/,
    sentence: 'A row-level security policy keeps the role from seeing or writing all rows.',
    remedy: 'Give the role BYPASSRLS, or make it the owner of the table.',
  },
  {
    name: 'insufficient_privilege (schema)',
    state: '42501',
    words: /for schema/,
    sentence: 'The role may not use this schema, or not create tables in it.',
    remedy: 'Grant this right: GRANT USAGE, CREATE ON SCHEMA ... TO ...',
  },
  {
    name: 'insufficient_privilege (temporary tables)',
    state: '42501',
    words: /temporary/,
    sentence: 'Typing needs temporary tables, and the role may not make them.',
    remedy: 'Grant this right: GRANT TEMPORARY ON DATABASE ... TO ...',
  },
  {
    name: 'insufficient_privilege (database)',
    state: '42501',
    words: /for database/,
    sentence: 'A schema is missing, and the role may not create one in this database.',
    remedy: 'Create the schema yourself, or grant this right: GRANT CREATE ON DATABASE ... TO ...',
  },
  {
    name: 'insufficient_privilege (table)',
    state: '42501',
    words: /for (table|view|materialized view|sequence|relation|column)/,
    sentence: 'The role may not read or write this table.',
    remedy: 'Grant this right: GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ... TO ...',
  },
  {
    name: 'insufficient_privilege',
    state: '42501',
    sentence: 'The role may not do this.',
    remedy: 'Grant this right to the role that the connector logs in with.',
  },
  {
    name: 'read_only_sql_transaction',
    state: '25006',
    sentence: 'The server is a read-only replica, or the transactions of this role are read-only.',
    remedy: 'Connect to the primary server, with a role that may write.',
  },
])
