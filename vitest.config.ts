import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['landfall-source'] },
  ssr: { resolve: { conditions: ['landfall-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Machines that run many tests at once are slow at times.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
