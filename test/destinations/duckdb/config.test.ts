import { describe, expect, it } from 'vitest'
import { duckDbConfigSchema } from '../../../destinations/duckdb/config.ts'
import destination from '../../../destinations/duckdb/index.ts'
import {
  concurrentLoads,
  defaultMemoryLimit,
  engineMemory,
  largestLoadBytes,
  parseSize,
} from '../../../destinations/duckdb/memory-limit.ts'
import spec from '../../../destinations/duckdb/spec.json' with { type: 'json' }

const path = '/local/destination.duckdb'

describe('the configuration', () => {
  it('needs a path only', () => {
    expect(duckDbConfigSchema.parse({ destination_path: path })).toEqual({
      path,
      defaultNamespace: 'main',
      rawNamespace: 'airbyte_internal',
      disableTypeDedupe: false,
      cdcDeletionMode: 'hard',
      memoryLimit: undefined,
    })
  })

  it('takes everything that the specification names, and ignores the rest', () => {
    const config = {
      destination_path: ` ${path} `,
      schema: 'sales',
      raw_data_schema: 'raw',
      disable_type_dedupe: true,
      cdc_deletion_mode: 'Soft delete',
      memory_limit: '1.5 GB',
      motherduck_api_key: 'secret',
      tomorrow: 1,
    }
    expect(duckDbConfigSchema.parse(config)).toEqual({
      path,
      defaultNamespace: 'sales',
      rawNamespace: 'raw',
      disableTypeDedupe: true,
      cdcDeletionMode: 'soft',
      memoryLimit: 1.5e9,
    })
  })

  it.each([null, '', '  '])('takes %j for a field that was not filled in', (nothing) => {
    const fields = ['schema', 'raw_data_schema', 'disable_type_dedupe', 'cdc_deletion_mode', 'memory_limit']
    const config = Object.fromEntries(fields.map((field) => [field, nothing]))
    expect(duckDbConfigSchema.parse({ destination_path: path, ...config })).toEqual(
      duckDbConfigSchema.parse({ destination_path: path }),
    )
  })

  it.each([
    ['destination_path', {}],
    ['destination_path', { destination_path: ' ' }],
    ['destination_path', { destination_path: 5 }],
    ['destination_path', { destination_path: null }],
    ['schema', { destination_path: path, schema: 5 }],
    ['disable_type_dedupe', { destination_path: path, disable_type_dedupe: 'yes' }],
    ['cdc_deletion_mode', { destination_path: path, cdc_deletion_mode: 'soft' }],
    ['memory_limit', { destination_path: path, memory_limit: 'much' }],
    ['memory_limit', { destination_path: path, memory_limit: '80%' }],
    ['memory_limit', { destination_path: path, memory_limit: "1GB'; --" }],
  ])('names the field %s where it is wrong: %j', (field, config) => {
    expect(() => duckDbConfigSchema.parse(config)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }),
    )
  })

  it.each(['md:', 'md:my_database?motherduck_token=t0ken', 'motherduck:x', 'MD:x', ':memory:'])(
    'refuses the path %s for now',
    (other) => {
      const parse = () => duckDbConfigSchema.parse({ destination_path: other })
      expect(parse).toThrow(expect.objectContaining({ code: 'CONFIG_UNSUPPORTED' }))
      expect(parse).not.toThrow(/t0ken/)
    },
  )
})

describe('the specification', () => {
  const { properties } = spec.connectionSpecification

  it('is what the destination answers', () => {
    expect(destination.spec()).toEqual(spec)
  })

  it.each(Object.entries(properties))('describes %s for people', (_, property) => {
    expect(property.title).toMatch(/^[A-Z]/)
    expect(property.description).toMatch(/\.$/)
  })

  it('has the defaults that the code has', () => {
    const defaults = Object.entries(properties).flatMap(([key, property]) =>
      'default' in property ? [[key, property.default] as const] : [],
    )
    const explicit = duckDbConfigSchema.parse({ destination_path: path, ...Object.fromEntries(defaults) })
    expect(explicit).toEqual(duckDbConfigSchema.parse({ destination_path: path }))
  })
})

describe('the default memory limit', () => {
  const gibibyte = 1024 ** 3
  it.each([
    ['half of the container', 2 * gibibyte, 64 * gibibyte, gibibyte],
    ['half of the machine where there is no container', 0, 8 * gibibyte, 4 * gibibyte],
    ['half of the machine where the limit is larger', 2 ** 63, 8 * gibibyte, 4 * gibibyte],
  ])('is %s', (_, constrained, machine, limit) => {
    expect(defaultMemoryLimit(constrained, machine)).toBe(limit)
  })
})

describe('what the engine is told', () => {
  it.each([
    ['half, since it takes as much again', '512MiB', { limit: '256MiB', checkpoint: '64MiB' }],
    ['all but 400 MiB of more', '2GiB', { limit: '1648MiB', checkpoint: '128MiB' }],
    ['never less than it can work with', '64 MB', { limit: '128MiB', checkpoint: '32MiB' }],
  ])('is %s', (_, text, memory) => {
    expect(engineMemory(parseSize(text) ?? 0)).toEqual(memory)
  })

  it.each([
    ['an eighth of what the engine counts', '512MiB', { mebibytes: 32, loads: 1 }],
    ['128 MiB, and two at a time, from 2 GiB on', '2GiB', { mebibytes: 128, loads: 2 }],
  ])('lets a load bring %s', (_, text, { mebibytes, loads }) => {
    const limit = parseSize(text) ?? 0
    expect([largestLoadBytes(limit), concurrentLoads(limit)]).toEqual([mebibytes * 1024 ** 2, loads])
  })

  it.each([
    ['1kb', 1000],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['2TB', 2e12],
    ['1 XB', undefined],
    ['-1GB', undefined],
  ])('reads %s as %s bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })
})
