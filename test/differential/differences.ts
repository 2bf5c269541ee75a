import { type Answers, names } from './targets.ts'

/** A probe that shows a difference: what was sent to a column of which type, and what each destination has made of it. */
export type Difference = { readonly subject: string; readonly sent: string; readonly answers: Answers }

/** Why destinations differ: a rule that their pages state, and every probe that shows it. */
export type Rule = {
  readonly title: string
  readonly reason: string
  /** Pages from the root of the repository, with the words of the page that say so. */
  readonly stated: readonly { readonly page: string; readonly words: string }[]
  readonly differences: readonly Difference[]
}

const bigquery = 'docs/destinations/bigquery.md'
const duckdb = 'docs/destinations/duckdb.md'
const postgres = 'docs/destinations/postgres.md'
const snowflake = 'docs/destinations/snowflake.md'

/**
 * Reviewed by hand. Each line: type of the column (or `rows`: whole syncs), what was sent, and what BigQuery, DuckDB,
 * PostgreSQL and Snowflake have then. A difference that is not here fails the test, and so does one that is
 * gone.
 */
export const rules: readonly Rule[] = [
  {
    title: 'Numbers of Snowflake are doubles',
    reason:
      'Number columns hold 29 digits before the point and 9 behind it, exactly; in Snowflake they are doubles, as in the Java connector. So Snowflake takes larger and smaller numbers, and rounds all to about 16 digits, also in keys.',
    stated: [
      { page: snowflake, words: 'as the nearest double' },
      { page: postgres, words: 'rounded to 9 decimals' },
      { page: duckdb, words: 'rounded to 9 decimals' },
      { page: bigquery, words: 'rounded to 9 decimals' },
    ],
    differences: readDifferences(`
number | 1e29 | NULL with an entry | NULL with an entry | NULL with an entry | 100000000000000000000000000000
number | 1e30 | NULL with an entry | NULL with an entry | NULL with an entry | 1000000000000000000000000000000
number | 1e-10 | 0 | 0 | 0 | 0.0000000001
number | 9007199254740993 | 9007199254740993 | 9007199254740993 | 9007199254740993 | 9007199254740992
number | 9223372036854775807 | 9223372036854775807 | 9223372036854775807 | 9223372036854775807 | 9223372036854776000
number | -9223372036854775808 | -9223372036854775808 | -9223372036854775808 | -9223372036854775808 | -9223372036854776000
number | 9223372036854775808 | 9223372036854775808 | 9223372036854775808 | 9223372036854775808 | 9223372036854776000
number | 99999999999999999999999999999 | 99999999999999999999999999999 | 99999999999999999999999999999 | 99999999999999999999999999999 | 100000000000000000000000000000
number | 12345678901234567890123456789.123456789 | 12345678901234567890123456789.123456789 | 12345678901234567890123456789.123456789 | 12345678901234567890123456789.123456789 | 12345678901234568000000000000
number | 0.1234567894 | 0.123456789 | 0.123456789 | 0.123456789 | 0.1234567894
number | 0.1234567895 | 0.12345679 | 0.12345679 | 0.12345679 | 0.1234567895
rows | which keys are the same: numbers that differ in the tenth decimal | 0.1234567892 | 0.1234567892 | 0.1234567892 | 0.1234567891; 0.1234567892
rows | which keys are the same: numbers that differ in the seventeenth digit | 90071992547409931; 90071992547409932 | 90071992547409931; 90071992547409932 | 90071992547409931; 90071992547409932 | 90071992547409932
`),
  },
  {
    title: 'Integers of Snowflake have 38 digits',
    reason: 'Elsewhere they have 64 bits.',
    stated: [
      { page: snowflake, words: 'integers of 38 digits' },
      { page: postgres, words: '9223372036854775808' },
      { page: duckdb, words: '9223372036854775808' },
      { page: bigquery, words: '9223372036854775808' },
    ],
    differences: readDifferences(`
integer | 1e29 | NULL with an entry | NULL with an entry | NULL with an entry | 100000000000000000000000000000
integer | 1e30 | NULL with an entry | NULL with an entry | NULL with an entry | 1000000000000000000000000000000
integer | 9223372036854775808 | NULL with an entry | NULL with an entry | NULL with an entry | 9223372036854775808
integer | 99999999999999999999999999999 | NULL with an entry | NULL with an entry | NULL with an entry | 99999999999999999999999999999
`),
  },
  {
    title: 'Numbers too small for a double, in integer columns',
    reason: 'A fraction is a failed cast, unless the warehouse has lost it before anybody looks.',
    stated: [{ page: snowflake, words: 'too small for a double, such as 1e-400, is 0 in the raw table' }],
    differences: readDifferences(`
integer | 1e-400 | NULL with an entry | NULL with an entry | NULL with an entry | 0
`),
  },
  {
    title: 'Integers with a point, and in strings',
    reason:
      'PostgreSQL takes what its own type reads out of JSON: no `1.0`, and no string, as in the Java connector. Only BigQuery reads hexadecimal digits.',
    stated: [
      { page: postgres, words: 'integers, also `1e3`' },
      { page: postgres, words: '`1.0`, `"12"`' },
      { page: bigquery, words: '`"0x10"`' },
      { page: bigquery, words: 'may have spaces around it' },
      { page: duckdb, words: 'must not have spaces around it' },
      { page: snowflake, words: 'integers of 38 digits, also `1.0`, `1e3`, `"12"`' },
    ],
    differences: readDifferences(`
integer | 1.0 | 1 | 1 | NULL with an entry | 1
integer | "12" | 12 | 12 | NULL with an entry | 12
integer | "1e3" | 1000 | 1000 | NULL with an entry | 1000
integer | "+7" | 7 | 7 | NULL with an entry | 7
integer | "007" | 7 | 7 | NULL with an entry | 7
integer | " 12 " | 12 | NULL with an entry | NULL with an entry | NULL with an entry
integer | "0x10" | 16 | NULL with an entry | NULL with an entry | NULL with an entry
rows | which keys are the same: 1, 1.0 and "1" as integers | "1" | "1" | "1"; 1 | "1"
`),
  },
  {
    title: 'Numbers in strings',
    reason: 'A string is read as the warehouse reads it.',
    stated: [
      { page: postgres, words: 'from version 16 on `"0x10"` and `"1_000"` are, too' },
      { page: postgres, words: '`"NaN"` is a number' },
      { page: snowflake, words: '`"NaN"` is a number' },
      { page: duckdb, words: '`"NaN"`, `""`, `true`' },
      { page: bigquery, words: 'may have spaces around it' },
    ],
    differences: readDifferences(`
number | " 12 " | 12 | NULL with an entry | 12 | NULL with an entry
number | "0x10" | NULL with an entry | NULL with an entry | 16 | NULL with an entry
number | "1_000" | NULL with an entry | NULL with an entry | 1000 | NULL with an entry
number | "NaN" | NULL with an entry | NULL with an entry | NaN | nan
rows | which cursor is the newest: not a number | 1 | 1 | "NaN" | "NaN"
`),
  },
  {
    title: 'Booleans',
    reason:
      'PostgreSQL takes 1 and 0 and no strings; BigQuery and DuckDB take strings and no numbers; Snowflake takes both, and more words.',
    stated: [
      { page: postgres, words: '`true`, `false`, 1, 0' },
      { page: bigquery, words: '`true`, `false`, also in strings and in any case' },
      { page: duckdb, words: '`true`, `false`, also in strings and in any case' },
      { page: snowflake, words: 'the words that Snowflake knows' },
    ],
    differences: readDifferences(`
boolean | 0 | NULL with an entry | NULL with an entry | false | false
boolean | 1 | NULL with an entry | NULL with an entry | true | true
boolean | "true" | true | true | NULL with an entry | true
boolean | "FALSE" | false | false | NULL with an entry | false
boolean | "yes" | NULL with an entry | NULL with an entry | NULL with an entry | true
boolean | "off" | NULL with an entry | NULL with an entry | NULL with an entry | false
boolean | "1" | NULL with an entry | NULL with an entry | NULL with an entry | true
boolean | "t" | NULL with an entry | NULL with an entry | NULL with an entry | true
`),
  },
  {
    title: 'The range of dates and timestamps',
    reason:
      'Each warehouse has its first and its last year. PostgreSQL also reads dates that are written as numbers.',
    stated: [
      { page: bigquery, words: 'from the year 1 to 9999' },
      { page: duckdb, words: '`infinity` is a date and a timestamp' },
      { page: duckdb, words: 'The year 0000 is the year 1 BC' },
      { page: duckdb, words: 'The year 294276 is too late for a timestamp' },
      { page: postgres, words: 'timestamps up to the year 294276' },
      { page: postgres, words: '`infinity` and `BC` dates are taken' },
      { page: postgres, words: '20230123' },
      { page: snowflake, words: 'Dates and timestamps end with the year 9999' },
    ],
    differences: readDifferences(`
date | "0000-01-01" | NULL with an entry | 0001-01-01 BC | NULL with an entry | 0001-01-01 BC
date | "10000-01-01" | NULL with an entry | 10000-01-01 | 10000-01-01 | NULL with an entry
date | "0044-03-15 BC" | NULL with an entry | NULL with an entry | 0044-03-15 BC | NULL with an entry
date | "infinity" | NULL with an entry | infinity | infinity | NULL with an entry
date | 20230123 | NULL with an entry | NULL with an entry | 2023-01-23 | NULL with an entry
date | "20230123" | NULL with an entry | NULL with an entry | 2023-01-23 | NULL with an entry
timestamp_with_timezone | "12022-01-01T00:00:00Z" | NULL with an entry | 12022-01-01 00:00:00+00 | 12022-01-01 00:00:00+00 | NULL with an entry
timestamp_with_timezone | "294276-12-31T23:59:59Z" | NULL with an entry | NULL with an entry | 294276-12-31 23:59:59+00 | NULL with an entry
timestamp_with_timezone | "0044-03-15T00:00:00Z BC" | NULL with an entry | NULL with an entry | 0044-03-15 00:00:00+00 BC | NULL with an entry
timestamp_with_timezone | "-infinity" | NULL with an entry | -infinity | -infinity | NULL with an entry
timestamp_without_timezone | "12022-01-01T00:00:00Z" | NULL with an entry | 12022-01-01 00:00:00 | 12022-01-01 00:00:00 | NULL with an entry
timestamp_without_timezone | "294276-12-31T23:59:59Z" | NULL with an entry | NULL with an entry | 294276-12-31 23:59:59 | NULL with an entry
timestamp_without_timezone | "0044-03-15T00:00:00Z BC" | NULL with an entry | NULL with an entry | 0044-03-15 00:00:00 BC | NULL with an entry
timestamp_without_timezone | "-infinity" | NULL with an entry | -infinity | -infinity | NULL with an entry
`),
  },
  {
    title: 'Hour 24 and second 60',
    reason: 'Both are in ISO 8601, and not in every warehouse.',
    stated: [
      { page: bigquery, words: 'Second 60 is the next minute; `24:00:00` is not taken' },
      { page: duckdb, words: '`24:00:00` is taken, second 60 is not' },
      { page: postgres, words: '`24:00:00` and second 60 are taken' },
      { page: snowflake, words: '`24:00:00` is taken, second 60 is not' },
    ],
    differences: readDifferences(`
timestamp_with_timezone | "2024-02-29T24:00:00Z" | NULL with an entry | 2024-03-01 00:00:00+00 | 2024-03-01 00:00:00+00 | 2024-03-01 00:00:00+00
timestamp_with_timezone | "2016-12-31T23:59:60Z" | 2017-01-01 00:00:00+00 | NULL with an entry | 2017-01-01 00:00:00+00 | NULL with an entry
timestamp_without_timezone | "2024-02-29T24:00:00Z" | NULL with an entry | 2024-03-01 00:00:00 | 2024-03-01 00:00:00 | 2024-03-01 00:00:00
timestamp_without_timezone | "2016-12-31T23:59:60Z" | 2017-01-01 00:00:00 | NULL with an entry | 2017-01-01 00:00:00 | NULL with an entry
time_without_timezone | "24:00:00" | NULL with an entry | 24:00:00 | 24:00:00 | 24:00:00
time_without_timezone | "23:59:60" | 00:00:00 | NULL with an entry | 24:00:00 | NULL with an entry
`),
  },
  {
    title: 'The seventh digit of a second',
    reason:
      'PostgreSQL rounds to microseconds, BigQuery and DuckDB cut. The double of Snowflake cuts, too; Snowflake itself has nine digits.',
    stated: [
      { page: postgres, words: 'rounded to microseconds' },
      { page: bigquery, words: 'cut to microseconds' },
      { page: duckdb, words: 'cut to microseconds' },
    ],
    differences: readDifferences(`
timestamp_with_timezone | "2024-02-29T12:30:15.1234567Z" | 2024-02-29 12:30:15.123456+00 | 2024-02-29 12:30:15.123456+00 | 2024-02-29 12:30:15.123457+00 | 2024-02-29 12:30:15.123456+00
timestamp_without_timezone | "2024-02-29T12:30:15.1234567Z" | 2024-02-29 12:30:15.123456 | 2024-02-29 12:30:15.123456 | 2024-02-29 12:30:15.123457 | 2024-02-29 12:30:15.123456
time_without_timezone | "12:30:15.1234567" | 12:30:15.123456 | 12:30:15.123456 | 12:30:15.123457 | 12:30:15.123456
`),
  },
  {
    title: 'Times with a timezone are texts in BigQuery and Snowflake',
    reason:
      'Neither has a type for them. BigQuery keeps any scalar, Snowflake texts that look like a time with an offset; as keys and cursors they are compared as texts.',
    stated: [
      { page: bigquery, words: 'any scalar, unchecked' },
      { page: snowflake, words: 'texts that look like a time with an offset; the text itself' },
      { page: duckdb, words: 'times; UTC where there is no offset' },
      { page: postgres, words: 'times; UTC where there is no offset' },
    ],
    differences: readDifferences(`
time_with_timezone | true | true | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | false | false | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | 0 | 0 | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | 1 | 1 | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | 2.50 | 2.50 | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | "text" | text | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | "" | an empty text | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | "12:30:15" | 12:30:15 | 12:30:15+00 | 12:30:15+00 | NULL with an entry
time_with_timezone | "12:30:15.5" | 12:30:15.5 | 12:30:15.5+00 | 12:30:15.5+00 | NULL with an entry
time_with_timezone | "12:30:15.1234567" | 12:30:15.1234567 | 12:30:15.123456+00 | 12:30:15.123457+00 | NULL with an entry
time_with_timezone | "12:30" | 12:30 | 12:30:00+00 | 12:30:00+00 | NULL with an entry
time_with_timezone | "12:30:15Z" | 12:30:15Z | 12:30:15+00 | 12:30:15+00 | 12:30:15Z
time_with_timezone | "12:30:15+02:00" | 12:30:15+02:00 | 12:30:15+02 | 12:30:15+02 | 12:30:15+02:00
time_with_timezone | "12:30:15+0530" | 12:30:15+0530 | 12:30:15+05:30 | 12:30:15+05:30 | 12:30:15+0530
time_with_timezone | "24:00:00" | 24:00:00 | 24:00:00+00 | 24:00:00+00 | NULL with an entry
time_with_timezone | "23:59:60" | 23:59:60 | NULL with an entry | 24:00:00+00 | NULL with an entry
time_with_timezone | "25:00:00" | 25:00:00 | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | "2024-02-29T12:30:15Z" | 2024-02-29T12:30:15Z | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | 45015 | 45015 | NULL with an entry | NULL with an entry | NULL with an entry
time_with_timezone | "whatever" | whatever | NULL with an entry | NULL with an entry | NULL with an entry
rows | which keys are the same: one time of day in two spellings | "12:00:00+00:00"; "12:00:00Z" | "12:00:00+00:00" | "12:00:00+00:00" | "12:00:00+00:00"; "12:00:00Z"
rows | which cursor is the newest: a time without a day | "12:00:00+02:00" | "11:00:00Z" | "11:00:00Z" | "12:00:00+02:00"
`),
  },
  {
    title: 'Offsets of local times',
    reason: 'Elsewhere the offset is dropped.',
    stated: [
      { page: snowflake, words: 'A time without timezone must not have an offset' },
      { page: bigquery, words: 'times; an offset is dropped' },
      { page: duckdb, words: 'times; an offset is dropped' },
      { page: postgres, words: 'times; an offset is dropped' },
    ],
    differences: readDifferences(`
time_without_timezone | "12:30:15Z" | 12:30:15 | 12:30:15 | 12:30:15 | NULL with an entry
time_without_timezone | "12:30:15+02:00" | 12:30:15 | 12:30:15 | 12:30:15 | NULL with an entry
time_without_timezone | "12:30:15+0530" | 12:30:15 | 12:30:15 | 12:30:15 | NULL with an entry
`),
  },
  {
    title: 'Other values than texts in text columns',
    reason:
      "They are kept as JSON text. PostgreSQL and Snowflake keep the raw record parsed, so the text is written anew: spaces, the order of keys, zeros and exponents are the warehouse's. Which spelling Snowflake chooses, the double does not show.",
    stated: [
      { page: postgres, words: '`jsonb` does not keep a document as text' },
      {
        page: snowflake,
        words: "The order of a record's keys and white space are not kept in `VARIANT` columns",
      },
      { page: bigquery, words: 'The raw table holds the record as text, with every digit' },
      { page: duckdb, words: 'keep the text of their values, with every digit' },
    ],
    differences: readDifferences(`
string | 2.50 | 2.50 | 2.50 | 2.50 | 2.5
string | {"a":1} | {"a":1} | {"a":1} | {"a": 1} | {"a":1}
string | 1.50 | 1.50 | 1.50 | 1.50 | 1.5
string | 1e3 | 1e3 | 1e3 | 1000 | 1000.0
string | {"b":1,"a":[true,null,"x"]} | {"b":1,"a":[true,null,"x"]} | {"b":1,"a":[true,null,"x"]} | {"a": [true, null, "x"], "b": 1} | {"b":1,"a":[true,null,"x"]}
string | {"a":1.10,"b":1e3} | {"a":1.10,"b":1e3} | {"a":1.10,"b":1e3} | {"a": 1.10, "b": 1000} | {"a":1.1,"b":1000.0}
string | {"long":0.12345678901234567890123} | {"long":0.12345678901234567890123} | {"long":0.12345678901234567890123} | {"long": 0.12345678901234567890123} | {"long":0.12345678901234568}
string | {"big":9007199254740993,"bigger":9223372036854775808} | {"big":9007199254740993,"bigger":9223372036854775808} | {"big":9007199254740993,"bigger":9223372036854775808} | {"big": 9007199254740993, "bigger": 9223372036854775808} | {"big":9007199254740993,"bigger":9223372036854775808}
string | {"a":1e400} | {"a":1e400} | {"a":1e400} | {"a": 1000...} | {"a":1e400}
string | {"a":1,"a":2} | {"a":1,"a":2} | {"a":1,"a":2} | {"a": 2} | {"a":1,"a":2}
union_of_string_and_integer | 2.50 | 2.50 | 2.50 | 2.50 | 2.5
union_of_string_and_integer | {"a":1} | {"a":1} | {"a":1} | {"a": 1} | {"a":1}
`),
  },
  {
    title: 'Numbers inside of JSON',
    reason: 'DuckDB and PostgreSQL keep every digit.',
    stated: [
      { page: bigquery, words: '**Numbers inside of `JSON` columns are doubles**' },
      { page: bigquery, words: 'numbers beyond a double, such as 1e400' },
      { page: snowflake, words: 'Numbers inside of `VARIANT` columns beyond 38 digits are doubles' },
      { page: duckdb, words: 'with every digit' },
      { page: postgres, words: 'Values and digits stay' },
    ],
    differences: readDifferences(`
object | {"long":0.12345678901234567890123} | {"long":0.12345678901234568} | {"long":0.12345678901234567890123} | {"long":0.12345678901234567890123} | {"long":0.12345678901234568}
object | {"a":1e400} | NULL with an entry | {"a":1e400} | {"a":1e400} | {"a":1e400}
array | [1e400] | NULL with an entry | [1e400] | [1e400] | [1e400]
one_of | {"long":0.12345678901234567890123} | {"long":0.12345678901234568} | {"long":0.12345678901234567890123} | {"long":0.12345678901234567890123} | {"long":0.12345678901234568}
one_of | {"a":1e400} | NULL with an entry | {"a":1e400} | {"a":1e400} | {"a":1e400}
unknown | {"long":0.12345678901234567890123} | {"long":0.12345678901234568} | {"long":0.12345678901234567890123} | {"long":0.12345678901234567890123} | {"long":0.12345678901234568}
unknown | {"a":1e400} | NULL with an entry | {"a":1e400} | {"a":1e400} | {"a":1e400}
unknown | 1e400 | NULL with an entry | 1e400 | 1e400 | 1e400
`),
  },
  {
    title: 'Keys that come twice, and the order of keys',
    reason:
      'DuckDB keeps JSON as text. So does the double of Snowflake, where Snowflake itself keeps the last of two equal keys.',
    stated: [
      { page: bigquery, words: 'the first counts, and the order of keys is not kept' },
      { page: duckdb, words: 'JSON columns keep a key that comes twice, and the order of keys' },
      { page: postgres, words: 'the last of two equal keys stays' },
      { page: snowflake, words: 'Where a key comes twice, the last counts' },
    ],
    differences: readDifferences(`
object | {"a":1,"a":2} | {"a":1} | {"a":1,"a":2} | {"a":2} | {"a":1,"a":2}
one_of | {"a":1,"a":2} | {"a":1} | {"a":1,"a":2} | {"a":2} | {"a":1,"a":2}
unknown | {"a":1,"a":2} | {"a":1} | {"a":1,"a":2} | {"a":2} | {"a":1,"a":2}
rows | which keys are the same: objects with their keys in another order | {"b":2,"a":1} | {"a":1,"b":2}; {"b":2,"a":1} | {"b":2,"a":1} | {"a":1,"b":2}; {"b":2,"a":1}
`),
  },
  {
    title: 'NUL characters',
    reason: 'Only DuckDB can store them.',
    stated: [
      { page: duckdb, words: 'NUL characters stay' },
      { page: bigquery, words: 'NUL characters are left out, and an entry says so' },
      {
        page: postgres,
        words:
          'NUL characters, halves of surrogate pairs and bytes that are not UTF-8 cannot be stored; they are removed or replaced, with an entry',
      },
      {
        page: snowflake,
        words: 'A NUL character and half of a surrogate pair are replaced before the upload, with an entry',
      },
    ],
    differences: readDifferences(String.raw`
string | "a\u0000b" | ab with the entry TRUNCATED | a\u0000b | ab with the entry TRUNCATED | ab with the entry TRUNCATED
string | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"x\u0000y"} | {"a": "xy"} with the entry TRUNCATED | {"a":"xy"} with the entry TRUNCATED
object | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"xy"} with the entry TRUNCATED
one_of | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"xy"} with the entry TRUNCATED
unknown | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"x\u0000y"} | {"a":"xy"} with the entry TRUNCATED | {"a":"xy"} with the entry TRUNCATED
`),
  },
  {
    title: 'JSON null',
    reason:
      'In columns that take any JSON it may stay a JSON null, which is not NULL in SQL, as in the Java connector of each warehouse.',
    stated: [
      { page: bigquery, words: 'JSON null in a `oneOf` or unknown type stays JSON null' },
      { page: duckdb, words: 'JSON null is NULL' },
      { page: postgres, words: 'in an unknown type, JSON null stays JSON null; in a `oneOf` it is NULL' },
      { page: snowflake, words: 'JSON null in a `oneOf` or unknown type stays JSON null' },
    ],
    differences: readDifferences(`
one_of | null | null | NULL | NULL | null
unknown | null | null | NULL | null | null
`),
  },
  {
    title: 'Unions with an object',
    reason:
      'PostgreSQL takes every value, as the Java connector does; elsewhere the value must be an object.',
    stated: [
      { page: postgres, words: 'as that type; objects and arrays take every value' },
      { page: bigquery, words: 'the column of the chosen type | as that type' },
      { page: duckdb, words: 'the column of the chosen type | as that type' },
      { page: snowflake, words: 'the column of the chosen type | as that type' },
    ],
    differences: readDifferences(`
union_of_object_and_string | true | NULL with an entry | NULL with an entry | true | NULL with an entry
union_of_object_and_string | false | NULL with an entry | NULL with an entry | false | NULL with an entry
union_of_object_and_string | 0 | NULL with an entry | NULL with an entry | 0 | NULL with an entry
union_of_object_and_string | 1 | NULL with an entry | NULL with an entry | 1 | NULL with an entry
union_of_object_and_string | 2.50 | NULL with an entry | NULL with an entry | 2.5 | NULL with an entry
union_of_object_and_string | "text" | NULL with an entry | NULL with an entry | "text" | NULL with an entry
union_of_object_and_string | "" | NULL with an entry | NULL with an entry | "" | NULL with an entry
union_of_object_and_string | [] | NULL with an entry | NULL with an entry | [] | NULL with an entry
union_of_object_and_string | [1] | NULL with an entry | NULL with an entry | [1] | NULL with an entry
`),
  },
]

/** Lines of type (or `rows`), what was sent, and the answers in the order of `names`. */
function readDifferences(lines: string): readonly Difference[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [subject = '', sent = '', ...texts] = line.split(' | ')
      const answers = Object.fromEntries(names.map((name, index) => [name, texts[index]])) as Answers
      return { subject, sent, answers }
    })
}
