-- The first sync: schemas and the raw table

CREATE SCHEMA IF NOT EXISTS "airbyte_internal";

CREATE SCHEMA IF NOT EXISTS "SHOP";

CREATE TABLE "airbyte_internal"."shop_raw__stream_Users" (
  "_airbyte_raw_id" VARCHAR PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMP_TZ DEFAULT CURRENT_TIMESTAMP(),
  "_airbyte_loaded_at" TIMESTAMP_TZ DEFAULT NULL,
  "_airbyte_data" VARIANT,
  "_airbyte_meta" VARIANT DEFAULT NULL,
  "_airbyte_generation_id" INTEGER DEFAULT NULL
) DATA_RETENTION_TIME_IN_DAYS = 1;

-- Where earlier deletions cannot be found quickly yet

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions";

CREATE TABLE "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions" AS
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(GET("_airbyte_data", 'id')::TEXT, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" IS NOT NULL
  AND GET("_airbyte_data", '_ab_cdc_deleted_at')::TEXT IS NOT NULL;

-- The first raw rows, with which the final table is made

CREATE TABLE "SHOP"."USERS" (
  "_AIRBYTE_RAW_ID" TEXT COLLATE 'utf8' NOT NULL,
  "_AIRBYTE_EXTRACTED_AT" TIMESTAMP_TZ NOT NULL,
  "_AIRBYTE_META" VARIANT NOT NULL,
  "_AIRBYTE_GENERATION_ID" INTEGER,
  "ID" NUMBER(38, 0),
  "REGION" TEXT,
  "UPDATED AT" TIMESTAMP_TZ,
  "PRICE" FLOAT,
  "ACTIVE" BOOLEAN,
  "BORN" DATE,
  "LOCAL" TIMESTAMP_NTZ,
  "OPENS" TIME,
  "CLOSES" TEXT,
  "ADDRESS" OBJECT,
  "TAGS" ARRAY,
  "EITHER" TEXT,
  "ANYTHING" VARIANT,
  "IT'S" TEXT,
  "_AB_CDC_DELETED_AT" TIMESTAMP_TZ
) DATA_RETENTION_TIME_IN_DAYS = 1;

COMMENT ON COLUMN "SHOP"."USERS"."_AIRBYTE_RAW_ID" IS 'Landfall: one row per ["ID","REGION"]';

BEGIN;

SET LANDFALL_LOADED_AT = TO_CHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM');

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
WHERE "_airbyte_loaded_at" IS NULL;

INSERT INTO "SHOP"."USERS" (
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
)
SELECT
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
FROM (
SELECT *
FROM (
SELECT
  typed_0 AS "ID",
  typed_1 AS "REGION",
  typed_2 AS "UPDATED AT",
  typed_3 AS "PRICE",
  typed_4 AS "ACTIVE",
  typed_5 AS "BORN",
  typed_6 AS "LOCAL",
  typed_7 AS "OPENS",
  typed_8 AS "CLOSES",
  typed_9 AS "ADDRESS",
  typed_10 AS "TAGS",
  typed_11 AS "EITHER",
  typed_12 AS "ANYTHING",
  typed_13 AS "IT'S",
  typed_14 AS "_AB_CDC_DELETED_AT",
  "_airbyte_raw_id" AS "_AIRBYTE_RAW_ID",
  "_airbyte_extracted_at" AS "_AIRBYTE_EXTRACTED_AT",
  OBJECT_INSERT(
    COALESCE(AS_OBJECT("_airbyte_meta"), OBJECT_CONSTRUCT()),
    'changes',
    ARRAY_CAT(
      ARRAY_CONSTRUCT_COMPACT(
        IFF(NOT IS_NULL_VALUE(value_0) AND typed_0 IS NULL, OBJECT_CONSTRUCT('field', 'id', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_2) AND typed_2 IS NULL, OBJECT_CONSTRUCT('field', 'updated at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_3) AND typed_3 IS NULL, OBJECT_CONSTRUCT('field', 'price', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_4) AND typed_4 IS NULL, OBJECT_CONSTRUCT('field', 'active', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_5) AND typed_5 IS NULL, OBJECT_CONSTRUCT('field', 'born', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_6) AND typed_6 IS NULL, OBJECT_CONSTRUCT('field', 'local', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_7) AND typed_7 IS NULL, OBJECT_CONSTRUCT('field', 'opens', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_8) AND typed_8 IS NULL, OBJECT_CONSTRUCT('field', 'closes', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_9) AND typed_9 IS NULL, OBJECT_CONSTRUCT('field', 'address', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_10) AND typed_10 IS NULL, OBJECT_CONSTRUCT('field', 'tags', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_14) AND typed_14 IS NULL, OBJECT_CONSTRUCT('field', '_ab_cdc_deleted_at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL)
      ),
      COALESCE(AS_ARRAY(GET("_airbyte_meta", 'changes')), ARRAY_CONSTRUCT())
    ),
    TRUE
  )::VARIANT AS "_AIRBYTE_META",
  "_airbyte_generation_id" AS "_AIRBYTE_GENERATION_ID"
FROM (
  SELECT
    IFF(
        IFF(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)) IS NULL, REGEXP_LIKE(value_0::TEXT, '[-+]?([0-9]+(\\.0*)?|[0-9](\\.[0-9]{0,13}0*)?[eE]\\+?[0-9]+)'), MOD(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)), 1) = 0 AND REGEXP_LIKE(value_0::TEXT, '[^.eE]*((\\.[0-9]{0,18}0*)?([eE]\\+?[0-9]+)?|(\\.[0-9]{0,9}0*)?[eE]-0?[0-9])')),
        TRY_CAST(value_0::TEXT AS NUMBER(38, 0)),
        NULL
      ) AS typed_0,
    value_1::TEXT AS typed_1,
    IFF(
        REGEXP_LIKE(value_2::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_2::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_2::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_2,
    TRY_CAST(value_3::TEXT AS FLOAT) AS typed_3,
    TRY_CAST(value_4::TEXT AS BOOLEAN) AS typed_4,
    COALESCE(
      IFF(REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_5::TEXT AS DATE)),
      IFF(
        REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_5::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_5::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      )::DATE
    ) AS typed_5,
    IFF(
        REGEXP_LIKE(value_6::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_6::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_6::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      ) AS typed_6,
    IFF(REGEXP_LIKE(value_7::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_7::TEXT AS TIME)) AS typed_7,
    IFF(REGEXP_LIKE(value_8::TEXT, '[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)'), value_8::TEXT, NULL) AS typed_8,
    AS_OBJECT(value_9) AS typed_9,
    AS_ARRAY(value_10) AS typed_10,
    value_11::TEXT AS typed_11,
    value_12 AS typed_12,
    value_13::TEXT AS typed_13,
    IFF(
        REGEXP_LIKE(value_14::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_14::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_14::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_14,
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
      GET("_airbyte_data", 'id') AS value_0,
      GET("_airbyte_data", 'Region') AS value_1,
      GET("_airbyte_data", 'updated at') AS value_2,
      GET("_airbyte_data", 'price') AS value_3,
      GET("_airbyte_data", 'active') AS value_4,
      GET("_airbyte_data", 'born') AS value_5,
      GET("_airbyte_data", 'local') AS value_6,
      GET("_airbyte_data", 'opens') AS value_7,
      GET("_airbyte_data", 'closes') AS value_8,
      GET("_airbyte_data", 'address') AS value_9,
      GET("_airbyte_data", 'tags') AS value_10,
      GET("_airbyte_data", 'either') AS value_11,
      GET("_airbyte_data", 'anything') AS value_12,
      GET("_airbyte_data", 'it''s') AS value_13,
      GET("_airbyte_data", '_ab_cdc_deleted_at') AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(GET("_airbyte_data", 'id')::TEXT, '')
            FROM "airbyte_internal"."shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          )
        ) AS source
  ) AS extracted
) AS checked
) AS typed
QUALIFY ROW_NUMBER() OVER (PARTITION BY "ID", "REGION" ORDER BY "UPDATED AT" DESC NULLS LAST, "_AIRBYTE_EXTRACTED_AT" DESC, "_AIRBYTE_RAW_ID" DESC) = 1
) AS newest
WHERE "_AB_CDC_DELETED_AT" IS NULL;

INSERT INTO "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(GET("_airbyte_data", 'id')::TEXT, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
  AND GET("_airbyte_data", '_ab_cdc_deleted_at')::TEXT IS NOT NULL;

COMMIT;

-- What the tables hold, at the start of a later sync

SELECT
  NOT ((SELECT COUNT(*) FROM (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_Users" LIMIT 1)) > 0) AS is_empty,
  ((SELECT COUNT(*) FROM (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_Users" WHERE "_airbyte_loaded_at" IS NULL LIMIT 1)) > 0) AS has_unprocessed,
  FALSE AS has_other_generation,
  TRUE AS has_deletion_index;

SELECT
  NOT ((SELECT COUNT(*) FROM (SELECT 1 FROM "SHOP"."USERS" LIMIT 1)) > 0) AS is_empty,
  FALSE AS has_other_generation,
  (((SELECT COUNT(*) FROM (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = 'USERS' AND COLUMN_NAME = '_AIRBYTE_RAW_ID' AND COMMENT = 'Landfall: one row per ["ID","REGION"]' LIMIT 1)) > 0) OR NOT ((SELECT COUNT(*) FROM (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = 'USERS' AND COLUMN_NAME = '_AIRBYTE_RAW_ID' AND COMMENT LIKE 'Landfall:%' LIMIT 1)) > 0) AND NOT ((SELECT COUNT(*) FROM (SELECT 1 FROM "SHOP"."USERS" CROSS JOIN (SELECT COUNT(*) AS marks FROM (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = 'USERS' AND COLUMN_NAME = '_AIRBYTE_RAW_ID' AND COMMENT LIKE 'Landfall:%')) AS found WHERE found.marks = 0 GROUP BY "ID", "REGION" HAVING COUNT(*) > 1 LIMIT 1)) > 0)) AS is_deduplicated,
  ((SELECT COUNT(*) FROM (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = 'USERS' AND COLUMN_NAME = '_AIRBYTE_RAW_ID' AND COMMENT = 'Landfall: one row per ["ID","REGION"]' LIMIT 1)) > 0) AS is_marked;

-- New raw rows into an empty final table

BEGIN;

SET LANDFALL_LOADED_AT = TO_CHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM');

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
WHERE "_airbyte_loaded_at" IS NULL;

INSERT INTO "SHOP"."USERS" (
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
)
SELECT
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
FROM (
SELECT *
FROM (
SELECT
  typed_0 AS "ID",
  typed_1 AS "REGION",
  typed_2 AS "UPDATED AT",
  typed_3 AS "PRICE",
  typed_4 AS "ACTIVE",
  typed_5 AS "BORN",
  typed_6 AS "LOCAL",
  typed_7 AS "OPENS",
  typed_8 AS "CLOSES",
  typed_9 AS "ADDRESS",
  typed_10 AS "TAGS",
  typed_11 AS "EITHER",
  typed_12 AS "ANYTHING",
  typed_13 AS "IT'S",
  typed_14 AS "_AB_CDC_DELETED_AT",
  "_airbyte_raw_id" AS "_AIRBYTE_RAW_ID",
  "_airbyte_extracted_at" AS "_AIRBYTE_EXTRACTED_AT",
  OBJECT_INSERT(
    COALESCE(AS_OBJECT("_airbyte_meta"), OBJECT_CONSTRUCT()),
    'changes',
    ARRAY_CAT(
      ARRAY_CONSTRUCT_COMPACT(
        IFF(NOT IS_NULL_VALUE(value_0) AND typed_0 IS NULL, OBJECT_CONSTRUCT('field', 'id', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_2) AND typed_2 IS NULL, OBJECT_CONSTRUCT('field', 'updated at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_3) AND typed_3 IS NULL, OBJECT_CONSTRUCT('field', 'price', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_4) AND typed_4 IS NULL, OBJECT_CONSTRUCT('field', 'active', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_5) AND typed_5 IS NULL, OBJECT_CONSTRUCT('field', 'born', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_6) AND typed_6 IS NULL, OBJECT_CONSTRUCT('field', 'local', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_7) AND typed_7 IS NULL, OBJECT_CONSTRUCT('field', 'opens', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_8) AND typed_8 IS NULL, OBJECT_CONSTRUCT('field', 'closes', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_9) AND typed_9 IS NULL, OBJECT_CONSTRUCT('field', 'address', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_10) AND typed_10 IS NULL, OBJECT_CONSTRUCT('field', 'tags', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_14) AND typed_14 IS NULL, OBJECT_CONSTRUCT('field', '_ab_cdc_deleted_at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL)
      ),
      COALESCE(AS_ARRAY(GET("_airbyte_meta", 'changes')), ARRAY_CONSTRUCT())
    ),
    TRUE
  )::VARIANT AS "_AIRBYTE_META",
  "_airbyte_generation_id" AS "_AIRBYTE_GENERATION_ID"
FROM (
  SELECT
    IFF(
        IFF(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)) IS NULL, REGEXP_LIKE(value_0::TEXT, '[-+]?([0-9]+(\\.0*)?|[0-9](\\.[0-9]{0,13}0*)?[eE]\\+?[0-9]+)'), MOD(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)), 1) = 0 AND REGEXP_LIKE(value_0::TEXT, '[^.eE]*((\\.[0-9]{0,18}0*)?([eE]\\+?[0-9]+)?|(\\.[0-9]{0,9}0*)?[eE]-0?[0-9])')),
        TRY_CAST(value_0::TEXT AS NUMBER(38, 0)),
        NULL
      ) AS typed_0,
    value_1::TEXT AS typed_1,
    IFF(
        REGEXP_LIKE(value_2::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_2::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_2::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_2,
    TRY_CAST(value_3::TEXT AS FLOAT) AS typed_3,
    TRY_CAST(value_4::TEXT AS BOOLEAN) AS typed_4,
    COALESCE(
      IFF(REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_5::TEXT AS DATE)),
      IFF(
        REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_5::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_5::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      )::DATE
    ) AS typed_5,
    IFF(
        REGEXP_LIKE(value_6::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_6::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_6::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      ) AS typed_6,
    IFF(REGEXP_LIKE(value_7::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_7::TEXT AS TIME)) AS typed_7,
    IFF(REGEXP_LIKE(value_8::TEXT, '[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)'), value_8::TEXT, NULL) AS typed_8,
    AS_OBJECT(value_9) AS typed_9,
    AS_ARRAY(value_10) AS typed_10,
    value_11::TEXT AS typed_11,
    value_12 AS typed_12,
    value_13::TEXT AS typed_13,
    IFF(
        REGEXP_LIKE(value_14::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_14::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_14::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_14,
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
      GET("_airbyte_data", 'id') AS value_0,
      GET("_airbyte_data", 'Region') AS value_1,
      GET("_airbyte_data", 'updated at') AS value_2,
      GET("_airbyte_data", 'price') AS value_3,
      GET("_airbyte_data", 'active') AS value_4,
      GET("_airbyte_data", 'born') AS value_5,
      GET("_airbyte_data", 'local') AS value_6,
      GET("_airbyte_data", 'opens') AS value_7,
      GET("_airbyte_data", 'closes') AS value_8,
      GET("_airbyte_data", 'address') AS value_9,
      GET("_airbyte_data", 'tags') AS value_10,
      GET("_airbyte_data", 'either') AS value_11,
      GET("_airbyte_data", 'anything') AS value_12,
      GET("_airbyte_data", 'it''s') AS value_13,
      GET("_airbyte_data", '_ab_cdc_deleted_at') AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(GET("_airbyte_data", 'id')::TEXT, '')
            FROM "airbyte_internal"."shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          )
        ) AS source
  ) AS extracted
) AS checked
) AS typed
QUALIFY ROW_NUMBER() OVER (PARTITION BY "ID", "REGION" ORDER BY "UPDATED AT" DESC NULLS LAST, "_AIRBYTE_EXTRACTED_AT" DESC, "_AIRBYTE_RAW_ID" DESC) = 1
) AS newest
WHERE "_AB_CDC_DELETED_AT" IS NULL;

INSERT INTO "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(GET("_airbyte_data", 'id')::TEXT, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
  AND GET("_airbyte_data", '_ab_cdc_deleted_at')::TEXT IS NOT NULL;

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

SET LANDFALL_LOADED_AT = TO_CHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM');

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
WHERE "_airbyte_loaded_at" IS NULL;

MERGE INTO "SHOP"."USERS" AS target
USING (
SELECT *
FROM (
SELECT
  typed_0 AS "ID",
  typed_1 AS "REGION",
  typed_2 AS "UPDATED AT",
  typed_3 AS "PRICE",
  typed_4 AS "ACTIVE",
  typed_5 AS "BORN",
  typed_6 AS "LOCAL",
  typed_7 AS "OPENS",
  typed_8 AS "CLOSES",
  typed_9 AS "ADDRESS",
  typed_10 AS "TAGS",
  typed_11 AS "EITHER",
  typed_12 AS "ANYTHING",
  typed_13 AS "IT'S",
  typed_14 AS "_AB_CDC_DELETED_AT",
  "_airbyte_raw_id" AS "_AIRBYTE_RAW_ID",
  "_airbyte_extracted_at" AS "_AIRBYTE_EXTRACTED_AT",
  OBJECT_INSERT(
    COALESCE(AS_OBJECT("_airbyte_meta"), OBJECT_CONSTRUCT()),
    'changes',
    ARRAY_CAT(
      ARRAY_CONSTRUCT_COMPACT(
        IFF(NOT IS_NULL_VALUE(value_0) AND typed_0 IS NULL, OBJECT_CONSTRUCT('field', 'id', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_2) AND typed_2 IS NULL, OBJECT_CONSTRUCT('field', 'updated at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_3) AND typed_3 IS NULL, OBJECT_CONSTRUCT('field', 'price', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_4) AND typed_4 IS NULL, OBJECT_CONSTRUCT('field', 'active', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_5) AND typed_5 IS NULL, OBJECT_CONSTRUCT('field', 'born', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_6) AND typed_6 IS NULL, OBJECT_CONSTRUCT('field', 'local', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_7) AND typed_7 IS NULL, OBJECT_CONSTRUCT('field', 'opens', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_8) AND typed_8 IS NULL, OBJECT_CONSTRUCT('field', 'closes', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_9) AND typed_9 IS NULL, OBJECT_CONSTRUCT('field', 'address', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_10) AND typed_10 IS NULL, OBJECT_CONSTRUCT('field', 'tags', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_14) AND typed_14 IS NULL, OBJECT_CONSTRUCT('field', '_ab_cdc_deleted_at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL)
      ),
      COALESCE(AS_ARRAY(GET("_airbyte_meta", 'changes')), ARRAY_CONSTRUCT())
    ),
    TRUE
  )::VARIANT AS "_AIRBYTE_META",
  "_airbyte_generation_id" AS "_AIRBYTE_GENERATION_ID"
FROM (
  SELECT
    IFF(
        IFF(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)) IS NULL, REGEXP_LIKE(value_0::TEXT, '[-+]?([0-9]+(\\.0*)?|[0-9](\\.[0-9]{0,13}0*)?[eE]\\+?[0-9]+)'), MOD(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)), 1) = 0 AND REGEXP_LIKE(value_0::TEXT, '[^.eE]*((\\.[0-9]{0,18}0*)?([eE]\\+?[0-9]+)?|(\\.[0-9]{0,9}0*)?[eE]-0?[0-9])')),
        TRY_CAST(value_0::TEXT AS NUMBER(38, 0)),
        NULL
      ) AS typed_0,
    value_1::TEXT AS typed_1,
    IFF(
        REGEXP_LIKE(value_2::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_2::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_2::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_2,
    TRY_CAST(value_3::TEXT AS FLOAT) AS typed_3,
    TRY_CAST(value_4::TEXT AS BOOLEAN) AS typed_4,
    COALESCE(
      IFF(REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_5::TEXT AS DATE)),
      IFF(
        REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_5::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_5::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      )::DATE
    ) AS typed_5,
    IFF(
        REGEXP_LIKE(value_6::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_6::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_6::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      ) AS typed_6,
    IFF(REGEXP_LIKE(value_7::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_7::TEXT AS TIME)) AS typed_7,
    IFF(REGEXP_LIKE(value_8::TEXT, '[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)'), value_8::TEXT, NULL) AS typed_8,
    AS_OBJECT(value_9) AS typed_9,
    AS_ARRAY(value_10) AS typed_10,
    value_11::TEXT AS typed_11,
    value_12 AS typed_12,
    value_13::TEXT AS typed_13,
    IFF(
        REGEXP_LIKE(value_14::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_14::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_14::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_14,
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
      GET("_airbyte_data", 'id') AS value_0,
      GET("_airbyte_data", 'Region') AS value_1,
      GET("_airbyte_data", 'updated at') AS value_2,
      GET("_airbyte_data", 'price') AS value_3,
      GET("_airbyte_data", 'active') AS value_4,
      GET("_airbyte_data", 'born') AS value_5,
      GET("_airbyte_data", 'local') AS value_6,
      GET("_airbyte_data", 'opens') AS value_7,
      GET("_airbyte_data", 'closes') AS value_8,
      GET("_airbyte_data", 'address') AS value_9,
      GET("_airbyte_data", 'tags') AS value_10,
      GET("_airbyte_data", 'either') AS value_11,
      GET("_airbyte_data", 'anything') AS value_12,
      GET("_airbyte_data", 'it''s') AS value_13,
      GET("_airbyte_data", '_ab_cdc_deleted_at') AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(GET("_airbyte_data", 'id')::TEXT, '')
            FROM "airbyte_internal"."shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
          )
        ) AS source
  ) AS extracted
) AS checked
) AS typed
QUALIFY ROW_NUMBER() OVER (PARTITION BY "ID", "REGION" ORDER BY "UPDATED AT" DESC NULLS LAST, "_AIRBYTE_EXTRACTED_AT" DESC, "_AIRBYTE_RAW_ID" DESC) = 1
) AS staged
ON target."ID" IS NOT DISTINCT FROM staged."ID"
  AND target."REGION" IS NOT DISTINCT FROM staged."REGION"
WHEN MATCHED AND staged."_AB_CDC_DELETED_AT" IS NOT NULL AND (
    staged."UPDATED AT" > target."UPDATED AT"
    OR (staged."UPDATED AT" IS NOT NULL AND target."UPDATED AT" IS NULL)
    OR (staged."UPDATED AT" IS NOT DISTINCT FROM target."UPDATED AT" AND (
    staged."_AIRBYTE_EXTRACTED_AT" > target."_AIRBYTE_EXTRACTED_AT"
    OR (staged."_AIRBYTE_EXTRACTED_AT" = target."_AIRBYTE_EXTRACTED_AT" AND staged."_AIRBYTE_RAW_ID" >= target."_AIRBYTE_RAW_ID")
  ))
  ) THEN DELETE
WHEN MATCHED AND (
    staged."UPDATED AT" > target."UPDATED AT"
    OR (staged."UPDATED AT" IS NOT NULL AND target."UPDATED AT" IS NULL)
    OR (staged."UPDATED AT" IS NOT DISTINCT FROM target."UPDATED AT" AND (
    staged."_AIRBYTE_EXTRACTED_AT" > target."_AIRBYTE_EXTRACTED_AT"
    OR (staged."_AIRBYTE_EXTRACTED_AT" = target."_AIRBYTE_EXTRACTED_AT" AND staged."_AIRBYTE_RAW_ID" >= target."_AIRBYTE_RAW_ID")
  ))
  ) THEN UPDATE SET
  "ID" = staged."ID",
  "REGION" = staged."REGION",
  "UPDATED AT" = staged."UPDATED AT",
  "PRICE" = staged."PRICE",
  "ACTIVE" = staged."ACTIVE",
  "BORN" = staged."BORN",
  "LOCAL" = staged."LOCAL",
  "OPENS" = staged."OPENS",
  "CLOSES" = staged."CLOSES",
  "ADDRESS" = staged."ADDRESS",
  "TAGS" = staged."TAGS",
  "EITHER" = staged."EITHER",
  "ANYTHING" = staged."ANYTHING",
  "IT'S" = staged."IT'S",
  "_AB_CDC_DELETED_AT" = staged."_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID" = staged."_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT" = staged."_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META" = staged."_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID" = staged."_AIRBYTE_GENERATION_ID"
WHEN NOT MATCHED AND staged."_AB_CDC_DELETED_AT" IS NULL THEN INSERT (
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
) VALUES (
  staged."ID",
  staged."REGION",
  staged."UPDATED AT",
  staged."PRICE",
  staged."ACTIVE",
  staged."BORN",
  staged."LOCAL",
  staged."OPENS",
  staged."CLOSES",
  staged."ADDRESS",
  staged."TAGS",
  staged."EITHER",
  staged."ANYTHING",
  staged."IT'S",
  staged."_AB_CDC_DELETED_AT",
  staged."_AIRBYTE_RAW_ID",
  staged."_AIRBYTE_EXTRACTED_AT",
  staged."_AIRBYTE_META",
  staged."_AIRBYTE_GENERATION_ID"
);

INSERT INTO "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(GET("_airbyte_data", 'id')::TEXT, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
  AND GET("_airbyte_data", '_ab_cdc_deleted_at')::TEXT IS NOT NULL;

COMMIT;

-- The final table anew, after its columns have changed

DROP TABLE IF EXISTS "SHOP"."USERS_AB_SOFT_RESET";

CREATE TABLE "SHOP"."USERS_AB_SOFT_RESET" LIKE "SHOP"."USERS" COPY GRANTS;

ALTER TABLE "SHOP"."USERS_AB_SOFT_RESET" DROP COLUMN "price";

ALTER TABLE "SHOP"."USERS_AB_SOFT_RESET" DROP COLUMN "lost";

COMMENT ON COLUMN "SHOP"."USERS_AB_SOFT_RESET"."_AIRBYTE_RAW_ID" IS 'Landfall: one row per ["ID","REGION"]';

BEGIN;

SET LANDFALL_LOADED_AT = TO_CHAR(CURRENT_TIMESTAMP(), 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM');

UPDATE "airbyte_internal"."shop_raw__stream_Users"
SET "_airbyte_loaded_at" = TO_TIMESTAMP_TZ($LANDFALL_LOADED_AT)
WHERE "_airbyte_loaded_at" IS NULL;

INSERT INTO "SHOP"."USERS_AB_SOFT_RESET" (
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
)
SELECT
  "ID",
  "REGION",
  "UPDATED AT",
  "PRICE",
  "ACTIVE",
  "BORN",
  "LOCAL",
  "OPENS",
  "CLOSES",
  "ADDRESS",
  "TAGS",
  "EITHER",
  "ANYTHING",
  "IT'S",
  "_AB_CDC_DELETED_AT",
  "_AIRBYTE_RAW_ID",
  "_AIRBYTE_EXTRACTED_AT",
  "_AIRBYTE_META",
  "_AIRBYTE_GENERATION_ID"
FROM (
SELECT *
FROM (
SELECT
  typed_0 AS "ID",
  typed_1 AS "REGION",
  typed_2 AS "UPDATED AT",
  typed_3 AS "PRICE",
  typed_4 AS "ACTIVE",
  typed_5 AS "BORN",
  typed_6 AS "LOCAL",
  typed_7 AS "OPENS",
  typed_8 AS "CLOSES",
  typed_9 AS "ADDRESS",
  typed_10 AS "TAGS",
  typed_11 AS "EITHER",
  typed_12 AS "ANYTHING",
  typed_13 AS "IT'S",
  typed_14 AS "_AB_CDC_DELETED_AT",
  "_airbyte_raw_id" AS "_AIRBYTE_RAW_ID",
  "_airbyte_extracted_at" AS "_AIRBYTE_EXTRACTED_AT",
  OBJECT_INSERT(
    COALESCE(AS_OBJECT("_airbyte_meta"), OBJECT_CONSTRUCT()),
    'changes',
    ARRAY_CAT(
      ARRAY_CONSTRUCT_COMPACT(
        IFF(NOT IS_NULL_VALUE(value_0) AND typed_0 IS NULL, OBJECT_CONSTRUCT('field', 'id', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_2) AND typed_2 IS NULL, OBJECT_CONSTRUCT('field', 'updated at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_3) AND typed_3 IS NULL, OBJECT_CONSTRUCT('field', 'price', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_4) AND typed_4 IS NULL, OBJECT_CONSTRUCT('field', 'active', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_5) AND typed_5 IS NULL, OBJECT_CONSTRUCT('field', 'born', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_6) AND typed_6 IS NULL, OBJECT_CONSTRUCT('field', 'local', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_7) AND typed_7 IS NULL, OBJECT_CONSTRUCT('field', 'opens', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_8) AND typed_8 IS NULL, OBJECT_CONSTRUCT('field', 'closes', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_9) AND typed_9 IS NULL, OBJECT_CONSTRUCT('field', 'address', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_10) AND typed_10 IS NULL, OBJECT_CONSTRUCT('field', 'tags', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL),
        IFF(NOT IS_NULL_VALUE(value_14) AND typed_14 IS NULL, OBJECT_CONSTRUCT('field', '_ab_cdc_deleted_at', 'change', 'NULLED', 'reason', 'DESTINATION_TYPECAST_ERROR'), NULL)
      ),
      COALESCE(AS_ARRAY(GET("_airbyte_meta", 'changes')), ARRAY_CONSTRUCT())
    ),
    TRUE
  )::VARIANT AS "_AIRBYTE_META",
  "_airbyte_generation_id" AS "_AIRBYTE_GENERATION_ID"
FROM (
  SELECT
    IFF(
        IFF(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)) IS NULL, REGEXP_LIKE(value_0::TEXT, '[-+]?([0-9]+(\\.0*)?|[0-9](\\.[0-9]{0,13}0*)?[eE]\\+?[0-9]+)'), MOD(TRY_CAST(value_0::TEXT AS NUMBER(38, 18)), 1) = 0 AND REGEXP_LIKE(value_0::TEXT, '[^.eE]*((\\.[0-9]{0,18}0*)?([eE]\\+?[0-9]+)?|(\\.[0-9]{0,9}0*)?[eE]-0?[0-9])')),
        TRY_CAST(value_0::TEXT AS NUMBER(38, 0)),
        NULL
      ) AS typed_0,
    value_1::TEXT AS typed_1,
    IFF(
        REGEXP_LIKE(value_2::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_2::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_2::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_2,
    TRY_CAST(value_3::TEXT AS FLOAT) AS typed_3,
    TRY_CAST(value_4::TEXT AS BOOLEAN) AS typed_4,
    COALESCE(
      IFF(REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_5::TEXT AS DATE)),
      IFF(
        REGEXP_LIKE(value_5::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_5::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_5::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      )::DATE
    ) AS typed_5,
    IFF(
        REGEXP_LIKE(value_6::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_6::TEXT AS TIMESTAMP_NTZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_6::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_NTZ)
        )
      ) AS typed_6,
    IFF(REGEXP_LIKE(value_7::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'), NULL, TRY_CAST(value_7::TEXT AS TIME)) AS typed_7,
    IFF(REGEXP_LIKE(value_8::TEXT, '[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)'), value_8::TEXT, NULL) AS typed_8,
    AS_OBJECT(value_9) AS typed_9,
    AS_ARRAY(value_10) AS typed_10,
    value_11::TEXT AS typed_11,
    value_12 AS typed_12,
    value_13::TEXT AS typed_13,
    IFF(
        REGEXP_LIKE(value_14::TEXT, '[-+]?[0-9]+(\\.[0-9]*)?'),
        NULL,
        COALESCE(
          TRY_CAST(value_14::TEXT AS TIMESTAMP_TZ),
          TRY_CAST(REGEXP_REPLACE(REGEXP_REPLACE(UPPER(value_14::TEXT), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})([0-9]{2})$', '\\1:\\3'), '(:[0-9]{2}(\\.[0-9]+)?[-+][0-9]{2})$', '\\1:00') AS TIMESTAMP_TZ)
        )
      ) AS typed_14,
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
      GET("_airbyte_data", 'id') AS value_0,
      GET("_airbyte_data", 'Region') AS value_1,
      GET("_airbyte_data", 'updated at') AS value_2,
      GET("_airbyte_data", 'price') AS value_3,
      GET("_airbyte_data", 'active') AS value_4,
      GET("_airbyte_data", 'born') AS value_5,
      GET("_airbyte_data", 'local') AS value_6,
      GET("_airbyte_data", 'opens') AS value_7,
      GET("_airbyte_data", 'closes') AS value_8,
      GET("_airbyte_data", 'address') AS value_9,
      GET("_airbyte_data", 'tags') AS value_10,
      GET("_airbyte_data", 'either') AS value_11,
      GET("_airbyte_data", 'anything') AS value_12,
      GET("_airbyte_data", 'it''s') AS value_13,
      GET("_airbyte_data", '_ab_cdc_deleted_at') AS value_14,
      "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta", "_airbyte_generation_id"
    FROM "airbyte_internal"."shop_raw__stream_Users"
    WHERE "_airbyte_loaded_at" IS NOT NULL
  ) AS extracted
) AS checked
) AS typed
QUALIFY ROW_NUMBER() OVER (PARTITION BY "ID", "REGION" ORDER BY "UPDATED AT" DESC NULLS LAST, "_AIRBYTE_EXTRACTED_AT" DESC, "_AIRBYTE_RAW_ID" DESC) = 1
) AS newest
WHERE "_AB_CDC_DELETED_AT" IS NULL;

DELETE FROM "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions"
WHERE TRUE;

INSERT INTO "airbyte_internal"."shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(GET("_airbyte_data", 'id')::TEXT, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_Users"
WHERE GET("_airbyte_data", '_ab_cdc_deleted_at')::TEXT IS NOT NULL;

COMMIT;

ALTER TABLE "SHOP"."USERS" SWAP WITH "SHOP"."USERS_AB_SOFT_RESET";

DROP TABLE IF EXISTS "SHOP"."USERS_AB_SOFT_RESET";
