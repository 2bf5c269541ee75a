import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readConfigFile } from '../../cli/load-config.ts'
import { DestinationError } from '../../errors.ts'
import type { ConformanceCase } from '../../testing/conformance-case.ts'
import { isObject } from '../../util/is-object.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { junitReport, type ReportCase } from '../report/junit.ts'
import { ExternalConnector } from './external-connector.ts'
import { ReadBack } from './read-back.ts'
import { knownNames, runSuite } from './run-suite.ts'
import { toCase } from './scenario-case.ts'
import { readScenarioFile, selectSmokeScenarios } from './scenario-file.ts'
import { loadSettings, type TestSettings } from './settings.ts'

export type TestCommandOptions = {
  readonly command?: string
  readonly image?: string
  readonly docker?: string
  readonly config?: string
  readonly read?: string
  readonly protocolOnly?: boolean
  readonly scenarios?: readonly string[]
  readonly customScenarios?: readonly string[]
  readonly only?: string
  readonly junit?: string
  readonly json?: boolean
  readonly timeout?: string
}

export async function runTestCommand(kit: Kit, options: TestCommandOptions): Promise<KitExitCode> {
  const { cwd, env } = kit.environment
  const settings = await loadSettings(cwd, {
    command: options.command,
    image: options.image,
    docker_arguments: splitWords(options.docker),
    config: options.config,
    read: options.read,
    protocol_only: options.protocolOnly,
    scenarios: copyOf(options.scenarios),
    custom_scenarios: copyOf(options.customScenarios),
    timeout_seconds: options.timeout === undefined ? undefined : Number(options.timeout),
  })
  const scenarios = await loadScenarios(cwd, settings)
  await rejectUnknownNames(settings, scenarios)
  const connector = new ExternalConnector(startOf(settings), {
    cwd,
    environment: env,
    timeoutMilliseconds: settings.timeout_seconds * 1000,
  })
  const readBack =
    settings.read === undefined || settings.protocol_only
      ? undefined
      : new ReadBack(settings.read, { cwd, environment: env })
  const results = await runSuite({
    connector,
    readBack,
    config: await loadConfig(resolve(cwd, settings.config)),
    scenarios,
    settings,
    only: options.only,
    namespacePrefix: createNamespacePrefix(new Date()),
    signal: kit.environment.stopSignal(),
    onResult: (result) => kit.note(describeResult(kit, result)),
  })
  return report(kit, results, options)
}

async function report(
  kit: Kit,
  results: readonly ReportCase[],
  { junit, json, only }: TestCommandOptions,
): Promise<KitExitCode> {
  if (results.length === 0)
    throw new DestinationError('USAGE', `No case has \`${only}\` in its line of the output.`)
  if (junit !== undefined) {
    const path = resolve(kit.environment.cwd, junit)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, junitReport('landfall test', results))
  }
  const count = (outcome: ReportCase['outcome']) =>
    results.filter((result) => result.outcome === outcome).length
  if (json === true) kit.print(JSON.stringify({ results }, null, 2))
  else kit.print(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  return count('failed') === 0 ? 0 : 1
}

function startOf({ command, image, docker_arguments: dockerArguments }: TestSettings) {
  if (image !== undefined) return { image, dockerArguments }
  return { command: command ?? '' }
}

async function loadConfig(path: string): Promise<{ readonly [name: string]: unknown }> {
  if (!existsSync(path)) {
    throw new DestinationError(
      'CONFIG_INVALID',
      `There is no \`${path}\`. Write a configuration that works into it, or give another one with \`--config\`.`,
    )
  }
  const config = await readConfigFile(path)
  if (isObject(config)) return config
  throw new DestinationError('CONFIG_INVALID', `\`${path}\` does not hold a configuration.`)
}

async function loadScenarios(cwd: string, settings: TestSettings): Promise<readonly ConformanceCase[]> {
  const predefined = await selectSmokeScenarios(settings.scenarios)
  const own = await Promise.all(settings.custom_scenarios.map((path) => readScenarioFile(cwd, path)))
  return [...predefined, ...own.flat()].map(toCase)
}

/** No quotes: an argument with blanks in it goes into the file of settings. */
function splitWords(text: string | undefined): string[] | undefined {
  return text?.split(' ').filter((word) => word !== '')
}

function copyOf(words: readonly string[] | undefined): string[] | undefined {
  return words === undefined ? undefined : [...words]
}

/** A reason for a case that does not exist hides a case that nobody skips any more. Predefined ones may not be selected this time. */
async function rejectUnknownNames(
  { skip }: TestSettings,
  scenarios: readonly ConformanceCase[],
): Promise<void> {
  const names = new Set([
    ...knownNames(scenarios),
    ...(await selectSmokeScenarios(['all'])).map(({ name }) => name),
  ])
  const unknown = Object.keys(skip).find((name) => !names.has(name))
  if (unknown !== undefined)
    throw new DestinationError('USAGE', `\`skip\` names \`${unknown}\`, which no case is called.`)
}

/** Sorts by time and says by itself that it may be deleted, like the namespaces of PyAirbyte's smoke tests. */
function createNamespacePrefix(now: Date): string {
  const time = now.toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '_')
  return `zz_deleteme_${time}_${randomBytes(3).toString('hex')}`
}

const marks = {
  passed: ['green', '✓'],
  failed: ['red', '✗'],
  skipped: ['yellow', '-'],
} as const

function describeResult(kit: Kit, { group, name, seconds, outcome, message }: ReportCase): string {
  const [color, mark] = marks[outcome]
  const line = `${kit.styleNote(color, mark)} ${group}: ${name}`
  if (outcome === 'passed') return `${line} ${kit.styleNote('dim', `(${seconds.toFixed(2)} s)`)}`
  return outcome === 'skipped'
    ? `${line} (${message})`
    : `${line}\n    ${message?.replaceAll('\n', '\n    ')}`
}
