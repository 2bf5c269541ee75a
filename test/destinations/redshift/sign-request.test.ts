import { describe, expect, it } from 'vitest'
import { encodePath, sha256, signRequest, timestampOf } from '../../../destinations/redshift/sign-request.ts'
import { objectAddress } from '../../../destinations/redshift/staging-files.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: its examples, with their results. */
const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
}
const host = 'examplebucket.s3.amazonaws.com'
const date = timestampOf(new Date('2013-05-24T00:00:00Z'))

describe('a request to S3 is signed', () => {
  it.each([
    {
      case: 'GET with a range',
      request: { method: 'GET', path: '/test.txt' },
      body: '',
      headers: { range: 'bytes=0-9' },
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      case: 'PUT of an object whose name has to be encoded',
      request: { method: 'PUT', path: `/${encodePath('test$file.text')}` },
      body: 'Welcome to Amazon S3.',
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
  ] as const)('as the example of AWS: $case', ({ request, body, headers, signature }) => {
    const payloadHash = sha256(body)
    const all = { ...headers, host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': date }
    expect(signRequest(key, { ...request, headers: all, payloadHash })).toMatch(`Signature=${signature}`)
  })

  it('with every byte of a name encoded but the unreserved ones and slashes', () => {
    expect(encodePath("a b/é!'()*+~-_.=")).toBe('a%20b/%C3%A9%21%27%28%29%2A%2B~-_.%3D')
  })
})

describe('the address of an object', () => {
  const staging = {
    bucket: 'files',
    path: '',
    region: 'eu-west-1',
    accessKeyId: '',
    secretAccessKey: '',
    fileNamePattern: undefined,
    keepsFiles: false,
    endpoint: undefined,
  }

  it.each([
    { fields: {}, address: 'https://files.s3.eu-west-1.amazonaws.com/a/b%20c' },
    { fields: { bucket: 'my.files' }, address: 'https://s3.eu-west-1.amazonaws.com/my.files/a/b%20c' },
    { fields: { region: 'cn-north-1' }, address: 'https://files.s3.cn-north-1.amazonaws.com.cn/a/b%20c' },
    { fields: { endpoint: 'https://vpce.example' }, address: 'https://vpce.example/files/a/b%20c' },
  ])('$address', ({ fields, address }) => {
    expect(objectAddress({ ...staging, ...fields }, 'a/b c')).toBe(address)
  })
})
