// Compiles src/ and destinations/ to dist/. Plain JavaScript, so that `npm ci` can run it on whatever
// Node the machine has, before the project's own Node is on the path.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = `${root}node_modules/typescript/bin/tsc`

// `npm install --omit=dev` runs `prepare` too; the published package already carries dist/.
if (!existsSync(compiler)) process.exit(0)
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
