import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { externalPackages } from '../../docker/external-packages.ts'
import { runConnectorContainer } from '../support/containers/connector-container.ts'
import { builtImage, engineProblem, isLongForm, titled } from '../support/containers/containers.ts'
import { docker } from '../support/containers/docker.ts'

const root = new URL('../../', import.meta.url)
const allDestinations = readdirSync(new URL('destinations', root)).toSorted()

/** Those whose packages make large images are built in the long form only. */
const destinations = isLongForm ? allDestinations : ['postgres']

const baseImage = 'node:24-bookworm-slim'
const mebibyte = 1024 * 1024
const mostAddedMebibytes = 15

type ImageConfig = {
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Labels: { readonly [name: string]: string }
  readonly User: string
}

describe.skipIf(engineProblem !== undefined).each(destinations)(
  titled('the image of destination-%s', engineProblem),
  (name) => {
    let image = ''
    let config: ImageConfig
    beforeAll(async () => {
      image = await builtImage(name)
      config = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', image))
    }, 300_000)

    const shell = (script: string, ...words: readonly string[]) =>
      docker('run', '--rm', ...words, '--entrypoint', '/bin/sh', image, '-c', script)

    it('says its name and version as the platform reads them', () => {
      const [repository, tag] = image.split(':')
      expect(config.Labels).toMatchObject({ 'io.airbyte.name': repository, 'io.airbyte.version': tag })
    })

    it('has the entrypoint twice: for Docker and for the shell of the platform', () => {
      const variable = config.Env.find((entry) => entry.startsWith('AIRBYTE_ENTRYPOINT='))
      expect(variable).toBe(`AIRBYTE_ENTRYPOINT=${config.Entrypoint.join(' ')}`)
      expect(config.Entrypoint[0]).toMatch(/^\//)
    })

    it('is not run by root', async () => {
      expect(config.User).toBe('1000:1000')
      expect(await shell('id -u; id -g')).toBe('1000\n1000')
    })

    it('prints the same spec by its entrypoint, by the variable, and from any folder', async () => {
      const spec = JSON.parse(readFileSync(new URL(`destinations/${name}/spec.json`, root), 'utf8'))
      const message = { type: 'SPEC', spec }
      const direct = await runConnectorContainer({ image, argv: ['spec'], start: 'direct' })
      expect(direct).toMatchObject({ exitCode: 0, stderr: '', messages: [message] })
      const byShell = await shell(
        'cd /config && eval "$AIRBYTE_ENTRYPOINT spec" > jobOutput.json && cat jobOutput.json',
      )
      expect(JSON.parse(byShell)).toEqual(message)
    })

    it('needs neither a writable root nor a home', async () => {
      const rights = ['--read-only', '--env', 'HOME=/nonexistent', '--user', '1000:1000', '--network', 'none']
      expect(JSON.parse(await shell('eval "$AIRBYTE_ENTRYPOINT spec"', ...rights)).type).toBe('SPEC')
    })

    it('takes the heap from the limit of the container, and leaves the rest to what is outside of it', async () => {
      const script = `\${AIRBYTE_ENTRYPOINT% *} -p 'v8.getHeapStatistics().heap_size_limit / 2**20'`
      for (const limit of [256, 512, 2048]) {
        const heap = Number(await shell(script, '--memory', `${limit}m`))
        expect(heap / limit, `${heap} of ${limit} MiB`).toBeGreaterThan(0.35)
        expect(heap / limit, `${heap} of ${limit} MiB`).toBeLessThan(0.5)
      }
    })

    it('holds its own driver and nothing of the other destinations', async () => {
      const files = await shell('find /airbyte -type f -not -path "*/node_modules/*" -exec cat {} +')
      const packages = await shell(
        'ls -d /airbyte/node_modules/* /airbyte/node_modules/@*/* 2> /dev/null || true',
      )
      const own: readonly string[] = externalPackages[name] ?? []
      for (const driver of own) expect(packages).toContain(`/airbyte/node_modules/${driver}`)
      for (const driver of Object.values(externalPackages).flat()) {
        if (!own.includes(driver)) expect(`${files}${packages}`).not.toContain(driver)
      }
    })

    it('can load the packages that are not in its bundle', async () => {
      for (const driver of externalPackages[name] ?? []) {
        const count = await shell(
          `cd /airbyte && node -e 'import("${driver}").then((module) => console.log(Object.keys(module).length))'`,
        )
        expect(Number(count), driver).toBeGreaterThan(0)
      }
    })

    it('has no package in a version that is not locked', async () => {
      const { packages: locked } = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'))
      const text = await shell('cat /airbyte/node_modules/.package-lock.json 2> /dev/null || echo "{}"')
      const { packages: installed = {} } = JSON.parse(text)
      const versions = (packages: { readonly [path: string]: { readonly version?: string } }) =>
        Object.entries(packages).map(
          ([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`,
        )
      expect(versions(installed).filter((one) => !versions(locked).includes(one))).toEqual([])
      expect(versions(installed).length > 0).toBe((externalPackages[name] ?? []).length > 0)
    })

    it('carries the licences of what is bundled into it', async () => {
      const licences = await shell('cat /airbyte/LICENSE /airbyte/THIRD-PARTY-LICENSES')
      expect(licences).toMatch(/^MIT License/)
      expect(licences).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)$/m)
    })
  },
)

describe.skipIf(engineProblem !== undefined)(titled('the image of PostgreSQL', engineProblem), () => {
  it(`adds at most ${mostAddedMebibytes} MiB to its base`, { timeout: 300_000 }, async () => {
    const added = (await sizeOf(await builtImage('postgres'))) - (await sizeOf(baseImage))
    expect(added).toBeGreaterThan(0)
    expect(added / mebibyte).toBeLessThan(mostAddedMebibytes)
  })
})

async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))
}
