import type { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { DestinationError, type ErrorCode } from '../../errors.ts'
import { isObject } from '../../util/is-object.ts'
import type { StoredSecret } from './secret-labels.ts'
import type { SecretStore, SecretVersion } from './secret-store.ts'

type Environment = { readonly [name: string]: string | undefined }

export type GoogleProject = {
  readonly projectId: string
  /** Of a service account; absent: Google's application default credentials. */
  readonly credentials: { readonly client_email: string; readonly private_key: string } | undefined
  /** `host:port` of an emulator that is spoken to without TLS and without credentials. */
  readonly emulator: string | undefined
}

/**
 * Which project to ask, from options and the environment (`GCP_GSM_CREDENTIALS`, `GCP_PROJECT_ID`,
 * `SECRET_MANAGER_EMULATOR_HOST`); `undefined` where none is configured, as in the CI of a fork.
 */
export function findGoogleProject(
  environment: Environment,
  projectId: string | undefined,
): GoogleProject | undefined {
  const account = readAccount(environment.GCP_GSM_CREDENTIALS)
  const project = projectId ?? (environment.GCP_PROJECT_ID || account?.project_id)
  if (project === undefined) return undefined
  return { projectId: project, credentials: account, emulator: environment.SECRET_MANAGER_EMULATOR_HOST }
}

type Account = { readonly project_id: string; readonly client_email: string; readonly private_key: string }

function readAccount(text: string | undefined): Account | undefined {
  if (text === undefined || text === '') return undefined
  const value = parseJson(text)
  const { project_id, client_email, private_key } = isObject(value) ? value : {}
  if (typeof project_id === 'string' && typeof client_email === 'string' && typeof private_key === 'string')
    return { project_id, client_email, private_key }
  throw new DestinationError(
    'CONFIG_INVALID',
    '`GCP_GSM_CREDENTIALS` does not hold the JSON key of a service account. Store the whole key file in it.',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The caller says what is wrong; the parser's message would show a part of the key.
    return undefined
  }
}

/** Opens Google Secret Manager. The package `@google-cloud/secret-manager` is loaded only here. */
export async function openGoogleSecretStore(project: GoogleProject): Promise<SecretStore> {
  const { SecretManagerServiceClient } = await load(
    '@google-cloud/secret-manager',
    () => import('@google-cloud/secret-manager'),
  )
  const { emulator, credentials, projectId } = project
  if (emulator === undefined) {
    const options = credentials === undefined ? {} : { credentials }
    return new GoogleSecretStore(new SecretManagerServiceClient({ projectId, ...options }), projectId)
  }
  const grpc = await load('@grpc/grpc-js', () => import('@grpc/grpc-js'))
  const [host = '', port = ''] = emulator.split(':')
  const client = new SecretManagerServiceClient({
    projectId,
    apiEndpoint: host,
    port: Number(port),
    // Keeps the client from asking Google's metadata server who it is.
    credentials: { client_email: 'emulator', private_key: 'emulator' },
    sslCreds: grpc.credentials.createInsecure(),
  })
  return new GoogleSecretStore(client, projectId)
}

async function load<Module>(name: string, importModule: () => Promise<Module>): Promise<Module> {
  try {
    return await importModule()
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      `The package \`${name}\` is not installed. Install it: \`npm install ${name}\`.`,
      { cause },
    )
  }
}

class GoogleSecretStore implements SecretStore {
  readonly #client: SecretManagerServiceClient
  readonly #projectId: string

  constructor(client: SecretManagerServiceClient, projectId: string) {
    this.#client = client
    this.#projectId = projectId
  }

  async listSecrets(): Promise<readonly StoredSecret[]> {
    return this.#attempt(`listing the secrets of the project \`${this.#projectId}\``, async () => {
      const [secrets] = await this.#client.listSecrets({
        parent: `projects/${this.#projectId}`,
        filter: 'labels.connector:*',
      })
      return secrets.map(({ name, labels, createTime }) => ({
        name: name ?? '',
        labels: labels ?? {},
        createdAt: createTime?.seconds ? new Date(Number(createTime.seconds) * 1000) : undefined,
      }))
    })
  }

  async readNewest(secret: StoredSecret): Promise<SecretVersion | undefined> {
    return this.#attempt(`reading the secret \`${secret.name}\``, async () => {
      const [versions] = await this.#client.listSecretVersions({
        parent: secret.name,
        filter: 'state:ENABLED',
      })
      const [newest] = versions
        .filter(({ state }) => state === 'ENABLED' || state === 1)
        .toSorted((left, right) => versionNumber(right.name) - versionNumber(left.name))
      const name = newest?.name
      if (name === undefined || name === null) return undefined
      const [{ payload }] = await this.#client.accessSecretVersion({ name })
      return { name, value: Buffer.from(payload?.data ?? '').toString() }
    })
  }

  async addVersion(secret: StoredSecret, value: string): Promise<void> {
    await this.#attempt(`storing a version of the secret \`${secret.name}\``, () =>
      this.#client.addSecretVersion({ parent: secret.name, payload: { data: Buffer.from(value) } }),
    )
  }

  async disableVersion({ name }: SecretVersion): Promise<void> {
    await this.#attempt(`disabling \`${name}\``, () => this.#client.disableSecretVersion({ name }))
  }

  async #attempt<Result>(activity: string, action: () => Promise<Result>): Promise<Result> {
    try {
      return await action()
    } catch (error) {
      throw classify(error, activity)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close()
  }
}

/** By gRPC status. https://cloud.google.com/apis/design/errors#handling_errors */
const rules: { readonly [status: number]: readonly [ErrorCode, string] } = {
  4: ['SERVER_UNAVAILABLE', 'Google did not answer in time; try again'],
  5: ['DATABASE_MISSING', 'there is no such project or secret; check `--project`'],
  7: [
    'PERMISSION_DENIED',
    'the service account may not do that; give it the roles `Secret Manager Viewer` and `Secret Manager Secret Accessor`, and `Secret Manager Secret Version Manager` to write back',
  ],
  8: ['SERVER_UNAVAILABLE', 'the quota is used up; try again later'],
  14: ['SERVER_UNAVAILABLE', 'Google cannot be reached; try again'],
  16: ['LOGIN_FAILED', 'the credentials were refused; check `GCP_GSM_CREDENTIALS`'],
}

function classify(error: unknown, activity: string): DestinationError {
  const status = isObject(error) || error instanceof Error ? Reflect.get(error, 'code') : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (/default credentials/.test(message)) {
    const advice = 'set `GCP_GSM_CREDENTIALS`, or run `gcloud auth application-default login`'
    return new DestinationError('LOGIN_FAILED', `Failed ${activity}: there are no credentials; ${advice}.`, {
      cause: error,
    })
  }
  const [code, reason] = rules[Number(status)] ?? (['CONNECTION_FAILED', message] as const)
  return new DestinationError(code, `Failed ${activity}: ${reason}.`, { cause: error })
}

function versionNumber(name: string | null | undefined): number {
  return Number(name?.split('/').at(-1) ?? 0)
}
