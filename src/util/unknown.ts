import { isObject } from './is-object.ts'

// Ways into values that nobody has checked: parsed JSON and YAML.

/** The value behind a path of keys; undefined where a step is missing. */
export function member(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let found = value
  for (const key of keys) {
    if (typeof key === 'number') found = Array.isArray(found) ? found[key] : undefined
    else found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined
  }
  return found
}

/** The text behind a path of keys; undefined where something else is there. */
export function textMember(value: unknown, ...keys: readonly (string | number)[]): string | undefined {
  const found = member(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : []
}

/** The value itself where it is an object, else an empty one: for spreading. */
export function asObject(value: unknown): { readonly [key: string]: unknown } {
  return isObject(value) ? value : {}
}
