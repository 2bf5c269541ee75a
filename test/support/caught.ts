import { DestinationError } from '../../src/errors.ts'

/** The `DestinationError` that `run` throws or rejects with; fails the test where there is none. */
export async function caught(run: () => unknown): Promise<DestinationError> {
  try {
    await run()
  } catch (error) {
    if (DestinationError.is(error)) return error
    throw error
  }
  throw new Error('The call was expected to fail, but it succeeded.')
}
