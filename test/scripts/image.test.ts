import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { externalPackages } from '../../docker/external-packages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { version, dependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const destinations = readdirSync(`${root}destinations`).toSorted()

function image(...words: readonly string[]) {
  return spawnSync(process.execPath, [`${root}scripts/image.mjs`, ...words], { encoding: 'utf8' })
}

describe('npm run image', () => {
  it('builds by the one Dockerfile, with name and version', () => {
    expect(image('postgres', '--version', '7.8.9', '--print').stdout).toBe(
      'docker build --file docker/Dockerfile --build-arg DESTINATION=postgres --build-arg VERSION=7.8.9 ' +
        '--build-arg NAME=landfall/destination-postgres --tag landfall/destination-postgres:7.8.9 .\n',
    )
  })

  it('knows every folder of destinations/ and the base image', () => {
    expect(JSON.parse(image('--list').stdout)).toEqual(['base', ...destinations])
    const commands = image('--all', '--print').stdout.trim().split('\n')
    expect(commands).toHaveLength(destinations.length + 1)
    for (const name of destinations) {
      expect(commands.filter((command) => command.includes(`landfall/destination-${name}:`))).toHaveLength(1)
    }
    expect(commands[0]).toContain(`--target base --tag landfall/destination-base:${version} `)
  })

  it('pushes for several processors by buildx, with a second tag', () => {
    const { stdout } = image(
      'duckdb',
      '--push',
      '--platform',
      'linux/amd64,linux/arm64',
      '--latest',
      '--print',
    )
    expect(stdout).toContain('docker buildx build --platform linux/amd64,linux/arm64 --push ')
    expect(stdout).toContain(' --tag landfall/destination-duckdb:latest ')
  })

  it.each([
    ['by buildx', 0, ' buildx build --platform linux/arm64 --load '],
    [
      'by the older builder, which is told everything',
      1,
      ' --build-arg IMAGE_MACHINE=linux/arm64 --build-arg TARGETARCH=arm64 ',
    ],
  ])('builds for another processor %s', (_title, buildx, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-image-'))
    try {
      writeFileSync(join(folder, 'docker'), `#!/bin/sh\n[ "$1" != buildx ] || exit ${buildx}\n`, {
        mode: 0o755,
      })
      const { stdout } = spawnSync(
        process.execPath,
        [`${root}scripts/image.mjs`, 'postgres', '--platform', 'linux/arm64', '--print'],
        { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } },
      )
      expect(stdout).toContain(expected)
      expect(stdout.includes(' --platform ')).toBe(buildx === 0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('hands what follows -- to Docker', () => {
    expect(image('duckdb', '--print', '--', '--network', 'host').stdout).toMatch(/ --network host \.\n$/)
  })

  it.each([
    { words: ['nope'], complaint: 'There is no image `nope`' },
    { words: [], complaint: 'Name a destination' },
    { words: ['--all', '--repository', 'x'], complaint: 'is for one image' },
  ])('refuses $words and says why', ({ words, complaint }) => {
    const { status, stderr } = image(...words, '--print')
    expect(status).toBe(1)
    expect(stderr).toContain(complaint)
  })
})

describe('packages that are not bundled', () => {
  it.each(Object.entries(externalPackages))('of %s are known to package.json', (_name, packages) => {
    for (const name of packages) expect({ ...dependencies, ...devDependencies }).toHaveProperty([name])
  })

  it('are prepared by programs that the Dockerfile finds', () => {
    const dockerfile = readFileSync(`${root}docker/Dockerfile`, 'utf8')
    for (const [, path = ''] of dockerfile.matchAll(/node (docker\/\S+\.ts)/g)) {
      expect(existsSync(`${root}${path}`), path).toBe(true)
    }
  })
})
