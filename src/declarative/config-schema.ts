import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { ConfigSchema } from '../destination/destination.ts'
import { DestinationError } from '../errors.ts'
import { isObject } from '../util/is-object.ts'

export type ManifestConfig = { readonly [name: string]: unknown }

/** Checks a configuration against the manifest's own JSON schema, and fills in its defaults. */
export function createConfigSchema(specification: object): ConfigSchema<ManifestConfig> {
  const ajv = new Ajv({ strict: false, allErrors: true, useDefaults: true })
  addFormats.default(ajv)
  const validate = ajv.compile(specification)
  return {
    parse: (value) => {
      const config: unknown = structuredClone(value)
      if (validate(config) && isObject(config)) return config
      const problems = (validate.errors ?? []).map(({ instancePath, keyword, params, message }) => {
        const path = [instancePath.slice(1).replaceAll('/', '.'), missing(keyword, params)].filter(Boolean)
        return `\`${path.join('.') || 'configuration'}\`: ${keyword === 'required' ? 'is missing' : message}`
      })
      throw new DestinationError('CONFIG_INVALID', `The configuration is invalid: ${problems.join('; ')}.`)
    },
  }
}

function missing(keyword: string, params: { readonly [name: string]: unknown }): string {
  return keyword === 'required' ? String(params.missingProperty) : ''
}
