// Compiles src/ and destinations/ to dist/. Plain JavaScript, so that `npm ci` can run it on whatever
// Node the machine has, before the project's own Node is on the path.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = `${root}node_modules/typescript/bin/tsc`

// `npm install --omit=dev` runs `prepare` too; the published package already carries dist/.
if (!existsSync(compiler)) process.exit(0)
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})

// What `landfall new` makes connectors of. The SQL kind begins as the example for SQLite, with its golden files.
rmSync(`${root}dist/templates`, { recursive: true, force: true })
cpSync(`${root}templates`, `${root}dist/templates`, { recursive: true })
for (const name of ['errors', 'naming', 'sql-generator', 'typed-value', 'types', 'warehouse'])
  cpSync(`${root}test/destination/sqlite/${name}.ts`, `${root}dist/templates/sqlite/src/${name}.ts`)
cpSync(`${root}test/destination/golden/sqlite`, `${root}dist/templates/sqlite/test/golden/example`, {
  recursive: true,
})
process.exit(status ?? 1)
