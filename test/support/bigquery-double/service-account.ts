import { generateKeyPairSync } from 'node:crypto'

/** A service account whose key only this process knows. */
export function createServiceAccount() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const clientEmail = 'loader@landfall-test.iam.gserviceaccount.com'
  const credentials = { type: 'service_account', client_email: clientEmail, private_key: privateKey }
  return { key: { clientEmail, publicKey }, credentialsJson: JSON.stringify(credentials) }
}
