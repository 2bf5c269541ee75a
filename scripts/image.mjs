// Builds the images of destinations:
//   npm run image -- postgres            landfall/destination-postgres:<version>
//   npm run image -- --all               one for each folder of destinations/
//   npm run image -- base                what authors of other destinations start from
//   npm run image -- postgres --platform linux/arm64      for another processor than this machine's
//   npm run image -- --all --push --platform linux/amd64,linux/arm64
// Arguments after a second `--` go to Docker as they are, for example `-- --network host`.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'

const helpText = `Usage: npm run image -- <destination>... | base | --all [options] [-- <arguments for Docker>]

  --all               every destination, and the base image
  --list              print the names as JSON, and build nothing
  --repository NAME   where the image goes (default: landfall/destination-<name>)
  --version VERSION   its tag and label (default: of metadata.yaml, else of package.json)
  --latest            tag it \`latest\`, too
  --platform LIST     for example linux/arm64, or several with commas (several need docker buildx)
  --push              send it to its registry instead of keeping it here (needs docker buildx)
  --print             print the commands, and run none
`

const root = fileURLToPath(new URL('..', import.meta.url))
const baseName = 'base'

const [own, dockerArguments] = splitArguments(process.argv.slice(2))
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    repository: { type: 'string' },
    version: { type: 'string' },
    latest: { type: 'boolean', default: false },
    platform: { type: 'string' },
    push: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
process.exitCode = main()

function main() {
  const known = [baseName, ...listDestinations()]
  if (values.help) return print(helpText)
  if (values.list) return print(`${JSON.stringify(known)}\n`)
  const names = values.all ? known : positionals
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) return complain(`There is no image \`${unknown[0]}\`, only ${known.join(', ')}.`)
  if (names.length === 0) return complain(`Name a destination, or \`--all\`.\n\n${helpText}`)
  if (values.repository !== undefined && names.length > 1) {
    return complain('`--repository` is for one image.')
  }
  for (const name of names) {
    const status = buildImage(name)
    if (status !== 0) return status
  }
  return 0
}

/** npm passes a second `--` on; everything behind it is for Docker. */
function splitArguments(words) {
  const end = words.indexOf('--')
  return end < 0 ? [words, []] : [words.slice(0, end), words.slice(end + 1)]
}

function listDestinations() {
  const folders = readdirSync(`${root}destinations`)
  return folders.filter((name) => existsSync(`${root}destinations/${name}/bin.ts`)).toSorted()
}

function buildImage(name) {
  const { repository, version } = identify(name)
  const words = ['docker', ...dockerCommand(name, repository, version)]
  if (values.print) return print(`${words.join(' ')}\n`)
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...builderVariables() } }
  const { status, error } = spawnSync(words[0], words.slice(1), options)
  if (error !== undefined) return complain(`\`docker\` could not be started: ${error.message}`)
  if (status === 0) print(`${repository}:${version} is ${describeResult()}.\n`)
  return status ?? 1
}

function describeResult() {
  if (values.push) return 'pushed'
  return isForSeveral() ? `built for ${values.platform}, and kept in the build cache only` : 'built'
}

/** Docker's own store has one platform of an image; the others exist in a registry. */
function isForSeveral() {
  return (values.platform ?? '').includes(',')
}

/** The platform compares image and metadata, so the metadata's names come first. */
function identify(name) {
  const path = `${root}destinations/${name}/metadata.yaml`
  const metadata = existsSync(path) ? parse(readFileSync(path, 'utf8')).data : {}
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  return {
    repository: values.repository ?? metadata.dockerRepository ?? `landfall/destination-${name}`,
    version: values.version ?? metadata.dockerImageTag ?? version,
  }
}

/** Docker's builder before BuildKit, which engines have where buildx is missing. It makes one platform at a time. */
function isClassic() {
  if (values.platform === undefined || values.push || isForSeveral()) return false
  const succeeds = (...words) => spawnSync('docker', words, { stdio: 'ignore', timeout: 10_000 }).status === 0
  return succeeds('version') && !succeeds('buildx', 'version')
}

function builderVariables() {
  return isClassic() ? { DOCKER_BUILDKIT: '0' } : {}
}

/** It knows no platform but its own, and must be told. https://docs.docker.com/build/building/variables/ */
function classicArguments() {
  const [, processor] = values.platform.split('/')
  const own = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`
  const variables = { BUILD_MACHINE: own, IMAGE_MACHINE: values.platform, TARGETARCH: processor }
  return Object.entries(variables).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
}

function dockerCommand(name, repository, version) {
  const classic = isClassic()
  const usesBuildx = !classic && (values.push || values.platform !== undefined)
  const tags = values.latest ? [version, 'latest'] : [version]
  return [
    ...(usesBuildx ? ['buildx', 'build'] : ['build']),
    ...(values.platform === undefined ? [] : classic ? classicArguments() : ['--platform', values.platform]),
    ...(values.push ? ['--push'] : usesBuildx && !isForSeveral() ? ['--load'] : []),
    ...['--file', 'docker/Dockerfile'],
    ...(name === baseName ? ['--target', baseName] : destinationArguments(name, repository, version)),
    ...tags.flatMap((tag) => ['--tag', `${repository}:${tag}`]),
    ...dockerArguments,
    '.',
  ]
}

function destinationArguments(name, repository, version) {
  const variables = { DESTINATION: name, VERSION: version, NAME: repository }
  return Object.entries(variables).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
}

function print(text) {
  process.stdout.write(text)
  return 0
}

function complain(text) {
  process.stderr.write(`${text}\n`)
  return 1
}
