import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

export type FakeVersion = { readonly value: string; state: 'ENABLED' | 'DISABLED' | 'DESTROYED' }
export type FakeSecret = {
  readonly name: string
  readonly labels: { readonly [label: string]: string }
  readonly versions: FakeVersion[]
}

export type FakeSecretManager = AsyncDisposable & {
  /** `host:port`, without TLS. */
  readonly address: string
  readonly secrets: FakeSecret[]
  /** Names of the methods that were called, in order. */
  readonly calls: string[]
  /** gRPC status that every call is refused with, while it is set. */
  refuseWith: number | undefined
}

/** As many secrets as one page of an answer has; small, so that tests see several. */
const pageSize = 2

type Request = {
  readonly parent?: string
  readonly name?: string
  readonly filter?: string
  readonly page_token?: string
  readonly payload?: { readonly data: Buffer }
}
type Handler = (request: Request) => object

/** Google Secret Manager in this process, over gRPC, by the interface definition that Google publishes. */
export async function startFakeSecretManager(project: string): Promise<FakeSecretManager> {
  const server = new Server()
  const secrets: FakeSecret[] = []
  const fake = {
    address: '',
    secrets,
    calls: [] as string[],
    refuseWith: undefined as number | undefined,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  }
  const handlers: { readonly [method: string]: Handler } = {
    ListSecrets: ({ page_token: token = '' }) => {
      const start = Number(token || 0)
      const labelled = secrets.filter(({ labels }) => 'connector' in labels)
      const page = labelled.slice(start, start + pageSize)
      return {
        secrets: page.map(({ name, labels }) => ({
          name: `projects/${project}/secrets/${name}`,
          labels,
          create_time: { seconds: 1_700_000_000 },
        })),
        next_page_token: start + pageSize < labelled.length ? String(start + pageSize) : '',
      }
    },
    ListSecretVersions: ({ parent = '', filter }) => ({
      versions: find(parent)
        .versions.map(({ state }, index) => ({ name: `${parent}/versions/${index + 1}`, state }))
        .filter(({ state }) => filter !== 'state:ENABLED' || state === 'ENABLED'),
    }),
    AccessSecretVersion: ({ name = '' }) => ({
      name,
      payload: { data: Buffer.from(findVersion(name).value) },
    }),
    AddSecretVersion: ({ parent = '', payload }) => {
      const { versions } = find(parent)
      versions.push({ value: payload?.data.toString() ?? '', state: 'ENABLED' })
      return { name: `${parent}/versions/${versions.length}`, state: 'ENABLED' }
    },
    DisableSecretVersion: ({ name = '' }) => {
      findVersion(name).state = 'DISABLED'
      return { name, state: 'DISABLED' }
    },
  }
  server.addService(
    readService(),
    Object.fromEntries(
      Object.entries(handlers).map(([method, handler]) => [method, answer(method, handler)]),
    ),
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
  fake.address = `127.0.0.1:${port}`
  return fake

  function answer(method: string, handler: Handler) {
    return ({ request }: ServerUnaryCall<Request, object>, done: sendUnaryData<object>) => {
      fake.calls.push(method)
      if (fake.refuseWith !== undefined)
        return done({ code: fake.refuseWith, details: 'refused by the test' })
      try {
        done(null, handler(request))
      } catch (error) {
        done({ code: status.NOT_FOUND, details: String(error) })
      }
    }
  }

  function find(path: string): FakeSecret {
    const secret = secrets.find(({ name }) => path === `projects/${project}/secrets/${name}`)
    if (secret === undefined) throw new Error(`no secret ${path}`)
    return secret
  }

  function findVersion(path: string): FakeVersion {
    const [secretPath = '', index = ''] = path.split('/versions/')
    const version = find(secretPath).versions[Number(index) - 1]
    if (version === undefined) throw new Error(`no version ${path}`)
    return version
  }
}

function readService() {
  const require = createRequire(import.meta.url)
  const folder = dirname(require.resolve('@google-cloud/secret-manager/package.json'))
  const gax = createRequire(`${folder}/package.json`).resolve('google-gax')
  const common = dirname(dirname(dirname(gax)))
  const definition = loadSync('google/cloud/secretmanager/v1/service.proto', {
    keepCase: true,
    enums: String,
    defaults: true,
    includeDirs: [join(folder, 'build', 'protos'), join(common, 'build', 'protos')],
  })
  const root: unknown = loadPackageDefinition(definition)
  const client = ['google', 'cloud', 'secretmanager', 'v1', 'SecretManagerService'].reduce<unknown>(
    (part, name) => (part as { readonly [name: string]: unknown })[name],
    root,
  )
  return (client as { readonly service: Parameters<Server['addService']>[0] }).service
}
