import { createHash } from 'node:crypto'
import type { Client, ConnectConfig } from 'ssh2'
import { DestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { type Channel, ForwardedStream } from './forwarded-stream.ts'
import {
  describeBrokenTunnel,
  describeForwardError,
  describeKeyError,
  describeOtherHostKey,
  describeSshError,
} from './ssh-errors.ts'
import { normalisePrivateKey } from './ssh-key.ts'
import type { SshTunnelConfig } from './ssh-tunnel-config.ts'

type Driver = { readonly Client: typeof Client }

export type SshTunnelOptions = {
  readonly config: SshTunnelConfig
  readonly logger: Logger
  /** Longest time for the login and for each forward. Default: a minute. */
  readonly timeoutMilliseconds?: number | undefined
  /** Time between two signs of life that are asked for. Default: 15 seconds. */
  readonly keepAliveMilliseconds?: number | undefined
  /** When it aborts, no login and no forward is waited for any more. */
  readonly signal?: AbortSignal | undefined
}

const defaultTimeoutMilliseconds = 60_000

/** Firewalls forget silent connections, often after a minute. */
const defaultKeepAliveMilliseconds = 15_000

/** How long a jump server may take to take leave. */
const closeMilliseconds = 5_000

/** A jump server that owes this many answers is gone. */
const maximumUnanswered = 3

/**
 * A way through a jump server: one SSH connection, opened when it is first needed and again after it broke,
 * with one forwarded stream per database connection. A stream whose tunnel breaks fails with an error that
 * says so. Dispose it after the last of its streams.
 */
export class SshTunnel implements AsyncDisposable {
  readonly #options: SshTunnelOptions
  readonly #streams = new Set<ForwardedStream>()
  #client: Promise<Client> | undefined
  /** Of the jump server that was first logged in to; another one later is refused. */
  #fingerprint: string | undefined
  #isClosed = false

  constructor(options: SshTunnelOptions) {
    this.#options = options
    this.#fingerprint = options.config.hostFingerprint
  }

  /**
   * Opens a stream to a host as the jump server sees it.
   * @throws DestinationError that names the stage: name resolution, TCP, SSH login or port forward
   */
  async connect(host: string, port: number): Promise<ForwardedStream> {
    if (this.#isClosed)
      throw new DestinationError('INTERNAL', 'A tunnel was asked for a stream after its end.')
    this.#client ??= this.#logIn()
    const client = await this.#client
    const stream = await this.#waitFor(client, this.#forward(client, host, port))
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
    return stream
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const client = await this.#client?.catch(() => undefined)
    if (client === undefined) return
    const closed = new Promise<void>((resolve) => {
      client.once('close', () => resolve())
    })
    client.end()
    const timer = setTimeout(() => client.destroy(), closeMilliseconds)
    await closed
    clearTimeout(timer)
    this.#options.logger.debug(`Closed the SSH tunnel through ${label(this.#options.config)}.`)
  }

  async #logIn(): Promise<Client> {
    const { config, logger } = this.#options
    try {
      const driver = await loadSshDriver()
      const client = new driver.Client()
      try {
        await this.#waitFor(client, this.#waitUntilReady(client))
      } catch (error) {
        client.destroy()
        throw error
      }
      client.once('close', () => this.#breakStreams())
      logger.info(
        `Opened an SSH tunnel through ${label(config)}. The fingerprint of its host key is ${this.#fingerprint}.`,
      )
      return client
    } catch (error) {
      this.#client = undefined
      throw error
    }
  }

  /** Waits for an answer, unless the process is asked to stop: then the jump server's connection goes at once. */
  async #waitFor<Answer>(client: Client, answer: Promise<Answer>): Promise<Answer> {
    const { signal } = this.#options
    if (signal === undefined) return answer
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = () => {
      client.destroy()
      reject(signal.reason)
    }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    try {
      return await Promise.race([answer, stopped])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #waitUntilReady(client: Client): Promise<void> {
    const { config } = this.#options
    let hasConnected = false
    let refusedKey: DestinationError | undefined
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) =>
        reject(refusedKey ?? describeSshError(error, config, hasConnected ? 'SSH login' : 'TCP'))
      // It stays after the login: a connection that breaks reports it, and then closes.
      client.on('error', fail)
      client.once('close', () => fail(new Error('The SSH server closed the connection.')))
      client.once('connect', () => {
        hasConnected = true
        // A statement is several small packets; each would wait for the other side's next acknowledgement.
        client.setNoDelay(true)
      })
      client.once('ready', resolve)
      client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
        answer(prompts.map(() => (config.login.kind === 'password' ? config.login.password : ''))),
      )
      const hostVerifier = (key: Buffer) => {
        refusedKey = this.#refuseKey(key)
        return refusedKey === undefined
      }
      try {
        client.connect({ ...this.#connectConfig(), hostVerifier })
      } catch (error) {
        fail(error)
      }
    })
  }

  #connectConfig(): ConnectConfig {
    const { config, timeoutMilliseconds, keepAliveMilliseconds } = this.#options
    return {
      host: config.host,
      port: config.port,
      username: config.user,
      readyTimeout: timeoutMilliseconds ?? defaultTimeoutMilliseconds,
      keepaliveInterval: keepAliveMilliseconds ?? defaultKeepAliveMilliseconds,
      keepaliveCountMax: maximumUnanswered,
      ...loginConfig(config),
    }
  }

  /** The first key is recorded where none is configured; every later one must be the same. */
  #refuseKey(key: Buffer): DestinationError | undefined {
    const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
    this.#fingerprint ??= fingerprint
    if (fingerprint === this.#fingerprint) return undefined
    return describeOtherHostKey(this.#options.config, { shown: fingerprint, expected: this.#fingerprint })
  }

  async #forward(client: Client, host: string, port: number): Promise<ForwardedStream> {
    const { config, timeoutMilliseconds = defaultTimeoutMilliseconds } = this.#options
    const target = { host, port }
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(describeForwardError(error, config, target))
      const timer = setTimeout(
        () => fail(new Error('The jump server got no connection in time.')),
        timeoutMilliseconds,
      ).unref()
      const settle = (error: unknown, channel?: Channel) => {
        clearTimeout(timer)
        if (channel === undefined) fail(error)
        else resolve(new ForwardedStream(channel))
      }
      try {
        client.forwardOut('127.0.0.1', 0, host, port, settle)
      } catch (error) {
        // The connection broke just now; what closes it has not been told yet.
        settle(error)
      }
    })
  }

  #breakStreams(): void {
    this.#client = undefined
    for (const stream of this.#streams)
      stream.destroy(this.#isClosed ? undefined : describeBrokenTunnel(this.#options.config))
    this.#streams.clear()
  }
}

/** Loads `ssh2` when the first tunnel is opened, so that connectors work without it where there is none. */
export async function loadSshDriver(
  load: () => Promise<{ readonly default: Driver }> = () => import('ssh2'),
): Promise<Driver> {
  try {
    return (await load()).default
  } catch (error) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The driver for SSH tunnels is not installed. Install the package `ssh2` beside this connector.',
      { cause: error },
    )
  }
}

function loginConfig({ login }: SshTunnelConfig): ConnectConfig {
  // Servers with PAM often take the password only as the answer to a question.
  if (login.kind === 'password') return { password: login.password, tryKeyboard: true }
  const { passphrase } = login
  try {
    const privateKey = normalisePrivateKey(login.privateKey, passphrase)
    return { privateKey, ...(passphrase === undefined ? {} : { passphrase }) }
  } catch (error) {
    throw describeKeyError(error)
  }
}

function label({ host, port }: SshTunnelConfig): string {
  return `\`${host}:${port}\``
}
