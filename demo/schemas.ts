/** A stream's JSON schema, as a source declares it. */
export type StreamSchema = {
  readonly type: 'object'
  readonly properties: { readonly [field: string]: { readonly [keyword: string]: unknown } }
}

const string = { type: ['null', 'string'] }
const number = { type: ['null', 'number'] }
const integer = { type: ['null', 'integer'] }
const object = { type: ['null', 'object'], additionalProperties: true }
const date = { type: ['null', 'string'], format: 'date' }
const dateTime = { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' }

/** Promises dates, but the file has `Jun 12 1998`. Titles are strings but for `1776` and eight others. */
export const movies: StreamSchema = {
  type: 'object',
  properties: {
    Title: string,
    'Release Date': date,
    'IMDB Rating': number,
    'IMDB Votes': integer,
    'US Gross': integer,
    'Worldwide Gross': integer,
    'US DVD Sales': integer,
    'Production Budget': integer,
    'Running Time min': integer,
    'Rotten Tomatoes Rating': integer,
    'MPAA Rating': string,
    'Major Genre': string,
    'Creative Type': string,
    Director: string,
    Distributor: string,
    Source: string,
  },
}

/** The same stream after somebody has looked at its values. */
export const repairedMovies: StreamSchema = {
  type: 'object',
  properties: { ...movies.properties, 'Release Date': string },
}

/** Promises gaps in whole degrees, but some have decimals. */
export const earthquakes: StreamSchema = {
  type: 'object',
  properties: {
    id: string,
    mag: number,
    place: string,
    status: string,
    updated: integer,
    gap: integer,
    time: integer,
    tz: integer,
    magType: string,
    type: string,
    title: string,
    felt: integer,
    cdi: number,
    mmi: number,
    alert: string,
    tsunami: integer,
    sig: integer,
    nst: integer,
    dmin: number,
    rms: number,
    net: string,
    code: string,
    ids: string,
    sources: string,
    types: string,
    url: string,
    detail: string,
    geometry: object,
    _ab_cdc_deleted_at: dateTime,
  },
}

export const flights: StreamSchema = {
  type: 'object',
  properties: { delay: integer, distance: integer, time: number },
}
