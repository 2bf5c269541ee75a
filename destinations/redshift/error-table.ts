import { isConnectionLoss } from '../postgres/errors-that-pass.ts'
import { alike, type KnownError } from '../postgres/known-error.ts'

const report = "Please report this with the connector's log."

/** What COPY says of the bucket. Redshift has no SQLSTATE of its own for it, so the words of S3 tell. */
const errorsOfCopy = [
  ...alike({ code: 'PERMISSION_DENIED' }, [
    {
      name: 'files that COPY may not read',
      words: /S3ServiceException:.*(Access Denied|AccessDenied)/,
      sentence: 'The key in `uploading_method` may write files, but Redshift may not read them with it.',
      remedy:
        'Give it `s3:GetObject` on the bucket, and `s3:ListBucket`; look for conditions on addresses or VPC endpoints.',
    },
  ]),
  ...alike({ code: 'LOGIN_FAILED' }, [
    {
      name: 'key that S3 refuses',
      words:
        /S3ServiceException:.*(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|Access Key Id|signature)/,
      sentence: 'S3 refuses the key with which Redshift reads the files.',
      remedy: 'Check `access_key_id` and `secret_access_key` of `uploading_method`.',
    },
  ]),
  ...alike({ code: 'SERVER_UNAVAILABLE' }, [
    {
      name: 'S3 that asks for patience',
      words:
        /S3ServiceException:.*(SlowDown|Slow Down|reduce your request rate|Status 50[0-9])|S3CurlException|Connection timed out after/,
      sentence: 'S3 did not give the files to Redshift in time.',
      remedy:
        'It is tried again; if it stays, look at the health of S3, and at the routes from the cluster to it.',
    },
  ]),
  ...alike({ code: 'CONFIG_INVALID' }, [
    {
      name: 'bucket in another region',
      words:
        /S3ServiceException:.*(PermanentRedirect|AuthorizationHeaderMalformed|must be addressed using the specified endpoint|the region '[^']*' is wrong|bucket is in (another|this) region|incorrect region|wrong region)/i,
      sentence: 'The bucket lies in another region than the configuration says.',
      remedy: 'Correct `s3_bucket_region` of `uploading_method`.',
    },
  ]),
  ...alike({ code: 'DATABASE_MISSING' }, [
    {
      name: 'bucket or file that is gone',
      words:
        /S3ServiceException:.*(NoSuchBucket|NoSuchKey|does not exist)|Mandatory url is not present in manifest|Problem reading manifest file/,
      sentence: 'A file that was uploaded is not there for Redshift.',
      remedy:
        'Look for a rule of the bucket that deletes files at once, and check `s3_bucket_name` and `s3_bucket_region`.',
    },
  ]),
  ...alike({ code: 'DATA_REFUSED' }, [
    {
      name: 'rows that COPY refuses',
      words: /stl_load_errors|sys_load_error_detail|^Load into table/,
      hidesWords: true,
      sentence: 'Redshift refused a row.',
      remedy: 'SYS_LOAD_ERROR_DETAIL has the reason.',
    },
  ]),
] satisfies readonly KnownError[]

/** Before what passes: Redshift gives it SQLSTATE 53100, or none. */
const diskFull = {
  name: 'disk full',
  applies: ({ code, message }) => code === '53100' || /disk full|no space left/i.test(message),
  code: 'STATEMENT_FAILED',
  failureType: 'config_error',
  sentence: 'The cluster has no disk left for the statement.',
  remedy: 'Make room or resize the cluster; sorting and joining need space beside the tables.',
} satisfies KnownError

const errorsThatPass = alike({ code: 'SERVER_UNAVAILABLE' }, [
  {
    name: 'connection lost',
    applies: isConnectionLoss,
    sentence: 'The connection to Redshift was lost.',
    remedy: 'The next attempt will connect again; if it stays, look at firewalls that end long connections.',
  },
  {
    name: 'serializable isolation violation (1023)',
    applies: ({ code, message, detail = '' }) =>
      code === '40001' || /^1023\b|serializable isolation violation/i.test(`${message} ${detail}`),
    sentence: 'Another session changed the same tables at the same time.',
    remedy: 'It is tried again; if it stays, let nobody else write to the tables of the sync.',
  },
  {
    name: 'table that another transaction replaced (1018)',
    applies: ({ message, detail = '' }) => /^1018\b|Relation does not exist/.test(`${message} ${detail}`),
    sentence: 'Another session dropped or replaced the table while the statement waited for it.',
    remedy: 'It is tried again; if it stays, let nobody else change the tables of the sync.',
  },
  {
    name: 'deadlock detected',
    state: '40P01',
    sentence: 'Two sessions waited for each other, and Redshift stopped this one.',
    remedy: 'It is tried again; if it stays, find out what else locks these tables (SVV_TRANSACTIONS).',
  },
  {
    name: 'conflict with a concurrent transaction',
    words:
      /conflict with concurrent transaction|tuple concurrently (updated|deleted)|could not open relation with OID/,
    sentence: 'Another session changed the same object at the same time.',
    remedy: 'It is tried again.',
  },
  {
    name: 'cluster that stops or restarts',
    state: '57P',
    sentence: 'Redshift ended the session.',
    remedy: 'It is tried again; if it stays, look at the state of the cluster and at WLM.',
  },
  {
    name: 'no room for a connection or for memory',
    state: '53',
    sentence: 'Redshift has no room left.',
    remedy: 'It is tried again; if it stays, look at the limits of connections and memory.',
  },
  {
    name: 'connection failure',
    state: '08',
    sentence: 'The connection to Redshift failed.',
    remedy: 'The next attempt will connect again.',
  },
])

const errorsOfSetUp = [
  ...alike({ code: 'STATEMENT_FAILED', failureType: 'config_error' }, [
    {
      name: 'query that was cancelled',
      state: '57014',
      sentence: 'A limit of the user or of WLM, or an administrator, ended the statement.',
      remedy: 'Raise or take away the limit, for example: ALTER USER ... SET statement_timeout TO 0.',
    },
    {
      name: 'too many columns',
      words: /at most 1600 columns|too many columns/i,
      sentence: 'A table of Redshift has at most 1600 columns.',
      remedy: 'Select fewer columns in the connection.',
    },
  ]),
  ...alike({ code: 'DEPENDENT_OBJECTS' }, [
    {
      name: 'views and other objects that depend on the table',
      applies: ({ code, message }) => code === '2BP01' || /because other objects depend on it/.test(message),
      sentence: 'Views or other objects depend on it ({detail}).',
      remedy:
        'Drop these objects, make the views late-binding (WITH NO SCHEMA BINDING), or turn on `drop_cascade`, which drops them with the table.',
    },
  ]),
  ...alike({ code: 'TABLE_UNEXPECTED' }, [
    {
      name: 'something else with the name of a table',
      applies: ({ code, message }) => code === '42809' || /is not a table/.test(message),
      sentence: 'Something else than a table has the name of a table of the sync.',
      remedy: 'Rename or drop it: the sync makes a table of that name.',
    },
  ]),
  ...alike({ code: 'PERMISSION_DENIED' }, [
    {
      name: 'missing right',
      applies: ({ code, message }) => code === '42501' || /^(permission denied|must be owner)/.test(message),
      sentence: 'The user lacks this right.',
      remedy: '`landfall grants` prints what an administrator has to run.',
    },
  ]),
]

const errorsOfStatements = [
  ...alike({ code: 'DATA_REFUSED' }, [
    {
      name: 'value that does not fit',
      state: '22',
      hidesWords: true,
      sentence: 'Redshift refused a value.',
      remedy: report,
    },
    {
      name: 'value that a constraint refuses',
      state: '23',
      hidesWords: true,
      sentence: 'A constraint of the table refused a value.',
      remedy: report,
    },
  ]),
  ...alike({ code: 'STATEMENT_FAILED' }, [
    {
      name: 'object that is missing or there already',
      applies: ({ code = '' }) => ['42P01', '3F000', '42703', '42P07', '42P06'].includes(code),
      sentence: 'The tables are not as the sync has seen them.',
      remedy: 'The next sync looks at them anew; let nobody else change them during a sync.',
    },
  ]),
]

/** What Redshift may say to a statement. The first match counts. */
export const statementErrors: readonly KnownError[] = [
  ...errorsOfCopy,
  diskFull,
  ...errorsThatPass,
  ...errorsOfSetUp,
  ...errorsOfStatements,
]

export const unknownStatementError: KnownError = {
  name: 'anything else',
  code: 'STATEMENT_FAILED',
  sentence: 'Redshift refused the statement.',
  remedy: report,
}
