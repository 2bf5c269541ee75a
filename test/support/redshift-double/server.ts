import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import pg from 'pg'
import { type Certificate, createCertificate, exportKey } from '../certificates.ts'
import { createTestDatabase, type TestDatabase } from '../postgres-database.ts'
import { dialectStatements } from './dialect.sql.ts'
import { S3Double } from './s3-double.ts'
import { ClientSession } from './session.ts'

export type RedshiftDoubleOptions = {
  /** Answers that it has no TLS. */
  readonly isWithoutTls?: boolean
  /** Default: one of an authority that nobody trusts, for `localhost`. */
  readonly certificate?: Certificate
}

/** What a test wants to happen with a statement. */
export type StatementFault =
  /** The connection breaks before the server sees it. */
  | 'cut before'
  /** The server does it, but the answer never arrives. */
  | 'cut after'
  /** The server answers with this error. */
  | { readonly state: string; readonly message: string; readonly detail?: string }

/**
 * Answers in the place of Amazon Redshift: the wire protocol with TLS, in front of a real PostgreSQL in which a schema has what
 * Redshift has and PostgreSQL lacks. Statements are translated on their way, and refused where Redshift would refuse
 * them. It is not Redshift: whatever the real one does otherwise, no test of this repository can see.
 */
export class RedshiftDouble implements AsyncDisposable {
  readonly s3: S3Double
  readonly database: TestDatabase
  readonly certificate: Certificate
  /** All statements, as the connector sent them. */
  readonly statements: string[] = []
  fault: ((statement: string) => StatementFault | undefined) | undefined
  /** Rows that COPY reports beyond those that it has loaded. */
  extraCopyCount = 0
  copyCount = 0
  readonly #isWithoutTls: boolean
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0

  private constructor(database: TestDatabase, s3: S3Double, options: RedshiftDoubleOptions) {
    this.database = database
    this.s3 = s3
    this.#isWithoutTls = options.isWithoutTls ?? false
    this.certificate =
      options.certificate ??
      createCertificate({
        name: 'server',
        issuer: createCertificate({ name: 'Nobody' }),
        hostName: 'localhost',
      })
    // An answer is several small writes, and each would wait for the client's receipt of the one before.
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
  }

  static async start(options: RedshiftDoubleOptions = {}): Promise<RedshiftDouble> {
    const database = await createTestDatabase()
    await database.query(`ALTER DATABASE ${database.name} SET search_path = public, redshift_double`)
    await database.query(`ALTER DATABASE ${database.name} SET standard_conforming_strings = off`)
    await database.query(`ALTER DATABASE ${database.name} SET escape_string_warning = off`)
    await database.query('SET standard_conforming_strings = on')
    for (const statement of dialectStatements) await database.query(statement)
    const double = new RedshiftDouble(database, await S3Double.start(), options)
    double.#server.listen(0, '127.0.0.1')
    await once(double.#server, 'listening')
    const address = double.#server.address()
    double.#port = typeof address === 'object' && address !== null ? address.port : 0
    return double
  }

  /** A connector configuration for this server, as the platform would write it. */
  get config(): { readonly [key: string]: unknown } {
    const { address, name } = this.database
    const { s3 } = this
    return {
      host: '127.0.0.1',
      port: this.#port,
      database: name,
      schema: 'public',
      username: address.user,
      password: address.password,
      uploading_method: {
        method: 'S3 Staging',
        s3_bucket_name: s3.bucket,
        s3_bucket_path: 'a folder/for tests',
        s3_bucket_region: s3.region,
        access_key_id: s3.accessKeyId,
        secret_access_key: s3.secretAccessKey,
        s3_endpoint: s3.endpoint,
      },
    }
  }

  /** Writes down what a COPY refused, beside the transaction that fails by it. */
  async keepLoadErrors(queryId: number, errors: readonly (readonly (string | number)[])[]): Promise<void> {
    const { address, name } = this.database
    const client = new pg.Client({ ...address, database: name })
    await client.connect()
    for (const error of errors)
      await client.query(
        'INSERT INTO redshift_double.sys_load_error_detail VALUES ($1, $2, $3, $4, $5, $6)',
        [queryId, ...error],
      )
    await client.end()
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await this.s3[Symbol.asyncDispose]()
    await this.database[Symbol.asyncDispose]()
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
    socket.once('data', (request: Buffer) => {
      // SSLRequest. https://www.postgresql.org/docs/8.0/protocol-message-formats.html
      const isSslRequest = request.length === 8 && request.readInt32BE(4) === 80_877_103
      if (this.#isWithoutTls || !isSslRequest) {
        socket.end(isSslRequest ? 'N' : '')
        return
      }
      socket.write('S')
      const secureContext = createSecureContext({
        cert: this.certificate.certificate,
        key: exportKey(this.certificate),
      })
      const secure = new TLSSocket(socket, { isServer: true, secureContext })
      const { host, port } = this.database.address
      new ClientSession(secure, connect({ port, host, noDelay: true }), this).start()
    })
  }
}
