/** The steps on the way into a database, in their order. An error names the one that failed. */
export const connectionStages = [
  'name resolution',
  'TCP',
  'SSH login',
  'port forward',
  'TLS',
  'database login',
] as const

export type ConnectionStage = (typeof connectionStages)[number]

/** A message for the user that begins with the stage; `text` is whole sentences. */
export function atStage(stage: ConnectionStage, text: string): string {
  return `Connecting failed at the stage ${stage}. ${text}`
}
