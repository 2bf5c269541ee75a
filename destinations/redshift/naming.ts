import { createIdentifierCutter, type NamingRules, standardName } from 'landfall/sdk'

/** https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
const maxIdentifierBytes = 127

/** https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_usage.html */
const maxColumns = 1600

const cut = createIdentifierCutter(maxIdentifierBytes)
const lower = (name: string) => cut(standardName(name).toLowerCase())

/** The Java connector's names: everything in lower case, so that it can be written without quotes. */
export const redshiftNaming: NamingRules = {
  finalNamespace: lower,
  finalName: lower,
  rawNamespace: lower,
  rawName: lower,
  columnName: (key, suffix = '') => {
    const name = lower(key + suffix)
    return { name, canonicalName: name }
  },
  maxIdentifierBytes,
  maxColumns,
}
