-- The first sync: schemas and the raw table

CREATE SCHEMA IF NOT EXISTS "airbyte_internal";

CREATE SCHEMA IF NOT EXISTS "shop";

BEGIN;

CREATE TABLE "airbyte_internal"."shop_raw__stream_users" (
  "_airbyte_raw_id" varchar PRIMARY KEY,
  "_airbyte_data" jsonb,
  "_airbyte_extracted_at" timestamptz DEFAULT CURRENT_TIMESTAMP,
  "_airbyte_loaded_at" timestamptz DEFAULT NULL,
  "_airbyte_meta" jsonb,
  "_airbyte_generation_id" bigint
) WITH (toast_tuple_target = 8160);

CREATE INDEX ON "airbyte_internal"."shop_raw__stream_users" ("_airbyte_extracted_at") WHERE "_airbyte_loaded_at" IS NULL;

CREATE INDEX ON "airbyte_internal"."shop_raw__stream_users" USING hash ((COALESCE("_airbyte_data" ->> 'id', ''))) WHERE "_airbyte_data" ->> '_ab_cdc_deleted_at' IS NOT NULL;

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_users_airbyte_untyped";

CREATE TABLE "airbyte_internal"."shop_raw__stream_users_airbyte_untyped" (
  "first_raw_id" varchar PRIMARY KEY,
  "last_raw_id" varchar NOT NULL
);

COMMIT;

-- Where earlier deletions cannot be found quickly yet

CREATE INDEX ON "airbyte_internal"."shop_raw__stream_users" USING hash ((COALESCE("_airbyte_data" ->> 'id', ''))) WHERE "_airbyte_data" ->> '_ab_cdc_deleted_at' IS NOT NULL;

-- The first raw rows, with which the final table is made

BEGIN;

SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

SELECT set_config('random_page_cost', LEAST(current_setting('random_page_cost')::numeric, 1.1)::text, TRUE);

SELECT set_config('jit', 'off', TRUE);

SELECT set_config('parallel_tuple_cost', LEAST(current_setting('parallel_tuple_cost')::numeric, 0.001)::text, TRUE);

CREATE TABLE "shop"."Users" AS
SELECT
  "id"::bigint AS "id",
  "Region"::varchar AS "Region",
  "updated_at"::timestamptz AS "updated_at",
  "price"::numeric(38, 9) AS "price",
  "active"::boolean AS "active",
  "born"::date AS "born",
  "local"::timestamp AS "local",
  "opens"::time AS "opens",
  "closes"::timetz AS "closes",
  "address"::jsonb AS "address",
  "tags"::jsonb AS "tags",
  "either"::varchar AS "either",
  "anything"::jsonb AS "anything",
  "it_s"::varchar AS "it_s",
  "_ab_cdc_deleted_at"::timestamptz AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id"::varchar(36) AS "_airbyte_raw_id",
  "_airbyte_extracted_at"::timestamptz AS "_airbyte_extracted_at",
  "_airbyte_meta"::jsonb AS "_airbyte_meta",
  "_airbyte_generation_id"::bigint AS "_airbyte_generation_id"
FROM (
SELECT
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
SELECT DISTINCT ON ("id", "Region") *
FROM (
SELECT
  typed_0 AS "id",
  typed_1 AS "Region",
  typed_2 AS "updated_at",
  typed_3 AS "price",
  typed_4 AS "active",
  typed_5 AS "born",
  typed_6 AS "local",
  typed_7 AS "opens",
  typed_8 AS "closes",
  typed_9 AS "address",
  typed_10 AS "tags",
  typed_11 AS "either",
  typed_12 AS "anything",
  typed_13 AS "it_s",
  typed_14 AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  CASE
    WHEN "_airbyte_meta" ?& ARRAY['changes', 'sync_id']
      AND NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
      AND NOT (value_2 IS NOT NULL AND typed_2 IS NULL)
      AND NOT (value_3 IS NOT NULL AND typed_3 IS NULL)
      AND NOT (value_4 IS NOT NULL AND typed_4 IS NULL)
      AND NOT (value_5 IS NOT NULL AND typed_5 IS NULL)
      AND NOT (value_6 IS NOT NULL AND typed_6 IS NULL)
      AND NOT (value_7 IS NOT NULL AND typed_7 IS NULL)
      AND NOT (value_8 IS NOT NULL AND typed_8 IS NULL)
      AND NOT (value_9 IS NOT NULL AND typed_9 IS NULL)
      AND NOT (value_10 IS NOT NULL AND typed_10 IS NULL)
      AND NOT (value_14 IS NOT NULL AND typed_14 IS NULL)
    THEN "_airbyte_meta"
    ELSE jsonb_build_object(
      'changes', to_jsonb(array_remove(ARRAY[
        CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END
      ]::jsonb[], NULL)) || COALESCE("_airbyte_meta" -> 'changes', '[]'),
      'sync_id', "_airbyte_meta" -> 'sync_id'
    )
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE WHEN pg_input_is_valid(value_0, 'bigint') THEN value_0::bigint END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN pg_input_is_valid(value_2, 'timestamptz') THEN value_2::timestamptz END AS typed_2,
    CASE WHEN pg_input_is_valid(value_3, 'numeric(38, 9)') THEN value_3::numeric(38, 9) END AS typed_3,
    CASE WHEN pg_input_is_valid(value_4, 'boolean') THEN value_4::boolean END AS typed_4,
    CASE WHEN pg_input_is_valid(value_5, 'date') THEN value_5::date END AS typed_5,
    CASE WHEN pg_input_is_valid(value_6, 'timestamp') THEN value_6::timestamp END AS typed_6,
    CASE WHEN pg_input_is_valid(value_7, 'time') THEN value_7::time END AS typed_7,
    CASE WHEN pg_input_is_valid(value_8, 'timetz') THEN value_8::timetz END AS typed_8,
    CASE WHEN jsonb_typeof(value_9) = 'object' THEN value_9 END AS typed_9,
    CASE WHEN jsonb_typeof(value_10) = 'array' THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN pg_input_is_valid(value_14, 'timestamptz') THEN value_14::timestamptz END AS typed_14,
    value_0,
    value_2,
    value_3,
    value_4,
    value_5,
    value_6,
    value_7,
    value_8,
    value_9,
    value_10,
    value_14,
    "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
  FROM (
    SELECT
      NULLIF(data -> 'id', 'null')::text AS value_0,
      data ->> 'Region' AS value_1,
      data ->> 'updated at' AS value_2,
      data ->> 'price' AS value_3,
      NULLIF(data -> 'active', 'null')::text AS value_4,
      data ->> 'born' AS value_5,
      data ->> 'local' AS value_6,
      data ->> 'opens' AS value_7,
      data ->> 'closes' AS value_8,
      NULLIF(data -> 'address', 'null') AS value_9,
      NULLIF(data -> 'tags', 'null') AS value_10,
      data ->> 'either' AS value_11,
      data -> 'anything' AS value_12,
      data ->> 'it''s' AS value_13,
      data ->> '_ab_cdc_deleted_at' AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
    FROM (
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
      FROM "airbyte_internal"."shop_raw__stream_users"
    ) AS document
  ) AS extracted
) AS checked
) AS typed
ORDER BY "id", "Region", "_airbyte_extracted_at" DESC, "_airbyte_raw_id" COLLATE "C" DESC
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL
) AS final_rows;

ALTER TABLE "shop"."Users"
  ALTER COLUMN "_airbyte_raw_id" SET NOT NULL,
  ALTER COLUMN "_airbyte_extracted_at" SET NOT NULL,
  ALTER COLUMN "_airbyte_meta" SET NOT NULL;

CREATE INDEX IF NOT EXISTS "Users_ab_d9ab8d1f" ON "shop"."Users" ("id", "Region");

CREATE INDEX IF NOT EXISTS "Users_ab_9d330c5e" ON "shop"."Users" ("_airbyte_extracted_at");

COMMENT ON COLUMN "shop"."Users"."_airbyte_raw_id" IS 'Landfall: one row per ["Region","id"]';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DELETE FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped";

COMMIT;

-- What the tables hold, at the start of a later sync

SELECT
  NOT EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_users") AS is_empty,
  EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_users" WHERE "_airbyte_loaded_at" IS NULL) OR EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped") AS has_unprocessed,
  FALSE AS has_other_generation,
  EXISTS (
    SELECT 1
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam AND m.amname = 'hash'
    WHERE i.indrelid = '"airbyte_internal"."shop_raw__stream_users"'::regclass
      AND i.indpred IS NOT NULL
      AND replace(translate(pg_get_expr(i.indexprs, i.indrelid), '()"', ''), '::text', '') = 'COALESCE_airbyte_data ->> ''id'', '''''
  ) AS has_deletion_index;

SELECT
  NOT EXISTS (SELECT 1 FROM "shop"."Users") AS is_empty,
  FALSE AS has_other_generation,
  CASE
    WHEN (
      SELECT col_description(attrelid, attnum)
      FROM pg_catalog.pg_attribute
      WHERE attrelid = '"shop"."Users"'::regclass
        AND attname = '_airbyte_raw_id'
    ) LIKE 'Landfall:%' THEN (
      SELECT col_description(attrelid, attnum)
      FROM pg_catalog.pg_attribute
      WHERE attrelid = '"shop"."Users"'::regclass
        AND attname = '_airbyte_raw_id'
    ) IS NOT DISTINCT FROM 'Landfall: one row per ["Region","id"]'
    ELSE EXISTS (
      SELECT 1
      FROM pg_catalog.pg_index AS i
      WHERE i.indrelid = '"shop"."Users"'::regclass
        AND i.indpred IS NULL
        AND ARRAY['Region', '_airbyte_extracted_at', 'id'] = (
          SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
          FROM pg_catalog.pg_attribute AS a
          WHERE a.attrelid = i.indrelid
            AND a.attnum = ANY (i.indkey::int2[])
        )
    ) OR EXISTS (
      SELECT 1
      FROM pg_catalog.pg_index AS i
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      WHERE i.indrelid = '"shop"."Users"'::regclass
        AND c.relname IN ('Users_ab_d9ab8d1f')
    )
  END AS is_deduplicated,
  (
      SELECT col_description(attrelid, attnum)
      FROM pg_catalog.pg_attribute
      WHERE attrelid = '"shop"."Users"'::regclass
        AND attname = '_airbyte_raw_id'
    ) IS NOT DISTINCT FROM 'Landfall: one row per ["Region","id"]' AS is_marked;

-- New raw rows into an empty final table

BEGIN;

SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

SELECT set_config('random_page_cost', LEAST(current_setting('random_page_cost')::numeric, 1.1)::text, TRUE);

SELECT set_config('jit', 'off', TRUE);

INSERT INTO "shop"."Users" (
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
)
SELECT
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
SELECT DISTINCT ON ("id", "Region") *
FROM (
SELECT
  typed_0 AS "id",
  typed_1 AS "Region",
  typed_2 AS "updated_at",
  typed_3 AS "price",
  typed_4 AS "active",
  typed_5 AS "born",
  typed_6 AS "local",
  typed_7 AS "opens",
  typed_8 AS "closes",
  typed_9 AS "address",
  typed_10 AS "tags",
  typed_11 AS "either",
  typed_12 AS "anything",
  typed_13 AS "it_s",
  typed_14 AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  CASE
    WHEN "_airbyte_meta" ?& ARRAY['changes', 'sync_id']
      AND NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
      AND NOT (value_2 IS NOT NULL AND typed_2 IS NULL)
      AND NOT (value_3 IS NOT NULL AND typed_3 IS NULL)
      AND NOT (value_4 IS NOT NULL AND typed_4 IS NULL)
      AND NOT (value_5 IS NOT NULL AND typed_5 IS NULL)
      AND NOT (value_6 IS NOT NULL AND typed_6 IS NULL)
      AND NOT (value_7 IS NOT NULL AND typed_7 IS NULL)
      AND NOT (value_8 IS NOT NULL AND typed_8 IS NULL)
      AND NOT (value_9 IS NOT NULL AND typed_9 IS NULL)
      AND NOT (value_10 IS NOT NULL AND typed_10 IS NULL)
      AND NOT (value_14 IS NOT NULL AND typed_14 IS NULL)
    THEN "_airbyte_meta"
    ELSE jsonb_build_object(
      'changes', to_jsonb(array_remove(ARRAY[
        CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END
      ]::jsonb[], NULL)) || COALESCE("_airbyte_meta" -> 'changes', '[]'),
      'sync_id', "_airbyte_meta" -> 'sync_id'
    )
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE WHEN pg_input_is_valid(value_0, 'bigint') THEN value_0::bigint END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN pg_input_is_valid(value_2, 'timestamptz') THEN value_2::timestamptz END AS typed_2,
    CASE WHEN pg_input_is_valid(value_3, 'numeric(38, 9)') THEN value_3::numeric(38, 9) END AS typed_3,
    CASE WHEN pg_input_is_valid(value_4, 'boolean') THEN value_4::boolean END AS typed_4,
    CASE WHEN pg_input_is_valid(value_5, 'date') THEN value_5::date END AS typed_5,
    CASE WHEN pg_input_is_valid(value_6, 'timestamp') THEN value_6::timestamp END AS typed_6,
    CASE WHEN pg_input_is_valid(value_7, 'time') THEN value_7::time END AS typed_7,
    CASE WHEN pg_input_is_valid(value_8, 'timetz') THEN value_8::timetz END AS typed_8,
    CASE WHEN jsonb_typeof(value_9) = 'object' THEN value_9 END AS typed_9,
    CASE WHEN jsonb_typeof(value_10) = 'array' THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN pg_input_is_valid(value_14, 'timestamptz') THEN value_14::timestamptz END AS typed_14,
    value_0,
    value_2,
    value_3,
    value_4,
    value_5,
    value_6,
    value_7,
    value_8,
    value_9,
    value_10,
    value_14,
    "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
  FROM (
    SELECT
      NULLIF(data -> 'id', 'null')::text AS value_0,
      data ->> 'Region' AS value_1,
      data ->> 'updated at' AS value_2,
      data ->> 'price' AS value_3,
      NULLIF(data -> 'active', 'null')::text AS value_4,
      data ->> 'born' AS value_5,
      data ->> 'local' AS value_6,
      data ->> 'opens' AS value_7,
      data ->> 'closes' AS value_8,
      NULLIF(data -> 'address', 'null') AS value_9,
      NULLIF(data -> 'tags', 'null') AS value_10,
      data ->> 'either' AS value_11,
      data -> 'anything' AS value_12,
      data ->> 'it''s' AS value_13,
      data ->> '_ab_cdc_deleted_at' AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users"
      WHERE "_airbyte_loaded_at" IS NULL
      UNION ALL
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users"
      WHERE "_airbyte_loaded_at" IS NOT NULL
        AND "_airbyte_data" ->> '_ab_cdc_deleted_at' IS NOT NULL
        AND (COALESCE("_airbyte_data" ->> 'id', '')) = ANY (ARRAY(
      SELECT COALESCE("_airbyte_data" ->> 'id', '') FROM "airbyte_internal"."shop_raw__stream_users" WHERE "_airbyte_loaded_at" IS NULL
      UNION ALL
      SELECT COALESCE("_airbyte_data" ->> 'id', '') FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped" AS untyped
      CROSS JOIN LATERAL (
        SELECT *
        FROM "airbyte_internal"."shop_raw__stream_users" AS raw
        WHERE raw."_airbyte_raw_id" BETWEEN untyped."first_raw_id" AND untyped."last_raw_id"
          AND raw."_airbyte_loaded_at" IS NOT NULL
        OFFSET 0
      ) AS noted
    ))
      UNION ALL
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped" AS untyped
      CROSS JOIN LATERAL (
        SELECT *
        FROM "airbyte_internal"."shop_raw__stream_users" AS raw
        WHERE raw."_airbyte_raw_id" BETWEEN untyped."first_raw_id" AND untyped."last_raw_id"
          AND raw."_airbyte_loaded_at" IS NOT NULL
        OFFSET 0
      ) AS noted
  OFFSET 0
    ) AS document
  OFFSET 0
  ) AS extracted
  OFFSET 0
) AS checked
) AS typed
ORDER BY "id", "Region", "_airbyte_extracted_at" DESC, "_airbyte_raw_id" COLLATE "C" DESC
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DELETE FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped";

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

SELECT set_config('random_page_cost', LEAST(current_setting('random_page_cost')::numeric, 1.1)::text, TRUE);

SELECT set_config('jit', 'off', TRUE);

CREATE TEMPORARY TABLE pg_temp."Users_ab_staged" ON COMMIT DROP AS
SELECT DISTINCT ON ("id", "Region") *
FROM (
SELECT
  typed_0 AS "id",
  typed_1 AS "Region",
  typed_2 AS "updated_at",
  typed_3 AS "price",
  typed_4 AS "active",
  typed_5 AS "born",
  typed_6 AS "local",
  typed_7 AS "opens",
  typed_8 AS "closes",
  typed_9 AS "address",
  typed_10 AS "tags",
  typed_11 AS "either",
  typed_12 AS "anything",
  typed_13 AS "it_s",
  typed_14 AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  CASE
    WHEN "_airbyte_meta" ?& ARRAY['changes', 'sync_id']
      AND NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
      AND NOT (value_2 IS NOT NULL AND typed_2 IS NULL)
      AND NOT (value_3 IS NOT NULL AND typed_3 IS NULL)
      AND NOT (value_4 IS NOT NULL AND typed_4 IS NULL)
      AND NOT (value_5 IS NOT NULL AND typed_5 IS NULL)
      AND NOT (value_6 IS NOT NULL AND typed_6 IS NULL)
      AND NOT (value_7 IS NOT NULL AND typed_7 IS NULL)
      AND NOT (value_8 IS NOT NULL AND typed_8 IS NULL)
      AND NOT (value_9 IS NOT NULL AND typed_9 IS NULL)
      AND NOT (value_10 IS NOT NULL AND typed_10 IS NULL)
      AND NOT (value_14 IS NOT NULL AND typed_14 IS NULL)
    THEN "_airbyte_meta"
    ELSE jsonb_build_object(
      'changes', to_jsonb(array_remove(ARRAY[
        CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END
      ]::jsonb[], NULL)) || COALESCE("_airbyte_meta" -> 'changes', '[]'),
      'sync_id', "_airbyte_meta" -> 'sync_id'
    )
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE WHEN pg_input_is_valid(value_0, 'bigint') THEN value_0::bigint END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN pg_input_is_valid(value_2, 'timestamptz') THEN value_2::timestamptz END AS typed_2,
    CASE WHEN pg_input_is_valid(value_3, 'numeric(38, 9)') THEN value_3::numeric(38, 9) END AS typed_3,
    CASE WHEN pg_input_is_valid(value_4, 'boolean') THEN value_4::boolean END AS typed_4,
    CASE WHEN pg_input_is_valid(value_5, 'date') THEN value_5::date END AS typed_5,
    CASE WHEN pg_input_is_valid(value_6, 'timestamp') THEN value_6::timestamp END AS typed_6,
    CASE WHEN pg_input_is_valid(value_7, 'time') THEN value_7::time END AS typed_7,
    CASE WHEN pg_input_is_valid(value_8, 'timetz') THEN value_8::timetz END AS typed_8,
    CASE WHEN jsonb_typeof(value_9) = 'object' THEN value_9 END AS typed_9,
    CASE WHEN jsonb_typeof(value_10) = 'array' THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN pg_input_is_valid(value_14, 'timestamptz') THEN value_14::timestamptz END AS typed_14,
    value_0,
    value_2,
    value_3,
    value_4,
    value_5,
    value_6,
    value_7,
    value_8,
    value_9,
    value_10,
    value_14,
    "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
  FROM (
    SELECT
      NULLIF(data -> 'id', 'null')::text AS value_0,
      data ->> 'Region' AS value_1,
      data ->> 'updated at' AS value_2,
      data ->> 'price' AS value_3,
      NULLIF(data -> 'active', 'null')::text AS value_4,
      data ->> 'born' AS value_5,
      data ->> 'local' AS value_6,
      data ->> 'opens' AS value_7,
      data ->> 'closes' AS value_8,
      NULLIF(data -> 'address', 'null') AS value_9,
      NULLIF(data -> 'tags', 'null') AS value_10,
      data ->> 'either' AS value_11,
      data -> 'anything' AS value_12,
      data ->> 'it''s' AS value_13,
      data ->> '_ab_cdc_deleted_at' AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users"
      WHERE "_airbyte_loaded_at" IS NULL
      UNION ALL
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users"
      WHERE "_airbyte_loaded_at" IS NOT NULL
        AND "_airbyte_data" ->> '_ab_cdc_deleted_at' IS NOT NULL
        AND (COALESCE("_airbyte_data" ->> 'id', '')) = ANY (ARRAY(
      SELECT COALESCE("_airbyte_data" ->> 'id', '') FROM "airbyte_internal"."shop_raw__stream_users" WHERE "_airbyte_loaded_at" IS NULL
      UNION ALL
      SELECT COALESCE("_airbyte_data" ->> 'id', '') FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped" AS untyped
      CROSS JOIN LATERAL (
        SELECT *
        FROM "airbyte_internal"."shop_raw__stream_users" AS raw
        WHERE raw."_airbyte_raw_id" BETWEEN untyped."first_raw_id" AND untyped."last_raw_id"
          AND raw."_airbyte_loaded_at" IS NOT NULL
        OFFSET 0
      ) AS noted
    ))
      UNION ALL
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped" AS untyped
      CROSS JOIN LATERAL (
        SELECT *
        FROM "airbyte_internal"."shop_raw__stream_users" AS raw
        WHERE raw."_airbyte_raw_id" BETWEEN untyped."first_raw_id" AND untyped."last_raw_id"
          AND raw."_airbyte_loaded_at" IS NOT NULL
        OFFSET 0
      ) AS noted
  OFFSET 0
    ) AS document
  OFFSET 0
  ) AS extracted
  OFFSET 0
) AS checked
) AS typed
ORDER BY "id", "Region", "_airbyte_extracted_at" DESC, "_airbyte_raw_id" COLLATE "C" DESC;

ANALYZE pg_temp."Users_ab_staged";

WITH pairs AS MATERIALIZED (
  SELECT
    staged.ctid AS staged_row,
    target.tableoid AS target_table,
    target.ctid AS target_row,
    ((target."_airbyte_extracted_at", target."_airbyte_raw_id" COLLATE "C") > (staged."_airbyte_extracted_at", staged."_airbyte_raw_id" COLLATE "C")) IS TRUE AS is_target_newer
  FROM pg_temp."Users_ab_staged" AS staged, "shop"."Users" AS target
  WHERE target."id" = staged."id"
    AND target."Region" = staged."Region"
  UNION ALL
  SELECT
    staged.ctid AS staged_row,
    target.tableoid AS target_table,
    target.ctid AS target_row,
    ((target."_airbyte_extracted_at", target."_airbyte_raw_id" COLLATE "C") > (staged."_airbyte_extracted_at", staged."_airbyte_raw_id" COLLATE "C")) IS TRUE AS is_target_newer
  FROM pg_temp."Users_ab_staged" AS staged, "shop"."Users" AS target
  WHERE EXISTS (SELECT 1 FROM pg_temp."Users_ab_staged" AS incomplete WHERE incomplete."id" IS NULL OR incomplete."Region" IS NULL)
    AND (staged."id" IS NULL OR staged."Region" IS NULL)
    AND (target."id" = staged."id" OR (target."id" IS NULL AND staged."id" IS NULL))
    AND (target."Region" = staged."Region" OR (target."Region" IS NULL AND staged."Region" IS NULL))
), replaced AS (
  DELETE FROM "shop"."Users" AS target
  USING pairs
  WHERE target.ctid = pairs.target_row
    AND target.tableoid = pairs.target_table
    AND NOT pairs.is_target_newer
)
DELETE FROM pg_temp."Users_ab_staged" AS staged
USING pairs
WHERE staged.ctid = pairs.staged_row
  AND pairs.is_target_newer;

INSERT INTO "shop"."Users" (
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
)
SELECT
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
FROM pg_temp."Users_ab_staged"
WHERE "_ab_cdc_deleted_at" IS NULL;

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DELETE FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped";

COMMIT;

-- The final table anew, after its columns have changed

BEGIN;

SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

SELECT set_config('random_page_cost', LEAST(current_setting('random_page_cost')::numeric, 1.1)::text, TRUE);

SELECT set_config('jit', 'off', TRUE);

SELECT set_config('parallel_tuple_cost', LEAST(current_setting('parallel_tuple_cost')::numeric, 0.001)::text, TRUE);

CREATE TEMPORARY TABLE pg_temp."Users_ab_staged" ON COMMIT DROP AS
SELECT
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
SELECT DISTINCT ON ("id", "Region") *
FROM (
SELECT
  typed_0 AS "id",
  typed_1 AS "Region",
  typed_2 AS "updated_at",
  typed_3 AS "price",
  typed_4 AS "active",
  typed_5 AS "born",
  typed_6 AS "local",
  typed_7 AS "opens",
  typed_8 AS "closes",
  typed_9 AS "address",
  typed_10 AS "tags",
  typed_11 AS "either",
  typed_12 AS "anything",
  typed_13 AS "it_s",
  typed_14 AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  CASE
    WHEN "_airbyte_meta" ?& ARRAY['changes', 'sync_id']
      AND NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
      AND NOT (value_2 IS NOT NULL AND typed_2 IS NULL)
      AND NOT (value_3 IS NOT NULL AND typed_3 IS NULL)
      AND NOT (value_4 IS NOT NULL AND typed_4 IS NULL)
      AND NOT (value_5 IS NOT NULL AND typed_5 IS NULL)
      AND NOT (value_6 IS NOT NULL AND typed_6 IS NULL)
      AND NOT (value_7 IS NOT NULL AND typed_7 IS NULL)
      AND NOT (value_8 IS NOT NULL AND typed_8 IS NULL)
      AND NOT (value_9 IS NOT NULL AND typed_9 IS NULL)
      AND NOT (value_10 IS NOT NULL AND typed_10 IS NULL)
      AND NOT (value_14 IS NOT NULL AND typed_14 IS NULL)
    THEN "_airbyte_meta"
    ELSE jsonb_build_object(
      'changes', to_jsonb(array_remove(ARRAY[
        CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END,
        CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}'::jsonb END
      ]::jsonb[], NULL)) || COALESCE("_airbyte_meta" -> 'changes', '[]'),
      'sync_id', "_airbyte_meta" -> 'sync_id'
    )
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE WHEN pg_input_is_valid(value_0, 'bigint') THEN value_0::bigint END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN pg_input_is_valid(value_2, 'timestamptz') THEN value_2::timestamptz END AS typed_2,
    CASE WHEN pg_input_is_valid(value_3, 'numeric(38, 9)') THEN value_3::numeric(38, 9) END AS typed_3,
    CASE WHEN pg_input_is_valid(value_4, 'boolean') THEN value_4::boolean END AS typed_4,
    CASE WHEN pg_input_is_valid(value_5, 'date') THEN value_5::date END AS typed_5,
    CASE WHEN pg_input_is_valid(value_6, 'timestamp') THEN value_6::timestamp END AS typed_6,
    CASE WHEN pg_input_is_valid(value_7, 'time') THEN value_7::time END AS typed_7,
    CASE WHEN pg_input_is_valid(value_8, 'timetz') THEN value_8::timetz END AS typed_8,
    CASE WHEN jsonb_typeof(value_9) = 'object' THEN value_9 END AS typed_9,
    CASE WHEN jsonb_typeof(value_10) = 'array' THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN pg_input_is_valid(value_14, 'timestamptz') THEN value_14::timestamptz END AS typed_14,
    value_0,
    value_2,
    value_3,
    value_4,
    value_5,
    value_6,
    value_7,
    value_8,
    value_9,
    value_10,
    value_14,
    "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
  FROM (
    SELECT
      NULLIF(data -> 'id', 'null')::text AS value_0,
      data ->> 'Region' AS value_1,
      data ->> 'updated at' AS value_2,
      data ->> 'price' AS value_3,
      NULLIF(data -> 'active', 'null')::text AS value_4,
      data ->> 'born' AS value_5,
      data ->> 'local' AS value_6,
      data ->> 'opens' AS value_7,
      data ->> 'closes' AS value_8,
      NULLIF(data -> 'address', 'null') AS value_9,
      NULLIF(data -> 'tags', 'null') AS value_10,
      data ->> 'either' AS value_11,
      data -> 'anything' AS value_12,
      data ->> 'it''s' AS value_13,
      data ->> '_ab_cdc_deleted_at' AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
    FROM (
      SELECT "_airbyte_data" || '{}' AS data, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id", clock_timestamp() AS step
      FROM "airbyte_internal"."shop_raw__stream_users"
    ) AS document
  ) AS extracted
) AS checked
) AS typed
ORDER BY "id", "Region", "_airbyte_extracted_at" DESC, "_airbyte_raw_id" COLLATE "C" DESC
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

TRUNCATE "shop"."Users";

ALTER TABLE "shop"."Users" DROP COLUMN "price";

ALTER TABLE "shop"."Users" DROP COLUMN "lost";

ALTER TABLE "shop"."Users" ADD COLUMN "price" numeric(38, 9);

ALTER TABLE "shop"."Users" ADD COLUMN "anything" jsonb;

DROP INDEX IF EXISTS "shop"."Users_ab_d9ab8d1f";

DROP INDEX IF EXISTS "shop"."Users_ab_9d330c5e";

INSERT INTO "shop"."Users" (
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
)
SELECT
  "id",
  "Region",
  "updated_at",
  "price",
  "active",
  "born",
  "local",
  "opens",
  "closes",
  "address",
  "tags",
  "either",
  "anything",
  "it_s",
  "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  "_airbyte_meta",
  "_airbyte_generation_id"
FROM pg_temp."Users_ab_staged";

CREATE INDEX IF NOT EXISTS "Users_ab_d9ab8d1f" ON "shop"."Users" ("id", "Region");

CREATE INDEX IF NOT EXISTS "Users_ab_9d330c5e" ON "shop"."Users" ("_airbyte_extracted_at");

COMMENT ON COLUMN "shop"."Users"."_airbyte_raw_id" IS 'Landfall: one row per ["Region","id"]';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DELETE FROM "airbyte_internal"."shop_raw__stream_users_airbyte_untyped";

COMMIT;
