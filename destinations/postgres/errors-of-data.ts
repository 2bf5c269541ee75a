import { alike } from './known-error.ts'

const correctValue = 'A record that is refused goes to the rejects table; correct it in the source.'
const loosenRule = 'Take the rule away from the table, or correct the records in the source.'

/** Values that the server refuses. Its words quote them, so they are cut. */
const errorsOfValues = alike({ code: 'DATA_REFUSED' }, [
  {
    name: 'string_data_right_truncation',
    state: '22001',
    sentence: 'A text is longer than its column.',
    remedy: 'Make the column `varchar` again, without a length.',
  },
  {
    name: 'numeric_value_out_of_range',
    state: '22003',
    sentence: 'A number is beyond the range of its type.',
    remedy: correctValue,
  },
  {
    name: 'null_value_not_allowed',
    state: '22004',
    sentence: 'A NULL is where none may be.',
    remedy: correctValue,
  },
  {
    name: 'invalid_datetime_format',
    state: '22007',
    sentence: 'A text is no date or time.',
    remedy: correctValue,
  },
  {
    name: 'datetime_field_overflow',
    state: '22008',
    sentence: 'A date or time is beyond the range of its type.',
    remedy: correctValue,
  },
  {
    name: 'division_by_zero',
    state: '22012',
    sentence: 'A generated column, a trigger or an index divides by zero.',
    remedy: loosenRule,
  },
  {
    name: 'character_not_in_repertoire',
    state: '22021',
    sentence: 'A text has bytes that are not UTF-8, or a NUL character.',
    remedy: correctValue,
  },
  {
    name: 'invalid_parameter_value',
    state: '22023',
    sentence: 'A function of the server refuses its argument.',
    remedy: correctValue,
  },
  {
    name: 'invalid_text_representation',
    state: '22P02',
    sentence: 'A text is not what its type takes, or not valid JSON.',
    remedy: correctValue,
  },
  {
    name: 'invalid_binary_representation',
    state: '22P03',
    sentence: 'A binary value is not what its type takes.',
    remedy: correctValue,
  },
  {
    name: 'bad_copy_file_format',
    state: '22P04',
    sentence: 'A row of a COPY has not the columns or the form that the table takes.',
    remedy: "If nobody changed the raw table, report this with the sync's log.",
  },
  {
    name: 'untranslatable_character',
    state: '22P05',
    sentence: 'A text has a character that the encoding of the database does not have, or a NUL character.',
    remedy: 'Use a database with the encoding UTF8.',
  },
  {
    name: 'data_exception (class 22)',
    state: '22',
    sentence: 'The server refused a value.',
    remedy: correctValue,
  },
  {
    name: 'statement_too_complex',
    state: '54001',
    sentence: 'A value is nested too deeply for the stack of the server.',
    remedy: 'Raise `max_stack_depth`, or let the source send flatter values.',
  },
  {
    name: 'program_limit_exceeded',
    state: '54000',
    sentence:
      'A value or a row is larger than the server can store or index: 1 GB for a field, 2.7 kB for a key, 8 kB for a row of very many columns.',
    remedy: 'Choose a shorter primary key, select fewer columns, or let the source send smaller values.',
  },
  {
    name: 'value beyond the memory of one allocation',
    // An internal error, which has no code of its own.
    words: /^invalid memory alloc request size/,
    sentence: 'A value would need more than a gigabyte of memory in the server.',
    remedy: 'Let the source send smaller values.',
  },
])

/** Rules that somebody gave to a table. Neither time nor the framework can do anything about them. */
const errorsOfConstraints = alike({ code: 'DATA_REFUSED', failureType: 'config_error' }, [
  {
    name: 'not_null_violation',
    state: '23502',
    sentence: 'A column of the table must not be NULL, and a record has no value for it.',
    remedy: 'Take the rule away: ALTER TABLE ... ALTER COLUMN ... DROP NOT NULL.',
  },
  {
    name: 'foreign_key_violation',
    state: '23503',
    sentence: 'A foreign key ties the table to another one, and a row would break it.',
    remedy: 'Drop the foreign key: streams arrive in no order that could keep it.',
  },
  {
    name: 'unique_violation',
    state: '23505',
    sentence: 'A unique index or constraint of the table refuses a second row with the same values.',
    remedy: 'Drop it, or sync the stream with deduplication on these columns.',
  },
  {
    name: 'check_violation',
    state: '23514',
    sentence: 'A CHECK of the table refuses a row, or no partition takes it.',
    remedy: loosenRule,
  },
  {
    name: 'exclusion_violation',
    state: '23P01',
    sentence: 'An exclusion constraint of the table refuses a row.',
    remedy: loosenRule,
  },
  {
    name: 'integrity_constraint_violation (class 23)',
    state: '23',
    sentence: 'A constraint of the table refuses a row.',
    remedy: loosenRule,
  },
  {
    name: 'raise_exception',
    state: 'P0001',
    sentence: 'A trigger or function that somebody gave to the table refuses a row.',
    remedy: 'Drop the trigger, or let it take these rows.',
    // Whoever wrote the trigger may have put values into its message.
    hidesWords: true,
  },
])

export const errorsOfData = [...errorsOfConstraints, ...errorsOfValues]
