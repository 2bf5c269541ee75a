import {
  atStage,
  DestinationError,
  describeWebError,
  type Logger,
  type Row,
  requestRetryPolicy,
  retry,
} from 'landfall/sdk'
import type { Connection, RowStatement } from 'snowflake-sdk'
import type { SnowflakeConfig } from './config.ts'
import type { Driver } from './driver.ts'
import { classifySnowflakeError } from './errors.ts'

/** As often as the driver allows: a token lives for an hour, and may not end while a long COPY runs. */
const heartbeatSeconds = 900

/** One session of the server, with one transaction at a time. */
export class Session {
  /** Whether nothing says that the session has ended. */
  isUsable = true
  readonly #connection: Connection
  #running: RowStatement | undefined

  private constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Logs in and sets what statements of this connector rely on. */
  static async open(
    driver: Driver,
    config: SnowflakeConfig,
    { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
  ): Promise<Session> {
    const connection = await retry(() => Session.#logIn(driver, config), {
      policy: requestRetryPolicy,
      signal,
      isPassing: (error) => DestinationError.is(error) && error.failureType === 'transient_error',
      onRetry: (error, { failures }) => logger.debug(`${String(error)} Attempt ${failures}.`),
    })
    const session = new Session(connection)
    await session.run(`ALTER SESSION SET ${sessionSettings(config)}`, 'Setting up the session')
    return session
  }

  static async #logIn(driver: Driver, config: SnowflakeConfig): Promise<Connection> {
    const connection = createConnection(driver, {
      account: config.account,
      accessUrl: config.url,
      username: config.username,
      ...loginOptions(config),
      role: config.role,
      warehouse: config.warehouse,
      database: config.database,
      application: 'Landfall',
      clientSessionKeepAlive: true,
      clientSessionKeepAliveHeartbeatFrequency: heartbeatSeconds,
      // Numbers of any length stay texts.
      fetchAsString: ['Number'],
      representNullAsStringNull: false,
      // The driver tries for minutes, also where a name is wrong.
      sfRetryMaxLoginRetries: 0,
      ...(config.parameters.loginTimeoutSeconds === undefined
        ? {}
        : { timeout: config.parameters.loginTimeoutSeconds * 1000 }),
    })
    await connect(connection, config)
    return connection
  }

  /**
   * Rows by the names of their columns in lower case, since Snowflake writes names without quotes in upper case.
   * @param activity for errors, in gerund form
   */
  async run(statement: string, activity: string, queryTag?: string): Promise<readonly Row[]> {
    try {
      return (await this.execute(statement, queryTag)).map(withLowerCaseNames)
    } catch (error) {
      throw classifySnowflakeError(error, activity, statement)
    }
  }

  /** As the driver has it, with its own error, for callers who look into it. */
  async execute(statement: string, queryTag?: string): Promise<readonly Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>()
    const running = this.#connection.execute({
      sqlText: statement,
      ...(queryTag === undefined ? {} : { parameters: { QUERY_TAG: queryTag } }),
      complete: (error, _statement, rows) => (error ? reject(error) : resolve(rows ?? [])),
    })
    this.#running = running as RowStatement
    try {
      return await promise
    } catch (error) {
      if (classifySnowflakeError(error, '').code === 'SERVER_UNAVAILABLE') this.isUsable = false
      throw error
    } finally {
      this.#running = undefined
    }
  }

  /** All of the work happens, or nothing of it. */
  async inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.run('BEGIN', 'Beginning a transaction')
    try {
      const result = await work()
      await this.run('COMMIT', 'Committing a transaction')
      return result
    } catch (error) {
      await this.#rollBack()
      throw error
    }
  }

  async #rollBack(): Promise<void> {
    if (!this.isUsable) return
    try {
      await this.run('ROLLBACK', 'Rolling back')
    } catch {
      // The first error says what is wrong; the server rolls back when the session ends.
      this.isUsable = false
    }
  }

  /** Asks the server to end the running statement. */
  interrupt(): void {
    this.isUsable = false
    this.#running?.cancel(() => undefined)
  }

  async close(logger: Logger): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#connection.destroy((error) => {
      // The server ends sessions that nobody uses by itself.
      if (error) logger.debug(`Closing a session failed: ${error.message}`)
      resolve()
    })
    await promise
  }
}

/** The driver looks at its options before it goes anywhere. */
function createConnection(driver: Driver, options: Parameters<Driver['createConnection']>[0]): Connection {
  try {
    return driver.createConnection(options)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
    throw new DestinationError(
      'CONFIG_INVALID',
      `The driver of Snowflake does not take the configuration: ${said}. Check \`host\`, \`username\` and \`credentials\`.`,
      { cause },
    )
  }
}

function loginOptions({ login }: SnowflakeConfig) {
  if (login.kind === 'password') return { password: login.password }
  return {
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: login.privateKey,
    ...(login.passphrase === undefined ? {} : { privateKeyPass: login.passphrase }),
  }
}

async function connect(connection: Connection, { url }: SnowflakeConfig): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  try {
    connection.connect((error) => (error ? reject(error) : resolve()))
    await promise
  } catch (error) {
    const unreached = describeWebError(error, { url, field: 'host' })
    if (unreached !== undefined) throw unreached
    const { code, failureType, message, detail } = classifySnowflakeError(error, `Logging in to \`${url}\``)
    const isAway = code === 'SERVER_UNAVAILABLE'
    const advice = isAway
      ? ' If it stays, check `host`, and that the network and its proxy let the connector reach Snowflake.'
      : ''
    throw new DestinationError(
      isAway ? 'CONNECTION_FAILED' : code,
      atStage('database login', message + advice),
      {
        cause: error,
        detail,
        failureType,
      },
    )
  }
}

/** https://docs.snowflake.com/en/sql-reference/parameters */
function sessionSettings({ parameters }: SnowflakeConfig): string {
  const settings: { readonly [name: string]: string | number } = {
    // Times without an offset are UTC, whatever the account's zone is.
    TIMEZONE: "'UTC'",
    TIMESTAMP_INPUT_FORMAT: "'AUTO'",
    DATE_INPUT_FORMAT: "'AUTO'",
    TIME_INPUT_FORMAT: "'AUTO'",
    AUTOCOMMIT: 'TRUE',
    // What runs for a process that is gone would hold its transaction.
    ABORT_DETACHED_QUERY: 'TRUE',
    ...parameters.session,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')
}

function withLowerCaseNames(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
}
