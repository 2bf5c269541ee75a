/** A secret of CI as a secret manager lists it, without its value. */
export type StoredSecret = {
  /** Its resource name: `projects/p/secrets/SECRET_DESTINATION-X_CREDS`. */
  readonly name: string
  readonly labels: { readonly [label: string]: string }
  readonly createdAt: Date | undefined
}

/** What every name of a connector's secret begins with. */
export const secretPrefix = 'SECRET_'

/** The last part of a resource name. */
export function shortName({ name }: StoredSecret): string {
  return name.split('/').at(-1) ?? name
}

/**
 * Whether a secret is meant for a connector. The label `connector` holds one name, or several joined by `_`,
 * which no connector's name contains.
 */
export function isFor(secret: StoredSecret, connector: string): boolean {
  if (!shortName(secret).startsWith(secretPrefix)) return false
  const label = secret.labels.connector
  return label === connector || label?.split('_').includes(connector) === true
}

/**
 * The file that the secret becomes: label `filename` with `.json`, or `config.json`; `undefined` where the
 * label is no plain name, since it decides where a file is written.
 */
export function fileNameOf({ labels }: StoredSecret): string | undefined {
  const { filename } = labels
  if (filename === undefined) return 'config.json'
  return /^[a-z0-9][a-z0-9_-]*$/.test(filename) ? `${filename}.json` : undefined
}

/** The name that a secret for this file should have, for those who make one. */
export function suggestSecretName(connector: string, fileName: string): string {
  const base = fileName.replace(/\.json$/, '')
  const parts = [secretPrefix.slice(0, -1), connector, ...(base === 'config' ? [] : [base]), 'CREDS']
  return parts.join('_').toUpperCase()
}
