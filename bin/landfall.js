#!/usr/bin/env node
// Older versions fail somewhere in the middle, with words that nobody understands.
const oldest = [22, 18]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `error: landfall needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. Install it from https://nodejs.org.\n`,
  )
  process.exit(3)
}
await import('../dist/src/bin.js')
