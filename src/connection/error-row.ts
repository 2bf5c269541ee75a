import { DestinationError, type ErrorCode, type FailureType } from '../errors.ts'
import { atStage, type ConnectionStage } from './connection-stage.ts'

/** One row of a table of errors, which classification and the documentation share. */
export type ErrorRow = {
  /** Unique in its table. */
  readonly name: string
  readonly code: ErrorCode
  /** Absent where it is the code's usual one. */
  readonly failureType?: FailureType
  /** For failures of connecting: how far it came. */
  readonly stage?: ConnectionStage
  /** What happened, one plain sentence. Both texts may hold `{placeholders}`, see `fill`. */
  readonly sentence: string
  /** What to do. */
  readonly remedy: string
}

export type Facts = { readonly [name: string]: string }

/** The error of a row that has a stage. `detail` is for engineers. */
export function errorOfRow(
  { code, failureType, stage, sentence, remedy }: ErrorRow & { readonly stage: ConnectionStage },
  facts: Facts,
  options: { readonly cause?: unknown; readonly detail?: string } = {},
): DestinationError {
  return new DestinationError(code, atStage(stage, fill(`${sentence} ${remedy}`, facts)), {
    ...options,
    failureType,
  })
}

/** Puts facts into a text; what is not known stays as it is, so that a test sees it. */
export function fill(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => facts[name] ?? placeholder)
}
