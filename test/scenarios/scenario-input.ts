import { recordLine, statusLine } from 'landfall/testing'
import type { StreamDescriptor } from '../../src/protocol/messages.ts'
import { fixtureLines, loadSchema, type ScenarioMessages, type ScenarioStream } from './upstream-fixtures.ts'

/** The names that stand in for `{ns}` and `{name}`. */
export type ScenarioNames = { readonly namespace: string; readonly name: string }

/** What the scenarios call a random string of 65,537 letters; this one is the same in every run. */
export const longText: string = Array.from({ length: 65_537 }, (_, index) =>
  String.fromCharCode(97 + ((index * index + (index >> 3)) % 26)),
).join('')

export function describeScenarioStream(
  { namespace, name }: ScenarioStream,
  names: ScenarioNames,
): StreamDescriptor {
  const fill = (text: string) => text.replace('{ns}', names.namespace).replace('{name}', names.name)
  return { name: fill(name), namespace: namespace === null ? undefined : fill(namespace) }
}

export function configureScenarioStream(stream: ScenarioStream, names: ScenarioNames): object {
  const { namespace: _namespace, name: _name, json_schema: schema, ...settings } = stream
  return {
    stream: { ...describeScenarioStream(stream, names), json_schema: loadSchema(schema) },
    ...settings,
  }
}

/** The lines of some messages, in blocks, since scenarios repeat a file up to 100,000 times. */
export function* scenarioInput(
  messages: readonly ScenarioMessages[],
  streams: readonly StreamDescriptor[],
): Generator<Buffer> {
  for (const message of messages) {
    const { repeat = 1, stream = 0 } = message
    const chosen = typeof stream === 'number' ? streams.slice(stream, stream + 1) : streams
    const text = chosen.flatMap((descriptor) => linesOf(message, descriptor)).join('')
    for (let done = 0; done < repeat; done += repeatsPerBlock) {
      yield Buffer.from(text.repeat(Math.min(repeatsPerBlock, repeat - done)))
    }
  }
}

const repeatsPerBlock = 200

/** Namespace and name are put in, as the legend of the scenarios says; everything else stays as it is. */
function linesOf(
  { file, inline, set_emitted_at: emittedAt }: ScenarioMessages,
  descriptor: StreamDescriptor,
): readonly string[] {
  if (inline !== undefined) {
    const data = { ...inline.data, name: longText }
    return [`${recordLine(descriptor, data, { emittedAt: inline.emitted_at })}\n`]
  }
  return fixtureLines(file ?? '').map((line) => {
    const message = JSON.parse(line)
    const { name: stream, namespace = null } = descriptor
    const record = { ...message.record, stream, namespace }
    const dated = emittedAt === undefined ? record : { ...record, emitted_at: emittedAt }
    return `${JSON.stringify({ ...message, record: dated })}\n`
  })
}

/** One status per stream, or none. */
export function statusInput(
  streams: readonly StreamDescriptor[],
  status: 'COMPLETE' | 'INCOMPLETE' | null,
): Buffer {
  const lines = status === null ? [] : streams.map((stream) => `${statusLine(stream, status)}\n`)
  return Buffer.from(lines.join(''))
}
