import type { LogLevel } from './protocol/messages.ts'

/** Where the framework and the connectors say what they do; the lines become LOG messages. Never per record. */
export interface Logger {
  log(level: LogLevel, message: string): void
  error(message: string): void
  warn(message: string): void
  info(message: string): void
  debug(message: string): void
}

/** From the most urgent to the most talkative. */
const levelOrder: readonly LogLevel[] = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE']

/** A logger that hands lines at or above `threshold` to `emit`, with secrets already replaced. */
export function createLogger(options: {
  readonly emit: (level: LogLevel, message: string) => void
  readonly threshold?: LogLevel
  readonly redact?: (text: string) => string
}): Logger {
  const limit = levelOrder.indexOf(options.threshold ?? 'INFO')
  const redact = options.redact ?? ((text: string) => text)
  const log = (level: LogLevel, message: string) => {
    if (levelOrder.indexOf(level) <= limit) options.emit(level, redact(message))
  }
  return {
    log,
    error: (message) => log('ERROR', message),
    warn: (message) => log('WARN', message),
    info: (message) => log('INFO', message),
    debug: (message) => log('DEBUG', message),
  }
}

/** The `LOG_LEVEL` variable as a threshold: any case, `INFO` where it is absent or unknown. */
export function parseLogLevel(value: string | undefined): LogLevel {
  const upper = value?.toUpperCase()
  return levelOrder.find((level) => level === upper) ?? 'INFO'
}

/** Says nothing. For tests and for callers that have no log. */
export const silentLogger: Logger = createLogger({ emit: () => {} })
