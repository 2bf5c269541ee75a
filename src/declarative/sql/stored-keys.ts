import { membersOf } from '../../protocol/sanitize-json.ts'
import { decodeString } from '../../protocol/scan-json.ts'

/*
 * MariaDB finds a key by its spelling: `"pr\u00e9nom"` is not `"prénom"` to it. And no path of it may name a key that
 * begins with a minus. So all keys of a document's top level are stored in one spelling, which the paths have, too.
 * https://mariadb.com/kb/en/jsonpath-expressions/
 */

const backslash = 0x5c
const minus = 0x2d

/** A key as JSON text, with its quotes. */
export function spellKey(key: string): string {
  return JSON.stringify(key).replace(/^"-/, '"\\u002d')
}

/** The record with the keys of its top level as `spellKey` has them; the same bytes where they are so already. */
export function spellKeys(data: Buffer): Buffer {
  if (!data.includes(backslash) && !data.includes('"-')) return data
  const parts: Buffer[] = []
  let copied = 0
  for (const { start, keyEnd } of membersOf(data, 0, data.length)) {
    const spelled = data.subarray(start, keyEnd)
    if (!spelled.includes(backslash) && spelled[1] !== minus) continue
    const key = decodeString(data, start, keyEnd)
    if (key === undefined) continue
    parts.push(data.subarray(copied, start), Buffer.from(spellKey(key)))
    copied = keyEnd
  }
  return copied === 0 ? data : Buffer.concat([...parts, data.subarray(copied)])
}
