import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordLine, stateLine, statusLine } from 'landfall/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ConnectorOptions, runConnectorContainer } from '../support/containers/connector-container.ts'
import { builtImage, longFormProblem, titled } from '../support/containers/containers.ts'
import { users, usersCatalog } from './streams.ts'

describe.skipIf(longFormProblem !== undefined)(
  titled('the image of destination-duckdb', longFormProblem),
  () => {
    const syncs = [
      [
        recordLine(users, { id: 1, text: 'Ann' }),
        recordLine(users, { id: 2, text: 'Ben' }),
        stateLine(users, 1, 2),
      ],
      [recordLine(users, { id: 2, text: 'Bea' }), stateLine(users, 2, 1)],
    ]

    it('writes a file that the next container goes on with, with a read-only root', {
      timeout: 300_000,
    }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'landfall-duckdb-image-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      chmodSync(folder, 0o777)
      const options: ConnectorOptions = {
        image: await builtImage('duckdb'),
        argv: ['write', '--config', '/dest/config.json', '--catalog', '/dest/catalog.json'],
        files: { 'config.json': { destination_path: '/local/users.duckdb' }, 'catalog.json': usersCatalog },
        docker: ['--volume', `${folder}:/local`, '--read-only', '--tmpfs', '/tmp'],
      }
      for (const lines of syncs) {
        const run = await runConnectorContainer(options, [...lines, statusLine(users)])
        expect(run).toMatchObject({ exitCode: 0, stderr: '', errorMessage: undefined })
        expect(run.stateLines).toHaveLength(1)
      }
      const database = await DuckDBInstance.create(join(folder, 'users.duckdb'), { access_mode: 'READ_ONLY' })
      const connection = await database.connect()
      const reader = await connection.runAndReadAll('SELECT id::VARCHAR, text FROM app.users ORDER BY id')
      expect(reader.getRows()).toEqual([
        ['1', 'Ann'],
        ['2', 'Bea'],
      ])
      connection.closeSync()
      database.closeSync()
    })
  },
)
