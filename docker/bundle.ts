// Bundles one destination, with everything that it imports, into a few files:
//   node docker/bundle.ts <destination> <folder>
// Drivers stay files of their own, which are read when a connection is opened.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { externalPackages, optionalPackages } from './external-packages.ts'

const [destination = '', outdir = ''] = process.argv.slice(2)
const destinations = readdirSync('destinations').filter((name) => existsSync(`destinations/${name}/bin.ts`))
if (!destinations.includes(destination)) {
  process.stderr.write(
    `There is no destination \`${destination}\`. Pass --build-arg DESTINATION=<name>, one of ${destinations.join(', ')}.\n`,
  )
  process.exit(1)
}

const external = externalPackages[destination] ?? []
const { metafile } = await build({
  entryPoints: { destination: `destinations/${destination}/bin.ts` },
  outdir,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['landfall-source'],
  external: [...external, ...optionalPackages],
  tsconfigRaw: '{}',
  // Bundled CommonJS packages ask for Node's own modules by `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
})

const imported = new Set(
  Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path)),
)
const unused = external.filter((name) => !imported.has(name))
if (unused.length > 0) {
  process.stderr.write(
    `\`${destination}\` does not import ${unused.join(', ')}, which docker/external-packages.ts adds to its image.\n`,
  )
  process.exit(1)
}

mkdirSync(outdir, { recursive: true })
writeFileSync(`${outdir}/THIRD-PARTY-LICENSES`, collectLicenses(Object.keys(metafile.inputs)))

/** Their licences ask that copies of the packages carry them. */
function collectLicenses(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  )
  return Array.from(folders).toSorted().map(describeLicense).join('\n\n')
}

function describeLicense(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? 'See the package.' : readFileSync(`${folder}/${file}`, 'utf8').trim()
  return `${name} ${version} (${license ?? 'licence below'})\n\n${text}`
}
