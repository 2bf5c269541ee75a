import { sshTunnelSpecification } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { postgresConfigSchema } from '../../../destinations/postgres/config.ts'
import spec from '../../../destinations/postgres/spec.json' with { type: 'json' }

type Field = {
  readonly title?: string
  readonly description?: string
  readonly oneOf?: readonly Field[]
  readonly properties?: { readonly [name: string]: Field }
}

const { connectionSpecification } = spec

/** Every field and every alternative, with the path to it. Constants that choose an alternative are not shown. */
function fieldsOf(field: Field, path: string): readonly (readonly [string, Field])[] {
  const alternatives = (field.oneOf ?? []).flatMap((one) => [
    [`${path}/${one.title}`, one] as const,
    ...Object.entries(one.properties ?? {})
      .filter(([, inner]) => !('enum' in inner))
      .flatMap(([name, inner]) => fieldsOf(inner, `${path}/${one.title}/${name}`)),
  ])
  return [[path, field], ...alternatives]
}

const fields = Object.entries(connectionSpecification.properties).flatMap(([name, field]) =>
  fieldsOf(field as Field, name),
)

describe('the connection specification', () => {
  it.each(fields)(
    '%s has a title in Title Case and a description that ends with a period',
    (_path, field) => {
      for (const word of (field.title ?? '').split(' ')) expect(word).toMatch(/^[A-Z]/)
      expect(field.description).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('has the fields of the Java connector', () => {
    expect(Object.keys(connectionSpecification.properties)).toEqual([
      'host',
      'port',
      'database',
      'schema',
      'username',
      'password',
      'ssl',
      'ssl_mode',
      'cdc_deletion_mode',
      'jdbc_url_params',
      'raw_data_schema',
      'disable_type_dedupe',
      'drop_cascade',
      'unconstrained_number',
      'tunnel_method',
    ])
  })

  it('has the tunnels that every database destination has', () => {
    const placement = { group: 'connection', order: 14 }
    expect(connectionSpecification.properties.tunnel_method).toEqual(sshTunnelSpecification(placement))
  })

  it('marks every password, key and certificate as a secret', () => {
    const secrets = fields.filter(([, field]) => 'airbyte_secret' in field).map(([path]) => path)
    const names = fields.map(([path]) => path).filter((path) => /(password|key|certificate)$/.test(path))
    expect(secrets).toEqual(names)
  })

  it('requires only what a configuration cannot do without, or what has an answer ready', () => {
    expect(connectionSpecification.required).toEqual(['host', 'port', 'database', 'schema', 'username'])
    const config = { host: 'db', database: 'shop', username: 'landfall' }
    expect(postgresConfigSchema.parse(config)).toMatchObject({
      port: connectionSpecification.properties.port.default,
      schema: connectionSpecification.properties.schema.default,
    })
  })
})
