// Cuts the project's package.json down to what one folder of the build needs, and lays the lock file beside it.
// npm then installs the locked versions, without the test servers and the drivers of other destinations:
//   node docker/manifest.ts <folder of package.json and its lock> <folder to prepare> tools
//   node docker/manifest.ts <...> <...> program <destination>
//   node docker/manifest.ts <...> <...> packages <name>...
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { externalPackages } from './external-packages.ts'

type Versions = { readonly [name: string]: string }

type Manifest = {
  readonly [kind in 'dependencies' | 'devDependencies' | 'peerDependencies']: Versions
} & { readonly overrides?: { readonly [name: string]: unknown }; readonly [key: string]: unknown }

const [source = '', target = '', kind = '', ...names] = process.argv.slice(2)
const manifest = JSON.parse(readFileSync(`${source}/package.json`, 'utf8')) as Manifest
const { name, version, license, type, sideEffects } = manifest
const identity = { name, version, license, type, sideEffects, private: true }

mkdirSync(target, { recursive: true })
writeFileSync(`${target}/package.json`, `${JSON.stringify(reduceManifest(), undefined, 2)}\n`)
copyFileSync(`${source}/package-lock.json`, `${target}/package-lock.json`)

function reduceManifest(): object {
  if (kind === 'tools') return toolsManifest()
  if (kind === 'program') return programManifest(names[0] ?? '')
  if (kind === 'packages') return { ...identity, ...pick(names) }
  throw new Error(`There is no manifest of the kind \`${kind}\`.`)
}

/** What every bundle is made of and with: the same for all destinations, so that Docker builds it once. */
function toolsManifest(): object {
  const external = new Set(Object.values(externalPackages).flat())
  const framework = Object.keys(manifest.dependencies).filter((dependency) => !external.has(dependency))
  return { ...identity, exports: manifest.exports, ...pick([...framework, 'esbuild']) }
}

/** What lies beside a bundle. `main` makes the folder itself a program that Node can run. */
function programManifest(destination: string): object {
  return {
    ...identity,
    main: 'destination.js',
    exports: { './package.json': './package.json' },
    ...pick(externalPackages[destination] ?? []),
  }
}

/** With the overrides below them: without these, npm would not keep to the lock file. */
function pick(names: readonly string[]): object {
  const overrides = Object.entries(manifest.overrides ?? {}).filter(([name]) => names.includes(name))
  return { dependencies: pickVersions(names), overrides: Object.fromEntries(overrides) }
}

function pickVersions(dependencies: readonly string[]): Versions {
  const versions: Versions = {
    ...manifest.peerDependencies,
    ...manifest.devDependencies,
    ...manifest.dependencies,
  }
  return Object.fromEntries(
    dependencies.map((dependency) => {
      const range = versions[dependency]
      if (range !== undefined) return [dependency, range]
      throw new Error(`package.json has no version of \`${dependency}\`, which docker/ asks for.`)
    }),
  )
}
