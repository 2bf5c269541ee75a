// Apart from the database, so that the syncs can be planned where there is no DuckDB. The names of the demo's
// streams need no quotes.

export function finalTable(stream: string): string {
  return `main.${stream}`
}

export function rawTable(stream: string): string {
  return `airbyte_internal.main_raw__stream_${stream}`
}
