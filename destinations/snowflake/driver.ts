import { DestinationError } from 'landfall/sdk'

export type Driver = typeof import('snowflake-sdk')

/** Imported only when a connection is opened, so that `spec` and the SQL generator work without the driver. */
export async function loadDriver(): Promise<Driver> {
  const driver = await importDriver()
  // The driver writes to standard output and to a file of its own, unless it is told not to.
  driver.configure({ logLevel: 'OFF', additionalLogToConsole: false })
  return driver
}

async function importDriver(): Promise<Driver> {
  try {
    const module = await import('snowflake-sdk')
    return module.default
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The Snowflake driver cannot be loaded. Install the package `snowflake-sdk` next to `landfall`.',
      { cause },
    )
  }
}
