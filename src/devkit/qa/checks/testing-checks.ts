import type { Check } from '../check.ts'

export const testingChecks: readonly Check[] = [
  {
    name: 'tests-present',
    category: 'testing',
    promise: 'The connector has tests.',
    run: ({ connector: { tests } }) =>
      tests.length > 0
        ? []
        : [
            {
              message:
                'There is no file `*.test.ts`. Begin with two calls: `testDestination` and, for SQL, `testSqlGenerator` of `landfall/testing`.',
            },
          ],
  },
]
