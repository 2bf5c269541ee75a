#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Older versions fail somewhere in the middle, with words that nobody understands.
const oldest = [22, 18]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `error: landfall needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. Install it from https://nodejs.org.\n`,
  )
  process.exit(3)
}
// With the program, so that nobody can change it who cannot change that; there is none where nothing can be written.
module.enableCompileCache(fileURLToPath(new URL('../dist/compile-cache', import.meta.url)))
await import('../dist/src/bin.js')
