/**
 * What Redshift has and PostgreSQL lacks, made in a database of PostgreSQL by a superuser. SUPER is a type of its own
 * with the bytes of jsonb, so that no operator and no function of jsonb works on it: what is not defined here fails.
 * Casts from SUPER are lax, as with `cast_super_null_on_error`.
 */
export const dialectStatements: readonly string[] = [
  'CREATE SCHEMA redshift_double',
  'SET search_path = redshift_double',
  'CREATE TYPE super',
  ...[
    ['super_in(cstring)', 'super', 'jsonb_in'],
    ['super_out(super)', 'cstring', 'jsonb_out'],
  ].map(
    ([name, result, internal]) =>
      `CREATE FUNCTION ${name} RETURNS ${result} AS '${internal}' LANGUAGE internal IMMUTABLE STRICT`,
  ),
  'CREATE TYPE super (INPUT = super_in, OUTPUT = super_out, LIKE = jsonb)',
  'CREATE CAST (super AS jsonb) WITHOUT FUNCTION',
  'CREATE CAST (jsonb AS super) WITHOUT FUNCTION',

  // A scalar as text: NULL for objects, arrays and null, which no other type can hold.
  `CREATE FUNCTION scalar_text(value super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN jsonb_typeof(value::jsonb) IN ('string', 'number', 'boolean') THEN value::jsonb #>> '{}' END
  $$`,
  ...['int8', 'bool', 'date', 'time', 'timetz', 'timestamp', 'timestamptz'].flatMap((type) => [
    `CREATE FUNCTION to_${type}(value super) RETURNS ${type} LANGUAGE plpgsql STABLE STRICT AS $$
      BEGIN
        RETURN ${type === 'int8' ? 'CASE WHEN scalar_text(value)::numeric = trunc(scalar_text(value)::numeric) THEN trunc(scalar_text(value)::numeric)::int8 END' : `scalar_text(value)::${type}`};
      EXCEPTION WHEN data_exception THEN RETURN NULL;
      END
    $$`,
    `ALTER FUNCTION to_${type}(super) SET search_path = redshift_double`,
    `CREATE CAST (super AS ${type}) WITH FUNCTION to_${type}(super)`,
  ]),
  `CREATE FUNCTION to_numeric(value super, modifier int4, is_explicit bool) RETURNS numeric LANGUAGE plpgsql STABLE STRICT AS $$
    DECLARE
      precision_digits int4 := CASE WHEN modifier < 0 THEN 38 ELSE ((modifier - 4) >> 16) & 65535 END;
      scale_digits int4 := CASE WHEN modifier < 0 THEN 0 ELSE (modifier - 4) & 2047 END;
      result numeric;
    BEGIN
      result := round(scalar_text(value)::numeric, scale_digits);
      RETURN CASE WHEN abs(result) < power(10::numeric, precision_digits - scale_digits) THEN result END;
    EXCEPTION WHEN data_exception THEN RETURN NULL;
    END
  $$`,
  'ALTER FUNCTION to_numeric(super, int4, bool) SET search_path = redshift_double',
  'CREATE CAST (super AS numeric) WITH FUNCTION to_numeric(super, int4, bool)',
  `CREATE FUNCTION to_varchar(value super, modifier int4, is_explicit bool) RETURNS varchar LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT redshift_double.scalar_text(value)::varchar
  $$`,
  'CREATE CAST (super AS varchar) WITH FUNCTION to_varchar(super, int4, bool)',

  `CREATE FUNCTION json_parse(value text) RETURNS super LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::jsonb::redshift_double.super $$`,
  `CREATE FUNCTION json_typeof(value super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_typeof(value::jsonb) $$`,
  // Not strict: of NULL it is the text null.
  `CREATE FUNCTION rs_json_serialize(value super) RETURNS varchar LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
      result text := COALESCE(regexp_replace(value::jsonb::text, '("(?:[^"\\\\]|\\\\.)*")|\\s+', '\\1', 'g'), 'null');
    BEGIN
      IF octet_length(result) > 65535 THEN
        RAISE EXCEPTION 'JSON_SERIALIZE() error: the result exceeds the limit of VARCHAR' USING ERRCODE = '22001';
      END IF;
      RETURN result;
    END
  $$`,
  `CREATE FUNCTION json_size(value super) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT octet_length(regexp_replace(value::jsonb::text, '("(?:[^"\\\\]|\\\\.)*")|\\s+', '\\1', 'g'))::int8
  $$`,
  'ALTER FUNCTION rs_json_serialize(super) SET standard_conforming_strings = on',
  'ALTER FUNCTION json_size(super) SET standard_conforming_strings = on',
  `CREATE FUNCTION rs_get(value super, key text) RETURNS super LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT (value::jsonb -> key)::redshift_double.super $$`,
  `CREATE FUNCTION rs_array() RETURNS super LANGUAGE sql IMMUTABLE AS $$ SELECT '[]'::jsonb::redshift_double.super $$`,
  `CREATE FUNCTION rs_array(value super) RETURNS super LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_build_array(value::jsonb)::redshift_double.super $$`,
  `CREATE FUNCTION array_concat(left_array super, right_array super) RETURNS super LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (left_array::jsonb || right_array::jsonb)::redshift_double.super
  $$`,
  `CREATE FUNCTION rs_object(key_1 text, value_1 super, key_2 text, value_2 super) RETURNS super LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(key_1, value_1::jsonb, key_2, value_2::jsonb)::redshift_double.super
  $$`,
  `CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql STABLE AS $$ SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC') $$`,
  `CREATE FUNCTION rs_sysdate() RETURNS timestamp LANGUAGE sql STABLE AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$`,
  `CREATE FUNCTION rs_microseconds_between(start timestamp, finish timestamp) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT trunc(extract(epoch FROM finish - start) * 1000000)::int8
  $$`,
  `CREATE FUNCTION rs_raise(state text, message text, detail text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail;
    END
  $$`,
  `CREATE TABLE sys_load_error_detail (
    query_id int8, file_name char(256), line_number int8, column_name char(127), error_code int4, error_message char(512)
  )`,
  'GRANT USAGE ON SCHEMA redshift_double TO PUBLIC',
  'GRANT SELECT ON sys_load_error_detail TO PUBLIC',
]
