import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Destination } from '../destination/destination.ts'
import type { KitExitCode } from './exit-codes.ts'

/** What the `landfall` executable sees of its process. Tests give streams and folders of their own. */
export type KitEnvironment = {
  /** Without the executable and the script. */
  readonly argv: readonly string[]
  readonly env: { readonly [name: string]: string | undefined }
  readonly cwd: string
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly version: string
  /** Aborted by SIGINT and SIGTERM from the first call on; before it, these end the process as usual. */
  readonly stopSignal: () => AbortSignal
  /** Runs a connector as this process; it sets the exit code itself. */
  readonly runDestination: (destination: Destination, argv: readonly string[]) => Promise<void>
}

export type Style = Parameters<typeof styleText>[0]

/** What a command of `landfall` works with. Data goes to standard output, notes for people to standard error. */
export class Kit {
  readonly environment: KitEnvironment
  #exitCode: KitExitCode = 0

  constructor(environment: KitEnvironment) {
    this.environment = environment
  }

  get exitCode(): KitExitCode {
    return this.#exitCode
  }

  /** A command's result, which a script may read: a line on standard output. */
  print(text: string): void {
    this.environment.stdout.write(`${text}\n`)
  }

  /** What a person should know besides the result: a line on standard error. */
  note(text: string): void {
    this.environment.stderr.write(`${text}\n`)
  }

  /** Colours for standard output, where it is a terminal that has them; NO_COLOR and FORCE_COLOR count. */
  style(format: Style, text: string): string {
    return styleText(format, text, { stream: this.environment.stdout })
  }

  /** The same for standard error. */
  styleNote(format: Style, text: string): string {
    return styleText(format, text, { stream: this.environment.stderr })
  }

  /**
   * Makes a commander action of a function that returns an exit code. A `DestinationError` that it throws becomes
   * one line on standard error, with the exit code of `exitCodeOf`.
   */
  action<Parameters extends readonly unknown[]>(
    run: (...parameters: Parameters) => Promise<KitExitCode>,
  ): (...parameters: Parameters) => Promise<void> {
    return async (...parameters) => {
      this.#exitCode = await run(...parameters)
    }
  }
}
