import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['landfall-source'] },
  ssr: { resolve: { conditions: ['landfall-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/support/containers/container-desk.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Machines that run many tests at once are slow at times.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    // Most tests wait for a server or a process now and then: one worker more than cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    // Files of a worker share its modules and what these hold. To load everything anew for each took a tenth of the time.
    isolate: false,
    // A machine may have told gRPC whom to trust, in place of Node's own list, which tests add to.
    env: { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: '' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
