import { quoteIdentifier, type Sql, sql } from 'landfall/sdk'

/** `pg_input_is_valid` came with PostgreSQL 16. https://www.postgresql.org/docs/16/functions-info.html */
export const firstVersionWithInputCheck = 160_000

/**
 * For servers without `pg_input_is_valid`: a cast that answers NULL instead of an error. The functions live
 * in the session's temporary schema and are made in the transaction that uses them, so a connection pooler
 * between does no harm. One for each type, precision included: a type that came as an argument would have the
 * cast parsed and planned anew for each value, which takes ten times as long.
 */
export function createTryCast(type: Sql): Sql {
  return sql`CREATE OR REPLACE FUNCTION ${functionOf(type)}(input text) RETURNS ${type}
LANGUAGE plpgsql STABLE STRICT AS $function$
BEGIN
  RETURN input::${type};
EXCEPTION WHEN others THEN
  RETURN NULL;
END
$function$`
}

export function tryCast(value: Sql, type: Sql): Sql {
  return sql`${functionOf(type)}(${value})`
}

function functionOf(type: Sql): Sql {
  return sql`pg_temp.${quoteIdentifier(`try ${type}`)}`
}
