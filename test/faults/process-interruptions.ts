import type { Interruption } from './interruption.ts'
import type { SeededRandom } from './random.ts'

/** Faults of the process and of its three pipes: they happen to every destination. */

type Signal = 'SIGKILL' | 'SIGTERM'

/** What a run that was asked to stop says; one that was killed says nothing. */
const failureTypesOf = { SIGKILL: [], SIGTERM: ['transient_error'] } as const

export function signalAfter(signal: Signal, milliseconds: number): Interruption {
  return {
    name: `${signal} after ${milliseconds} ms`,
    isHarmless: false,
    failureTypes: failureTypesOf[signal],
    during: (attempt) => {
      const timer = setTimeout(() => attempt.child.kill(signal), milliseconds)
      attempt.child.once('close', () => clearTimeout(timer))
    },
  }
}

/** The steps of the lifecycle are what the process logs, from the connection to the last table. */
export function signalAtLog(signal: Signal, line: number): Interruption {
  return {
    name: `${signal} at log line ${line}`,
    isHarmless: false,
    failureTypes: failureTypesOf[signal],
    during: (attempt) => {
      attempt.on('log', (_message, number) => {
        if (number === line) attempt.child.kill(signal)
      })
    },
  }
}

/** At the first line of the log that says this. */
export function signalAtStep(signal: Signal, step: string): Interruption {
  return {
    name: `${signal} at the step "${step}"`,
    isHarmless: false,
    failureTypes: failureTypesOf[signal],
    during: (attempt) => {
      attempt.on('log', (message) => {
        if (stepOf(message) === step) attempt.child.kill(signal)
      })
    },
  }
}

/** What a line of the log says, without the numbers and times of this run. */
export function stepOf(line: string): string {
  return line.replaceAll(/\d+(\.\d+)?/g, '#')
}

export function signalAtState(signal: Signal, state: number): Interruption {
  return {
    name: `${signal} at state ${state}`,
    isHarmless: false,
    failureTypes: failureTypesOf[signal],
    during: (attempt) => {
      attempt.on('state', (number) => {
        if (number === state) attempt.child.kill(signal)
      })
    },
  }
}

export function closeOutputAtState(state: number): Interruption {
  return {
    name: `standard output closed at state ${state}`,
    isHarmless: false,
    // The TRACE goes where nobody reads; what was printed before the end may still hold one.
    failureTypes: [undefined, 'transient_error'],
    during: (attempt) => {
      attempt.on('state', (number) => {
        if (number === state) attempt.closeOutput()
      })
    },
  }
}

/** The source fails: the input ends without COMPLETE. That is not the destination's failure, so it tells of none. */
export function endInputAfter(lines: number): Interruption {
  return {
    name: `input ends after ${lines} lines`,
    isHarmless: false,
    failureTypes: [undefined],
    during: (attempt) => {
      attempt.on('sent', (number) => {
        if (number === lines) attempt.stopSource()
      })
    },
  }
}

export function breakInputAfter(lines: number): Interruption {
  return {
    name: `input breaks off inside line ${lines + 1}`,
    isHarmless: false,
    failureTypes: ['system_error'],
    during: (attempt) => {
      attempt.on('sent', (number) => {
        if (number === lines) attempt.stopSource('{"type":"RECORD","record":{"stream":"ev')
      })
    },
  }
}

/** One of these faults, somewhere in an attempt. */
export function randomProcessInterruption(random: SeededRandom): Interruption {
  const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM'] as const)
  return random.pick([
    () => signalAfter(signal, random.between(150, 3000)),
    () => signalAtLog(signal, random.between(1, 40)),
    () => signalAtState(signal, random.between(1, 25)),
    () => closeOutputAtState(random.between(1, 15)),
    () => endInputAfter(random.between(0, 4000)),
    () => breakInputAfter(random.between(1, 4000)),
  ])()
}
