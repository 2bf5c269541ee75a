import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['landfall-source'] },
  ssr: { resolve: { conditions: ['landfall-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
