-- The first sync: schemas and tables

CREATE SCHEMA IF NOT EXISTS "airbyte_internal";

CREATE SCHEMA IF NOT EXISTS "shop";

CREATE TABLE "airbyte_internal"."shop_raw__stream_Users" (
  "_airbyte_raw_id" VARCHAR,
  "_airbyte_extracted_at" TIMESTAMPTZ,
  "_airbyte_loaded_at" TIMESTAMPTZ,
  "_airbyte_data" JSON,
  "_airbyte_meta" JSON,
  "_airbyte_generation_id" BIGINT
);

BEGIN;

CREATE TABLE "shop"."Users" (
  "id" BIGINT,
  "Region" VARCHAR,
  "updated_at" TIMESTAMPTZ,
  "price" DECIMAL(38, 9),
  "active" BOOLEAN,
  "born" DATE,
  "local" TIMESTAMP,
  "opens" TIME,
  "closes" TIMETZ,
  "address" JSON,
  "tags" JSON,
  "either" VARCHAR,
  "anything" JSON,
  "it_s" VARCHAR,
  "_ab_cdc_deleted_at" TIMESTAMPTZ,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

COMMENT ON COLUMN "shop"."Users"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- What the tables hold, at the start of a sync

SELECT
  NOT EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_Users") AS is_empty,
  EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_Users" WHERE "_airbyte_loaded_at" IS NULL) AS has_unprocessed,
  FALSE AS has_other_generation,
  TRUE AS has_deletion_index;

SELECT
  NOT EXISTS (SELECT 1 FROM "shop"."Users") AS is_empty,
  FALSE AS has_other_generation,
  TRUE AS is_deduplicated,
  EXISTS (
    SELECT 1
    FROM duckdb_columns()
    WHERE lower(schema_name) = lower('shop')
      AND lower(table_name) = lower('Users')
      AND column_name = '_airbyte_raw_id'
      AND comment = 'Landfall: rows are appended'
  ) AS is_marked;

-- New raw rows into an empty final table

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions";

BEGIN;

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
    WHEN NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
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
    THEN COALESCE("_airbyte_meta", '{"changes":[],"sync_id":null}')
    ELSE '{"changes":[' || concat_ws(',',
      CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      NULLIF((COALESCE("_airbyte_meta" -> '$.changes', '[]')::VARCHAR)[2:-2], '')
    ) || '],"sync_id":' || COALESCE("_airbyte_meta" -> '$.sync_id', 'null') || '}'
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE
      WHEN TRY_CAST(value_0 AS BIGINT)::VARCHAR = value_0 THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]+(\.0*)?') THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]{1,19}(\.[0-9]{1,18})?[eE]\+?[0-9]{1,2}') AND TRY_CAST(value_0 AS DECIMAL(38, 19)) = TRY_CAST(value_0 AS BIGINT) THEN TRY_CAST(value_0 AS BIGINT)
    END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN regexp_matches(value_2, '[A-Za-z]{2}') THEN TRY_CAST(value_2 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_2 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_2), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_2,
    CASE WHEN regexp_full_match(value_3, '[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?')
      THEN COALESCE(TRY_CAST(value_3 AS DECIMAL(18, 9)), TRY_CAST(value_3 AS DECIMAL(38, 9)))
    END AS typed_3,
    CASE lower(value_4) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END AS typed_4,
    CASE WHEN TRY_CAST(value_5 AS DATE)::VARCHAR = value_5 THEN TRY_CAST(value_5 AS DATE) ELSE COALESCE(TRY_CAST(value_5 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_5), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP))::DATE END AS typed_5,
    COALESCE(TRY_CAST(value_6 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_6), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP)) AS typed_6,
    CASE WHEN regexp_full_match(value_7, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(upper(value_7) AS TIME) END AS typed_7,
    CASE WHEN regexp_full_match(value_8, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(regexp_replace(value_8, ' ?([zZ]|UTC)$', '+00') AS TIMETZ) END AS typed_8,
    CASE WHEN starts_with(value_9, '{') THEN value_9 END AS typed_9,
    CASE WHEN starts_with(value_10, '[') THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN regexp_matches(value_14, '[A-Za-z]{2}') THEN TRY_CAST(value_14 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_14 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_14), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_14,
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
      CASE WHEN contains(struct_extract_at(fields, 1), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 1), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 1) END AS value_0,
      CASE WHEN contains(struct_extract_at(fields, 2), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 2), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 2) END AS value_1,
      CASE WHEN contains(struct_extract_at(fields, 3), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 3), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 3) END AS value_2,
      CASE WHEN contains(struct_extract_at(fields, 4), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 4), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 4) END AS value_3,
      CASE WHEN contains(struct_extract_at(fields, 5), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 5), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 5) END AS value_4,
      CASE WHEN contains(struct_extract_at(fields, 6), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 6), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 6) END AS value_5,
      CASE WHEN contains(struct_extract_at(fields, 7), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 7), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 7) END AS value_6,
      CASE WHEN contains(struct_extract_at(fields, 8), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 8), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 8) END AS value_7,
      CASE WHEN contains(struct_extract_at(fields, 9), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 9), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 9) END AS value_8,
      CASE WHEN contains(struct_extract_at(fields, 10), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 10), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 10) END AS value_9,
      CASE WHEN contains(struct_extract_at(fields, 11), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 11), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 11) END AS value_10,
      CASE WHEN contains(struct_extract_at(fields, 12), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 12), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 12) END AS value_11,
      CASE WHEN contains(struct_extract_at(fields, 13), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 13), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 13) END AS value_12,
      CASE WHEN contains(struct_extract_at(fields, 14), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 14), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 14) END AS value_13,
      CASE WHEN contains(struct_extract_at(fields, 15), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 15), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 15) END AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
      SELECT
        json_transform(CASE WHEN mark IS NOT NULL THEN CASE WHEN regexp_matches("_airbyte_data", '[0-9][eE]') THEN regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e([0-9]+)', '\1' || mark || '0\2' || mark || '2\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e\+([0-9]+)', '\1' || mark || '0\2' || mark || '3\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e-([0-9]+)', '\1' || mark || '0\2' || mark || '4\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E([0-9]+)', '\1' || mark || '0\2' || mark || '5\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E\+([0-9]+)', '\1' || mark || '0\2' || mark || '6\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E-([0-9]+)', '\1' || mark || '0\2' || mark || '7\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') ELSE regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') END ELSE "_airbyte_data" END, '{"id":"VARCHAR","Region":"VARCHAR","updated at":"VARCHAR","price":"VARCHAR","active":"VARCHAR","born":"VARCHAR","local":"VARCHAR","opens":"VARCHAR","closes":"VARCHAR","address":"JSON","tags":"JSON","either":"VARCHAR","anything":"JSON","it''s":"VARCHAR","_ab_cdc_deleted_at":"VARCHAR"}') AS fields,
        mark,
        "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM (
        SELECT "_airbyte_data", CASE WHEN CASE WHEN regexp_matches("_airbyte_data", '[:,\[][ \t\r\n]*(?:-?[0-9]+(?:\.[0-9]+)?[eE]|-0[ \t\r\n]*[,\]}]|-?[0-9]+\.[0-9]+0[ \t\r\n]*[,\]}]|-?[0-9]{16,}\.|-?[0-9]{1}\.[0-9]{15}|-?[0-9]{2}\.[0-9]{14}|-?[0-9]{3}\.[0-9]{13}|-?[0-9]{4}\.[0-9]{12}|-?[0-9]{5}\.[0-9]{11}|-?[0-9]{6}\.[0-9]{10}|-?[0-9]{7}\.[0-9]{9}|-?[0-9]{8}\.[0-9]{8}|-?[0-9]{9}\.[0-9]{7}|-?[0-9]{10}\.[0-9]{6}|-?[0-9]{11}\.[0-9]{5}|-?[0-9]{12}\.[0-9]{4}|-?[0-9]{13}\.[0-9]{3}|-?[0-9]{14}\.[0-9]{2}|-?[0-9]{15}\.[0-9]{1})') THEN json("_airbyte_data")::VARCHAR <> "_airbyte_data"::VARCHAR ELSE FALSE END THEN '9' || translate(md5("_airbyte_raw_id"), 'abcdef', '012345') END AS mark, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
        FROM "airbyte_internal"."shop_raw__stream_Users"
        WHERE ("_airbyte_loaded_at" IS NULL)
      ) AS documents
    ) AS parsed
  ) AS extracted
) AS checked;

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- New raw rows into a final table with rows

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions";

BEGIN;

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
    WHEN NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
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
    THEN COALESCE("_airbyte_meta", '{"changes":[],"sync_id":null}')
    ELSE '{"changes":[' || concat_ws(',',
      CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      NULLIF((COALESCE("_airbyte_meta" -> '$.changes', '[]')::VARCHAR)[2:-2], '')
    ) || '],"sync_id":' || COALESCE("_airbyte_meta" -> '$.sync_id', 'null') || '}'
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE
      WHEN TRY_CAST(value_0 AS BIGINT)::VARCHAR = value_0 THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]+(\.0*)?') THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]{1,19}(\.[0-9]{1,18})?[eE]\+?[0-9]{1,2}') AND TRY_CAST(value_0 AS DECIMAL(38, 19)) = TRY_CAST(value_0 AS BIGINT) THEN TRY_CAST(value_0 AS BIGINT)
    END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN regexp_matches(value_2, '[A-Za-z]{2}') THEN TRY_CAST(value_2 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_2 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_2), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_2,
    CASE WHEN regexp_full_match(value_3, '[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?')
      THEN COALESCE(TRY_CAST(value_3 AS DECIMAL(18, 9)), TRY_CAST(value_3 AS DECIMAL(38, 9)))
    END AS typed_3,
    CASE lower(value_4) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END AS typed_4,
    CASE WHEN TRY_CAST(value_5 AS DATE)::VARCHAR = value_5 THEN TRY_CAST(value_5 AS DATE) ELSE COALESCE(TRY_CAST(value_5 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_5), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP))::DATE END AS typed_5,
    COALESCE(TRY_CAST(value_6 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_6), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP)) AS typed_6,
    CASE WHEN regexp_full_match(value_7, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(upper(value_7) AS TIME) END AS typed_7,
    CASE WHEN regexp_full_match(value_8, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(regexp_replace(value_8, ' ?([zZ]|UTC)$', '+00') AS TIMETZ) END AS typed_8,
    CASE WHEN starts_with(value_9, '{') THEN value_9 END AS typed_9,
    CASE WHEN starts_with(value_10, '[') THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN regexp_matches(value_14, '[A-Za-z]{2}') THEN TRY_CAST(value_14 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_14 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_14), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_14,
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
      CASE WHEN contains(struct_extract_at(fields, 1), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 1), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 1) END AS value_0,
      CASE WHEN contains(struct_extract_at(fields, 2), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 2), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 2) END AS value_1,
      CASE WHEN contains(struct_extract_at(fields, 3), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 3), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 3) END AS value_2,
      CASE WHEN contains(struct_extract_at(fields, 4), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 4), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 4) END AS value_3,
      CASE WHEN contains(struct_extract_at(fields, 5), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 5), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 5) END AS value_4,
      CASE WHEN contains(struct_extract_at(fields, 6), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 6), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 6) END AS value_5,
      CASE WHEN contains(struct_extract_at(fields, 7), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 7), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 7) END AS value_6,
      CASE WHEN contains(struct_extract_at(fields, 8), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 8), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 8) END AS value_7,
      CASE WHEN contains(struct_extract_at(fields, 9), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 9), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 9) END AS value_8,
      CASE WHEN contains(struct_extract_at(fields, 10), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 10), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 10) END AS value_9,
      CASE WHEN contains(struct_extract_at(fields, 11), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 11), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 11) END AS value_10,
      CASE WHEN contains(struct_extract_at(fields, 12), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 12), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 12) END AS value_11,
      CASE WHEN contains(struct_extract_at(fields, 13), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 13), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 13) END AS value_12,
      CASE WHEN contains(struct_extract_at(fields, 14), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 14), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 14) END AS value_13,
      CASE WHEN contains(struct_extract_at(fields, 15), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 15), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 15) END AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
      SELECT
        json_transform(CASE WHEN mark IS NOT NULL THEN CASE WHEN regexp_matches("_airbyte_data", '[0-9][eE]') THEN regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e([0-9]+)', '\1' || mark || '0\2' || mark || '2\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e\+([0-9]+)', '\1' || mark || '0\2' || mark || '3\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e-([0-9]+)', '\1' || mark || '0\2' || mark || '4\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E([0-9]+)', '\1' || mark || '0\2' || mark || '5\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E\+([0-9]+)', '\1' || mark || '0\2' || mark || '6\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E-([0-9]+)', '\1' || mark || '0\2' || mark || '7\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') ELSE regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') END ELSE "_airbyte_data" END, '{"id":"VARCHAR","Region":"VARCHAR","updated at":"VARCHAR","price":"VARCHAR","active":"VARCHAR","born":"VARCHAR","local":"VARCHAR","opens":"VARCHAR","closes":"VARCHAR","address":"JSON","tags":"JSON","either":"VARCHAR","anything":"JSON","it''s":"VARCHAR","_ab_cdc_deleted_at":"VARCHAR"}') AS fields,
        mark,
        "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM (
        SELECT "_airbyte_data", CASE WHEN CASE WHEN regexp_matches("_airbyte_data", '[:,\[][ \t\r\n]*(?:-?[0-9]+(?:\.[0-9]+)?[eE]|-0[ \t\r\n]*[,\]}]|-?[0-9]+\.[0-9]+0[ \t\r\n]*[,\]}]|-?[0-9]{16,}\.|-?[0-9]{1}\.[0-9]{15}|-?[0-9]{2}\.[0-9]{14}|-?[0-9]{3}\.[0-9]{13}|-?[0-9]{4}\.[0-9]{12}|-?[0-9]{5}\.[0-9]{11}|-?[0-9]{6}\.[0-9]{10}|-?[0-9]{7}\.[0-9]{9}|-?[0-9]{8}\.[0-9]{8}|-?[0-9]{9}\.[0-9]{7}|-?[0-9]{10}\.[0-9]{6}|-?[0-9]{11}\.[0-9]{5}|-?[0-9]{12}\.[0-9]{4}|-?[0-9]{13}\.[0-9]{3}|-?[0-9]{14}\.[0-9]{2}|-?[0-9]{15}\.[0-9]{1})') THEN json("_airbyte_data")::VARCHAR <> "_airbyte_data"::VARCHAR ELSE FALSE END THEN '9' || translate(md5("_airbyte_raw_id"), 'abcdef', '012345') END AS mark, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
        FROM "airbyte_internal"."shop_raw__stream_Users"
        WHERE ("_airbyte_loaded_at" IS NULL)
      ) AS documents
    ) AS parsed
  ) AS extracted
) AS checked;

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- The final table anew, after its columns have changed

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions";

BEGIN;

DROP TABLE IF EXISTS "shop"."Users_ab_soft_reset";

CREATE TABLE "shop"."Users_ab_soft_reset" (
  "id" BIGINT,
  "Region" VARCHAR,
  "updated_at" TIMESTAMPTZ,
  "price" DECIMAL(38, 9),
  "active" BOOLEAN,
  "born" DATE,
  "local" TIMESTAMP,
  "opens" TIME,
  "closes" TIMETZ,
  "address" JSON,
  "tags" JSON,
  "either" VARCHAR,
  "anything" JSON,
  "it_s" VARCHAR,
  "_ab_cdc_deleted_at" TIMESTAMPTZ,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

INSERT INTO "shop"."Users_ab_soft_reset" (
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
    WHEN NOT (value_0 IS NOT NULL AND typed_0 IS NULL)
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
    THEN COALESCE("_airbyte_meta", '{"changes":[],"sync_id":null}')
    ELSE '{"changes":[' || concat_ws(',',
      CASE WHEN value_0 IS NOT NULL AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_2 IS NOT NULL AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_3 IS NOT NULL AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_4 IS NOT NULL AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_5 IS NOT NULL AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_6 IS NOT NULL AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_7 IS NOT NULL AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_8 IS NOT NULL AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_9 IS NOT NULL AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_10 IS NOT NULL AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      CASE WHEN value_14 IS NOT NULL AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
      NULLIF((COALESCE("_airbyte_meta" -> '$.changes', '[]')::VARCHAR)[2:-2], '')
    ) || '],"sync_id":' || COALESCE("_airbyte_meta" -> '$.sync_id', 'null') || '}'
  END AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    CASE
      WHEN TRY_CAST(value_0 AS BIGINT)::VARCHAR = value_0 THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]+(\.0*)?') THEN TRY_CAST(value_0 AS BIGINT)
      WHEN regexp_full_match(value_0, '[-+]?[0-9]{1,19}(\.[0-9]{1,18})?[eE]\+?[0-9]{1,2}') AND TRY_CAST(value_0 AS DECIMAL(38, 19)) = TRY_CAST(value_0 AS BIGINT) THEN TRY_CAST(value_0 AS BIGINT)
    END AS typed_0,
    value_1 AS typed_1,
    CASE WHEN regexp_matches(value_2, '[A-Za-z]{2}') THEN TRY_CAST(value_2 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_2 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_2), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_2,
    CASE WHEN regexp_full_match(value_3, '[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?')
      THEN COALESCE(TRY_CAST(value_3 AS DECIMAL(18, 9)), TRY_CAST(value_3 AS DECIMAL(38, 9)))
    END AS typed_3,
    CASE lower(value_4) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END AS typed_4,
    CASE WHEN TRY_CAST(value_5 AS DATE)::VARCHAR = value_5 THEN TRY_CAST(value_5 AS DATE) ELSE COALESCE(TRY_CAST(value_5 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_5), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP))::DATE END AS typed_5,
    COALESCE(TRY_CAST(value_6 AS TIMESTAMP), TRY_CAST(regexp_replace(upper(value_6), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMP)) AS typed_6,
    CASE WHEN regexp_full_match(value_7, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(upper(value_7) AS TIME) END AS typed_7,
    CASE WHEN regexp_full_match(value_8, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?([zZ]|UTC|[-+][0-9]{2}(:?[0-9]{2})?(:[0-9]{2})?))?') THEN TRY_CAST(regexp_replace(value_8, ' ?([zZ]|UTC)$', '+00') AS TIMETZ) END AS typed_8,
    CASE WHEN starts_with(value_9, '{') THEN value_9 END AS typed_9,
    CASE WHEN starts_with(value_10, '[') THEN value_10 END AS typed_10,
    value_11 AS typed_11,
    value_12 AS typed_12,
    value_13 AS typed_13,
    CASE WHEN regexp_matches(value_14, '[A-Za-z]{2}') THEN TRY_CAST(value_14 AS TIMESTAMPTZ) ELSE COALESCE(TRY_CAST(value_14 AS TIMESTAMPTZ), TRY_CAST(regexp_replace(upper(value_14), '([T ][0-9]{2}:[0-9]{2})(Z|[-+][0-9:]+)$', '\1:00\2') AS TIMESTAMPTZ)) END AS typed_14,
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
      CASE WHEN contains(struct_extract_at(fields, 1), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 1), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 1) END AS value_0,
      CASE WHEN contains(struct_extract_at(fields, 2), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 2), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 2) END AS value_1,
      CASE WHEN contains(struct_extract_at(fields, 3), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 3), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 3) END AS value_2,
      CASE WHEN contains(struct_extract_at(fields, 4), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 4), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 4) END AS value_3,
      CASE WHEN contains(struct_extract_at(fields, 5), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 5), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 5) END AS value_4,
      CASE WHEN contains(struct_extract_at(fields, 6), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 6), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 6) END AS value_5,
      CASE WHEN contains(struct_extract_at(fields, 7), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 7), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 7) END AS value_6,
      CASE WHEN contains(struct_extract_at(fields, 8), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 8), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 8) END AS value_7,
      CASE WHEN contains(struct_extract_at(fields, 9), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 9), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 9) END AS value_8,
      CASE WHEN contains(struct_extract_at(fields, 10), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 10), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 10) END AS value_9,
      CASE WHEN contains(struct_extract_at(fields, 11), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 11), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 11) END AS value_10,
      CASE WHEN contains(struct_extract_at(fields, 12), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 12), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 12) END AS value_11,
      CASE WHEN contains(struct_extract_at(fields, 13), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 13), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 13) END AS value_12,
      CASE WHEN contains(struct_extract_at(fields, 14), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 14), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 14) END AS value_13,
      CASE WHEN contains(struct_extract_at(fields, 15), mark) THEN replace(replace(replace(replace(replace(replace(replace(replace(struct_extract_at(fields, 15), mark || '1', '.'), mark || '2', 'e'), mark || '3', 'e+'), mark || '4', 'e-'), mark || '5', 'E'), mark || '6', 'E+'), mark || '7', 'E-'), mark || '0', '') ELSE struct_extract_at(fields, 15) END AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
      SELECT
        json_transform(CASE WHEN mark IS NOT NULL THEN CASE WHEN regexp_matches("_airbyte_data", '[0-9][eE]') THEN regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e([0-9]+)', '\1' || mark || '0\2' || mark || '2\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e\+([0-9]+)', '\1' || mark || '0\2' || mark || '3\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)e-([0-9]+)', '\1' || mark || '0\2' || mark || '4\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E([0-9]+)', '\1' || mark || '0\2' || mark || '5\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E\+([0-9]+)', '\1' || mark || '0\2' || mark || '6\3', 'g'), '([:,\[][ \t\r\n]*-?)([0-9]+)E-([0-9]+)', '\1' || mark || '0\2' || mark || '7\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') ELSE regexp_replace(regexp_replace("_airbyte_data", '([:,\[][ \t\r\n]*-?)([0-9]+)\.([0-9]+)', '\1' || mark || '0\2' || mark || '1\3', 'g'), '([:,\[][ \t\r\n]*-)(0)\b', '\1' || mark || '0\2', 'g') END ELSE "_airbyte_data" END, '{"id":"VARCHAR","Region":"VARCHAR","updated at":"VARCHAR","price":"VARCHAR","active":"VARCHAR","born":"VARCHAR","local":"VARCHAR","opens":"VARCHAR","closes":"VARCHAR","address":"JSON","tags":"JSON","either":"VARCHAR","anything":"JSON","it''s":"VARCHAR","_ab_cdc_deleted_at":"VARCHAR"}') AS fields,
        mark,
        "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
      FROM (
        SELECT "_airbyte_data", CASE WHEN CASE WHEN regexp_matches("_airbyte_data", '[:,\[][ \t\r\n]*(?:-?[0-9]+(?:\.[0-9]+)?[eE]|-0[ \t\r\n]*[,\]}]|-?[0-9]+\.[0-9]+0[ \t\r\n]*[,\]}]|-?[0-9]{16,}\.|-?[0-9]{1}\.[0-9]{15}|-?[0-9]{2}\.[0-9]{14}|-?[0-9]{3}\.[0-9]{13}|-?[0-9]{4}\.[0-9]{12}|-?[0-9]{5}\.[0-9]{11}|-?[0-9]{6}\.[0-9]{10}|-?[0-9]{7}\.[0-9]{9}|-?[0-9]{8}\.[0-9]{8}|-?[0-9]{9}\.[0-9]{7}|-?[0-9]{10}\.[0-9]{6}|-?[0-9]{11}\.[0-9]{5}|-?[0-9]{12}\.[0-9]{4}|-?[0-9]{13}\.[0-9]{3}|-?[0-9]{14}\.[0-9]{2}|-?[0-9]{15}\.[0-9]{1})') THEN json("_airbyte_data")::VARCHAR <> "_airbyte_data"::VARCHAR ELSE FALSE END THEN '9' || translate(md5("_airbyte_raw_id"), 'abcdef', '012345') END AS mark, "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
        FROM "airbyte_internal"."shop_raw__stream_Users"
      ) AS documents
    ) AS parsed
  ) AS extracted
) AS checked;

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "shop"."Users";

ALTER TABLE "shop"."Users_ab_soft_reset" RENAME TO "Users";

COMMENT ON COLUMN "shop"."Users"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;
