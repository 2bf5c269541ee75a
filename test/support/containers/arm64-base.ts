import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { docker } from './docker.ts'

const run = promisify(execFile)

export type Arm64BaseOptions = {
  readonly image: string
  /** For files meanwhile. */
  readonly folder: string
  /** Node's program for arm64. */
  readonly node: string
  /** A folder whose `lib` has libc and libstdc++ for arm64. */
  readonly libraries: string
}

/**
 * Makes an image with Node for arm64, where no registry has one: nothing but the program and its libraries. `docker import`
 * takes no other processor than the engine's, so this is written as `docker save` would.
 */
export async function makeArm64Base({ image, folder, node, libraries }: Arm64BaseOptions): Promise<void> {
  const [root, archive] = [join(folder, 'base'), join(folder, 'archive')]
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await mkdir(archive)
  await cp(join(libraries, 'lib'), join(root, 'lib'), { recursive: true, verbatimSymlinks: true })
  await copyFile(node, join(root, 'usr/local/bin/node'))
  await chmod(join(root, 'usr/local/bin/node'), 0o755)
  const layer = join(archive, 'layer.tar')
  await run('tar', ['--owner=0', '--group=0', '-C', root, '-cf', layer, '.'])
  const hash = createHash('sha256')
  await pipeline(createReadStream(layer), hash)
  const rootfs = { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] }
  const config = { architecture: 'arm64', os: 'linux', config: {}, rootfs, history: [] }
  await writeFile(join(archive, 'config.json'), JSON.stringify(config))
  const manifest = [{ Config: 'config.json', RepoTags: [image], Layers: ['layer.tar'] }]
  await writeFile(join(archive, 'manifest.json'), JSON.stringify(manifest))
  const whole = join(folder, 'image.tar')
  await run('tar', ['-C', archive, '-cf', whole, 'manifest.json', 'config.json', 'layer.tar'])
  await docker('load', '--input', whole)
}
