import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { isObject } from '../../util/is-object.ts'
import { member } from '../../util/unknown.ts'
import { findConnector } from '../connector/find-connectors.ts'
import { askGit } from '../connector/git.ts'
import { readConnector } from '../connector/read-connector.ts'
import { SourceDocument } from '../source-document.ts'

/**
 * A specification: of a file (spec.json, or what `spec` printed), of a connector by its folder or name, or of a
 * connector in git as `<branch>:<connector>`.
 * @throws DestinationError where there is none
 */
export async function readSpec(cwd: string, place: string): Promise<SourceDocument> {
  const path = resolve(cwd, place)
  if (existsSync(path) && statSync(path).isFile()) {
    return unwrap(new SourceDocument(relative(cwd, path), await readFile(path, 'utf8')))
  }
  const [, reference, name] = /^([^:]+):(.+)$/.exec(place) ?? []
  const folder = findConnector(cwd, name ?? place)
  if (reference === undefined) {
    const { spec } = await readConnector(folder, cwd)
    if (spec !== undefined) return spec
    throw new DestinationError('FILE_INVALID', `There is no \`spec.json\` in \`${folder}\`.`)
  }
  for (const file of ['spec.json', 'src/spec.json']) {
    const { isSuccess, output } = await askGit(folder, ['show', `${reference}:./${file}`])
    if (isSuccess) return new SourceDocument(`${reference}:${file}`, output)
  }
  throw new DestinationError('FILE_INVALID', `git has no \`spec.json\` of \`${name}\` at \`${reference}\`.`)
}

/** What `spec` prints is a message with the specification inside, maybe between lines of logs. */
function unwrap(document: SourceDocument): SourceDocument {
  if (
    document.problems.length === 0 &&
    isObject(document.value) &&
    member(document.value, 'spec') === undefined
  ) {
    return document
  }
  for (const line of document.text.split('\n').filter((text) => text.includes('"SPEC"'))) {
    const message = new SourceDocument(document.path, line)
    const spec = member(message.value, 'spec')
    if (isObject(spec)) return new SourceDocument(document.path, JSON.stringify(spec, undefined, 2))
  }
  return document
}
