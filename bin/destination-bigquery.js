#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiling is half of what a short run costs. The cache lies with the program, so that nobody can change it who cannot
// change that; where the folder cannot be written to, there is none.
// Older versions of Node have none.
module.enableCompileCache?.(fileURLToPath(new URL('../dist/compile-cache', import.meta.url)))
await import('../dist/bin/destination-bigquery.js')
