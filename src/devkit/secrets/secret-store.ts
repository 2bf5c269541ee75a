import type { StoredSecret } from './secret-labels.ts'

/** A version of a secret that is enabled, with its value. */
export type SecretVersion = { readonly name: string; readonly value: string }

/** Where CI credentials are kept. Everything it throws is a `DestinationError`. */
export interface SecretStore extends AsyncDisposable {
  /** Every secret of the project that has a label `connector`, in any order. */
  listSecrets(): Promise<readonly StoredSecret[]>
  /** The newest enabled version, or `undefined` where there is none. */
  readNewest(secret: StoredSecret): Promise<SecretVersion | undefined>
  addVersion(secret: StoredSecret, value: string): Promise<void>
  disableVersion(version: SecretVersion): Promise<void>
}
