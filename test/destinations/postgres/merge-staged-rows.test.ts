import { quoteIdentifier } from 'landfall/sdk'
import { expect, it, onTestFinished } from 'vitest'
import { mergeStagedRows } from '../../../destinations/postgres/merge-staged-rows.ts'
import { createTestDatabase } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'

// Somebody may have partitioned a final table. The first rows of all partitions are at the same place, `(0,1)`.
it.each(postgresVersions)(
  'replaces rows of a partitioned table, and no others that are at the same place: %s',
  async (version) => {
    const database = await createTestDatabase(version)
    onTestFinished(() => database[Symbol.asyncDispose]())
    const columns = ['id', 'at', '_airbyte_extracted_at', '_airbyte_raw_id']
    const definitions = `id bigint, at int, _airbyte_extracted_at int, _airbyte_raw_id text`
    await database.query(`
      CREATE TABLE target (${definitions}) PARTITION BY RANGE (at);
      CREATE TABLE early PARTITION OF target FOR VALUES FROM (0) TO (10);
      CREATE TABLE late PARTITION OF target FOR VALUES FROM (10) TO (100);
      CREATE TABLE undated PARTITION OF target DEFAULT;
      CREATE TABLE staged (${definitions});
      INSERT INTO target VALUES
        (1, 1, 1, 'replaced'), (2, 11, 1, 'untouched'), (3, NULL, 1, 'replaced'), (NULL, 2, 1, 'replaced'),
        (4, 12, 1, 'newer'), (5, 13, 1, 'tie by cursor, newer'), (6, 3, 1, 'replaced'), (6, 14, 1, 'newer');
      INSERT INTO staged VALUES
        (1, 20, 2, 'new'), (3, 20, 2, 'new'), (NULL, 20, 2, 'new'),
        (4, 5, 2, 'older'), (5, 13, 0, 'older'), (6, 5, 2, 'older'), (7, 20, 2, 'new')`)
    const statements = mergeStagedRows({
      staged: quoteIdentifier('staged'),
      target: quoteIdentifier('target'),
      layout: {
        columns: columns.map(quoteIdentifier),
        primaryKey: [quoteIdentifier('id')],
        cursor: quoteIdentifier('at'),
        deletedAt: undefined,
      },
    })
    for (const statement of statements) await database.query(statement)
    const rows = await database.query('SELECT id, _airbyte_raw_id AS row FROM target ORDER BY id')
    expect(rows).toEqual([
      { id: '1', row: 'new' },
      { id: '2', row: 'untouched' },
      { id: '3', row: 'new' },
      { id: '4', row: 'newer' },
      { id: '5', row: 'tie by cursor, newer' },
      { id: '6', row: 'newer' },
      { id: '7', row: 'new' },
      { id: null, row: 'new' },
    ])
  },
)
