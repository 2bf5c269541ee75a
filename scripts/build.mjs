// Compiles src/ and destinations/ to dist/, and makes one file of each destination's executable. Plain
// JavaScript, so that `npm ci` can run it on whatever Node the machine has, before the project's own Node is
// on the path.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Data that the compiler does not know; it lies beside the program that reads it. */
const smokeScenarios = 'src/devkit/conformance/smoke-scenarios.yaml'
const compiler = `${root}node_modules/typescript/bin/tsc`

// `npm install --omit=dev` runs `prepare` too; the published package already carries dist/.
if (!existsSync(compiler)) process.exit(0)
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
await bundleExecutables()
copyTemplates()
copyFileSync(`${root}${smokeScenarios}`, `${root}dist/${smokeScenarios}`)

/**
 * A few hundred small modules cost more time than all that `spec` does. Drivers stay outside: they are loaded
 * when a connection is opened. zod goes in, since most of it is not used.
 */
async function bundleExecutables() {
  const { build } = await import('esbuild')
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const packages = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== 'zod')
  const names = readdirSync(`${root}destinations`).filter((name) =>
    existsSync(`${root}destinations/${name}/bin.ts`),
  )
  for (const folder of ['bin', 'compile-cache'])
    rmSync(`${root}dist/${folder}`, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      names.map((name) => [`destination-${name}`, `destinations/${name}/bin.ts`]),
    ),
    outdir: 'dist/bin',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['landfall-source'],
    external: packages.flatMap((name) => [name, `${name}/*`]),
    tsconfigRaw: '{}',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  })
  copyFileSync(`${root}node_modules/zod/LICENSE`, `${root}dist/bin/LICENSE-zod`)
}

/** What `landfall new` makes connectors of. The SQL kind begins as the example for SQLite, with its golden files. */
function copyTemplates() {
  const target = `${root}dist/templates`
  const example = `${root}test/destination`
  rmSync(target, { recursive: true, force: true })
  cpSync(`${root}templates`, target, { recursive: true })
  for (const name of ['errors', 'naming', 'sql-generator', 'typed-value', 'types', 'warehouse'])
    cpSync(`${example}/sqlite/${name}.ts`, `${target}/sqlite/src/${name}.ts`)
  cpSync(`${example}/golden/sqlite`, `${target}/sqlite/test/golden/example`, { recursive: true })
}
