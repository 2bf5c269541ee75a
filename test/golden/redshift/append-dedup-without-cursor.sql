-- The first sync: schemas and the raw table

CREATE SCHEMA IF NOT EXISTS "airbyte_internal";

CREATE SCHEMA IF NOT EXISTS "shop";

CREATE TABLE "airbyte_internal"."shop_raw__stream_users" (
  "_airbyte_raw_id" varchar(36),
  "_airbyte_extracted_at" timestamptz DEFAULT GETDATE(),
  "_airbyte_loaded_at" timestamptz,
  "_airbyte_data" super NOT NULL,
  "_airbyte_meta" super NULL,
  "_airbyte_generation_id" bigint NULL
);

-- Where earlier deletions cannot be found quickly yet

BEGIN;

DROP TABLE IF EXISTS "airbyte_internal"."shop_raw__stream_users_airbyte_deletions";

CREATE TABLE "airbyte_internal"."shop_raw__stream_users_airbyte_deletions" AS
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_users"
WHERE "_airbyte_loaded_at" IS NOT NULL
  AND JSON_TYPEOF("_airbyte_data"."_ab_cdc_deleted_at") <> 'null';

COMMIT;

-- The first raw rows, with which the final table is made

CREATE TABLE "shop"."users" (
  "id" bigint,
  "region" varchar(65535),
  "updated_at" timestamptz,
  "price" decimal(38, 9),
  "active" boolean,
  "born" date,
  "local" timestamp,
  "opens" time,
  "closes" timetz,
  "address" super,
  "tags" super,
  "either" varchar(65535),
  "anything" super,
  "it_s" varchar(65535),
  "_ab_cdc_deleted_at" timestamptz,
  "_airbyte_raw_id" varchar(36) NOT NULL,
  "_airbyte_extracted_at" timestamptz NOT NULL,
  "_airbyte_meta" super NOT NULL,
  "_airbyte_generation_id" bigint
);

CREATE TABLE IF NOT EXISTS "airbyte_internal"."_airbyte_marks" (
  "_airbyte_namespace" varchar(127),
  "_airbyte_name" varchar(127),
  "_airbyte_mark" varchar(65535)
);

BEGIN;

LOCK "airbyte_internal"."_airbyte_marks";

DELETE FROM "airbyte_internal"."_airbyte_marks"
WHERE "_airbyte_namespace" = 'shop' AND "_airbyte_name" = 'users';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('shop', 'users', 'Landfall: one row per ["id","region"]');

COMMIT;

BEGIN;

LOCK "airbyte_internal"."shop_raw__stream_users";

INSERT INTO "shop"."users" (
  "id",
  "region",
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
  "region",
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
SELECT *
FROM (
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY "id", "region" ORDER BY "_airbyte_extracted_at" DESC, "_airbyte_raw_id" DESC) AS "_airbyte_rank"
FROM (
SELECT
  CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END AS "id",
  CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END AS "region",
  CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END AS "updated_at",
  CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END AS "price",
  CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END AS "active",
  CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END AS "born",
  CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END AS "local",
  CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END AS "opens",
  CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END AS "closes",
  CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END AS "address",
  CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END AS "tags",
  CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END AS "either",
  value_12 AS "anything",
  CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END AS "it_s",
  CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  OBJECT(
    'changes', ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_0) <> 'null' AND CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_1) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_2) <> 'null' AND CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"updated_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_3) <> 'null' AND CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_4) <> 'null' AND CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_5) <> 'null' AND CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_6) <> 'null' AND CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_7) <> 'null' AND CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_8) <> 'null' AND CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_9) <> 'null' AND CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_10) <> 'null' AND CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_11) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_13) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"it_s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_14) <> 'null' AND CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      CASE WHEN JSON_TYPEOF(raw_changes) = 'array' THEN raw_changes ELSE ARRAY() END
    )
    )
    ),
    'sync_id', raw_sync_id
  ) AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    "_airbyte_data"."id" AS value_0,
    "_airbyte_data"."Region" AS value_1,
    "_airbyte_data"."updated at" AS value_2,
    "_airbyte_data"."price" AS value_3,
    "_airbyte_data"."active" AS value_4,
    "_airbyte_data"."born" AS value_5,
    "_airbyte_data"."local" AS value_6,
    "_airbyte_data"."opens" AS value_7,
    "_airbyte_data"."closes" AS value_8,
    "_airbyte_data"."address" AS value_9,
    "_airbyte_data"."tags" AS value_10,
    "_airbyte_data"."either" AS value_11,
    "_airbyte_data"."anything" AS value_12,
    "_airbyte_data"."it's" AS value_13,
    "_airbyte_data"."_ab_cdc_deleted_at" AS value_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_generation_id",
    "_airbyte_meta"."changes" AS raw_changes,
    "_airbyte_meta"."sync_id" AS raw_sync_id
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '')
            FROM "airbyte_internal"."shop_raw__stream_users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
) AS extracted
) AS typed
) AS ranked
WHERE "_airbyte_rank" = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

INSERT INTO "airbyte_internal"."shop_raw__stream_users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_users"
WHERE "_airbyte_loaded_at" IS NULL
  AND JSON_TYPEOF("_airbyte_data"."_ab_cdc_deleted_at") <> 'null';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = GETDATE()
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- What the tables hold, at the start of a later sync

SELECT
  NOT EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_users") AS is_empty,
  EXISTS (SELECT 1 FROM "airbyte_internal"."shop_raw__stream_users" WHERE "_airbyte_loaded_at" IS NULL) AS has_unprocessed,
  FALSE AS has_other_generation,
  TRUE AS has_deletion_index;

SELECT
  NOT EXISTS (SELECT 1 FROM "shop"."users") AS is_empty,
  FALSE AS has_other_generation,
  (EXISTS (SELECT 1 FROM "airbyte_internal"."_airbyte_marks" WHERE "_airbyte_namespace" = 'shop' AND "_airbyte_name" = 'users' AND "_airbyte_mark" = 'Landfall: one row per ["id","region"]') OR NOT EXISTS (SELECT 1 FROM "airbyte_internal"."_airbyte_marks" WHERE "_airbyte_namespace" = 'shop' AND "_airbyte_name" = 'users') AND NOT EXISTS (SELECT 1 FROM "shop"."users" GROUP BY "id", "region" HAVING COUNT(*) > 1)) AS is_deduplicated,
  EXISTS (SELECT 1 FROM "airbyte_internal"."_airbyte_marks" WHERE "_airbyte_namespace" = 'shop' AND "_airbyte_name" = 'users' AND "_airbyte_mark" = 'Landfall: one row per ["id","region"]') AS is_marked;

-- New raw rows into an empty final table

BEGIN;

LOCK "airbyte_internal"."shop_raw__stream_users";

INSERT INTO "shop"."users" (
  "id",
  "region",
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
  "region",
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
SELECT *
FROM (
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY "id", "region" ORDER BY "_airbyte_extracted_at" DESC, "_airbyte_raw_id" DESC) AS "_airbyte_rank"
FROM (
SELECT
  CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END AS "id",
  CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END AS "region",
  CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END AS "updated_at",
  CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END AS "price",
  CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END AS "active",
  CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END AS "born",
  CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END AS "local",
  CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END AS "opens",
  CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END AS "closes",
  CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END AS "address",
  CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END AS "tags",
  CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END AS "either",
  value_12 AS "anything",
  CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END AS "it_s",
  CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  OBJECT(
    'changes', ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_0) <> 'null' AND CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_1) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_2) <> 'null' AND CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"updated_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_3) <> 'null' AND CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_4) <> 'null' AND CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_5) <> 'null' AND CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_6) <> 'null' AND CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_7) <> 'null' AND CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_8) <> 'null' AND CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_9) <> 'null' AND CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_10) <> 'null' AND CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_11) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_13) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"it_s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_14) <> 'null' AND CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      CASE WHEN JSON_TYPEOF(raw_changes) = 'array' THEN raw_changes ELSE ARRAY() END
    )
    )
    ),
    'sync_id', raw_sync_id
  ) AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    "_airbyte_data"."id" AS value_0,
    "_airbyte_data"."Region" AS value_1,
    "_airbyte_data"."updated at" AS value_2,
    "_airbyte_data"."price" AS value_3,
    "_airbyte_data"."active" AS value_4,
    "_airbyte_data"."born" AS value_5,
    "_airbyte_data"."local" AS value_6,
    "_airbyte_data"."opens" AS value_7,
    "_airbyte_data"."closes" AS value_8,
    "_airbyte_data"."address" AS value_9,
    "_airbyte_data"."tags" AS value_10,
    "_airbyte_data"."either" AS value_11,
    "_airbyte_data"."anything" AS value_12,
    "_airbyte_data"."it's" AS value_13,
    "_airbyte_data"."_ab_cdc_deleted_at" AS value_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_generation_id",
    "_airbyte_meta"."changes" AS raw_changes,
    "_airbyte_meta"."sync_id" AS raw_sync_id
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '')
            FROM "airbyte_internal"."shop_raw__stream_users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
) AS extracted
) AS typed
) AS ranked
WHERE "_airbyte_rank" = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

INSERT INTO "airbyte_internal"."shop_raw__stream_users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_users"
WHERE "_airbyte_loaded_at" IS NULL
  AND JSON_TYPEOF("_airbyte_data"."_ab_cdc_deleted_at") <> 'null';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = GETDATE()
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

LOCK "airbyte_internal"."shop_raw__stream_users";

CREATE TEMPORARY TABLE "users_ab_staged" AS
SELECT *
FROM (
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY "id", "region" ORDER BY "_airbyte_extracted_at" DESC, "_airbyte_raw_id" DESC) AS "_airbyte_rank"
FROM (
SELECT
  CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END AS "id",
  CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END AS "region",
  CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END AS "updated_at",
  CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END AS "price",
  CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END AS "active",
  CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END AS "born",
  CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END AS "local",
  CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END AS "opens",
  CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END AS "closes",
  CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END AS "address",
  CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END AS "tags",
  CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END AS "either",
  value_12 AS "anything",
  CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END AS "it_s",
  CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  OBJECT(
    'changes', ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_0) <> 'null' AND CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_1) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_2) <> 'null' AND CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"updated_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_3) <> 'null' AND CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_4) <> 'null' AND CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_5) <> 'null' AND CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_6) <> 'null' AND CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_7) <> 'null' AND CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_8) <> 'null' AND CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_9) <> 'null' AND CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_10) <> 'null' AND CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_11) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_13) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"it_s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_14) <> 'null' AND CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      CASE WHEN JSON_TYPEOF(raw_changes) = 'array' THEN raw_changes ELSE ARRAY() END
    )
    )
    ),
    'sync_id', raw_sync_id
  ) AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    "_airbyte_data"."id" AS value_0,
    "_airbyte_data"."Region" AS value_1,
    "_airbyte_data"."updated at" AS value_2,
    "_airbyte_data"."price" AS value_3,
    "_airbyte_data"."active" AS value_4,
    "_airbyte_data"."born" AS value_5,
    "_airbyte_data"."local" AS value_6,
    "_airbyte_data"."opens" AS value_7,
    "_airbyte_data"."closes" AS value_8,
    "_airbyte_data"."address" AS value_9,
    "_airbyte_data"."tags" AS value_10,
    "_airbyte_data"."either" AS value_11,
    "_airbyte_data"."anything" AS value_12,
    "_airbyte_data"."it's" AS value_13,
    "_airbyte_data"."_ab_cdc_deleted_at" AS value_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_generation_id",
    "_airbyte_meta"."changes" AS raw_changes,
    "_airbyte_meta"."sync_id" AS raw_sync_id
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal"."shop_raw__stream_users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '')
            FROM "airbyte_internal"."shop_raw__stream_users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
) AS extracted
) AS typed
) AS ranked
WHERE "_airbyte_rank" = 1;

DELETE FROM "users_ab_staged"
USING "shop"."users"
WHERE "shop"."users"."id" = "users_ab_staged"."id"
  AND "shop"."users"."region" = "users_ab_staged"."region"
  AND (
    "shop"."users"."_airbyte_extracted_at" > "users_ab_staged"."_airbyte_extracted_at"
    OR ("shop"."users"."_airbyte_extracted_at" = "users_ab_staged"."_airbyte_extracted_at" AND "shop"."users"."_airbyte_raw_id" > "users_ab_staged"."_airbyte_raw_id")
  );

DELETE FROM "users_ab_staged"
USING "shop"."users"
WHERE EXISTS (SELECT 1 FROM "users_ab_staged" WHERE "id" IS NULL OR "region" IS NULL)
  AND ("users_ab_staged"."id" IS NULL OR "users_ab_staged"."region" IS NULL)
  AND ("shop"."users"."id" = "users_ab_staged"."id" OR ("shop"."users"."id" IS NULL AND "users_ab_staged"."id" IS NULL))
  AND ("shop"."users"."region" = "users_ab_staged"."region" OR ("shop"."users"."region" IS NULL AND "users_ab_staged"."region" IS NULL))
  AND (
    "shop"."users"."_airbyte_extracted_at" > "users_ab_staged"."_airbyte_extracted_at"
    OR ("shop"."users"."_airbyte_extracted_at" = "users_ab_staged"."_airbyte_extracted_at" AND "shop"."users"."_airbyte_raw_id" > "users_ab_staged"."_airbyte_raw_id")
  );

DELETE FROM "shop"."users"
USING "users_ab_staged"
WHERE "shop"."users"."id" = "users_ab_staged"."id"
  AND "shop"."users"."region" = "users_ab_staged"."region";

DELETE FROM "shop"."users"
USING "users_ab_staged"
WHERE EXISTS (SELECT 1 FROM "users_ab_staged" WHERE "id" IS NULL OR "region" IS NULL)
  AND ("users_ab_staged"."id" IS NULL OR "users_ab_staged"."region" IS NULL)
  AND ("shop"."users"."id" = "users_ab_staged"."id" OR ("shop"."users"."id" IS NULL AND "users_ab_staged"."id" IS NULL))
  AND ("shop"."users"."region" = "users_ab_staged"."region" OR ("shop"."users"."region" IS NULL AND "users_ab_staged"."region" IS NULL));

INSERT INTO "shop"."users" (
  "id",
  "region",
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
  "region",
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
FROM "users_ab_staged"
WHERE "_ab_cdc_deleted_at" IS NULL;

DROP TABLE "users_ab_staged";

INSERT INTO "airbyte_internal"."shop_raw__stream_users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_users"
WHERE "_airbyte_loaded_at" IS NULL
  AND JSON_TYPEOF("_airbyte_data"."_ab_cdc_deleted_at") <> 'null';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = GETDATE()
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- The final table anew, after its columns have changed

BEGIN;

LOCK "airbyte_internal"."shop_raw__stream_users";

CREATE TEMPORARY TABLE "users_ab_staged" AS
SELECT
  "id",
  "region",
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
SELECT *
FROM (
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY "id", "region" ORDER BY "_airbyte_extracted_at" DESC, "_airbyte_raw_id" DESC) AS "_airbyte_rank"
FROM (
SELECT
  CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END AS "id",
  CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END AS "region",
  CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END AS "updated_at",
  CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END AS "price",
  CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END AS "active",
  CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END AS "born",
  CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END AS "local",
  CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END AS "opens",
  CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END AS "closes",
  CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END AS "address",
  CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END AS "tags",
  CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END AS "either",
  value_12 AS "anything",
  CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END AS "it_s",
  CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END AS "_ab_cdc_deleted_at",
  "_airbyte_raw_id",
  "_airbyte_extracted_at",
  OBJECT(
    'changes', ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_0) <> 'null' AND CASE WHEN JSON_TYPEOF(value_0) IN ('number', 'string') AND CAST(value_0 AS decimal(38, 18)) = TRUNC(CAST(value_0 AS decimal(38, 18))) THEN CAST(value_0 AS bigint) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_1) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_1) = 'string' THEN CAST(value_1 AS varchar(65535))
      WHEN JSON_TYPEOF(value_1) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_1) <= 65535 THEN JSON_SERIALIZE(value_1)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_2) <> 'null' AND CASE WHEN JSON_TYPEOF(value_2) = 'string' THEN CAST(value_2 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"updated_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_3) <> 'null' AND CASE WHEN JSON_TYPEOF(value_3) IN ('number', 'string') THEN CAST(value_3 AS decimal(38, 9)) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_4) <> 'null' AND CASE WHEN JSON_TYPEOF(value_4) IN ('boolean', 'string') THEN CAST(value_4 AS boolean) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_5) <> 'null' AND CASE WHEN JSON_TYPEOF(value_5) = 'string' THEN CAST(value_5 AS date) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_6) <> 'null' AND CASE WHEN JSON_TYPEOF(value_6) = 'string' THEN CAST(value_6 AS timestamp) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_7) <> 'null' AND CASE WHEN JSON_TYPEOF(value_7) = 'string' THEN CAST(value_7 AS time) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_8) <> 'null' AND CASE WHEN JSON_TYPEOF(value_8) = 'string' THEN CAST(value_8 AS timetz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_9) <> 'null' AND CASE WHEN JSON_TYPEOF(value_9) = 'object' THEN value_9 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_10) <> 'null' AND CASE WHEN JSON_TYPEOF(value_10) = 'array' THEN value_10 END IS NULL THEN ARRAY(JSON_PARSE('{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_11) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_11) = 'string' THEN CAST(value_11 AS varchar(65535))
      WHEN JSON_TYPEOF(value_11) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_11) <= 65535 THEN JSON_SERIALIZE(value_11)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    )
    ),
      ARRAY_CONCAT(
      ARRAY_CONCAT(
      CASE WHEN JSON_TYPEOF(value_13) <> 'null' AND CASE
      WHEN JSON_TYPEOF(value_13) = 'string' THEN CAST(value_13 AS varchar(65535))
      WHEN JSON_TYPEOF(value_13) IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE(value_13) <= 65535 THEN JSON_SERIALIZE(value_13)
    END IS NULL THEN ARRAY(JSON_PARSE('{"field":"it_s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END,
      CASE WHEN JSON_TYPEOF(value_14) <> 'null' AND CASE WHEN JSON_TYPEOF(value_14) = 'string' THEN CAST(value_14 AS timestamptz) END IS NULL THEN ARRAY(JSON_PARSE('{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}')) ELSE ARRAY() END
    ),
      CASE WHEN JSON_TYPEOF(raw_changes) = 'array' THEN raw_changes ELSE ARRAY() END
    )
    )
    ),
    'sync_id', raw_sync_id
  ) AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM (
  SELECT
    "_airbyte_data"."id" AS value_0,
    "_airbyte_data"."Region" AS value_1,
    "_airbyte_data"."updated at" AS value_2,
    "_airbyte_data"."price" AS value_3,
    "_airbyte_data"."active" AS value_4,
    "_airbyte_data"."born" AS value_5,
    "_airbyte_data"."local" AS value_6,
    "_airbyte_data"."opens" AS value_7,
    "_airbyte_data"."closes" AS value_8,
    "_airbyte_data"."address" AS value_9,
    "_airbyte_data"."tags" AS value_10,
    "_airbyte_data"."either" AS value_11,
    "_airbyte_data"."anything" AS value_12,
    "_airbyte_data"."it's" AS value_13,
    "_airbyte_data"."_ab_cdc_deleted_at" AS value_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_generation_id",
    "_airbyte_meta"."changes" AS raw_changes,
    "_airbyte_meta"."sync_id" AS raw_sync_id
  FROM "airbyte_internal"."shop_raw__stream_users"
) AS extracted
) AS typed
) AS ranked
WHERE "_airbyte_rank" = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

DELETE FROM "shop"."users";

ALTER TABLE "shop"."users" DROP COLUMN "price";

ALTER TABLE "shop"."users" DROP COLUMN "lost";

ALTER TABLE "shop"."users" ADD COLUMN "price" decimal(38, 9);

ALTER TABLE "shop"."users" ADD COLUMN "anything" super;

INSERT INTO "shop"."users" (
  "id",
  "region",
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
  "region",
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
FROM "users_ab_staged";

DROP TABLE "users_ab_staged";

DELETE FROM "airbyte_internal"."shop_raw__stream_users_airbyte_deletions"
WHERE TRUE;

INSERT INTO "airbyte_internal"."shop_raw__stream_users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CASE
      WHEN JSON_TYPEOF("_airbyte_data"."id") = 'string' THEN CAST("_airbyte_data"."id" AS varchar(65535))
      WHEN JSON_TYPEOF("_airbyte_data"."id") IN ('number', 'boolean', 'object', 'array') AND JSON_SIZE("_airbyte_data"."id") <= 65535 THEN JSON_SERIALIZE("_airbyte_data"."id")
    END, '') AS "_airbyte_deleted_key"
FROM "airbyte_internal"."shop_raw__stream_users"
WHERE JSON_TYPEOF("_airbyte_data"."_ab_cdc_deleted_at") <> 'null';

UPDATE "airbyte_internal"."shop_raw__stream_users"
SET "_airbyte_loaded_at" = GETDATE()
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

CREATE TABLE IF NOT EXISTS "airbyte_internal"."_airbyte_marks" (
  "_airbyte_namespace" varchar(127),
  "_airbyte_name" varchar(127),
  "_airbyte_mark" varchar(65535)
);

BEGIN;

LOCK "airbyte_internal"."_airbyte_marks";

DELETE FROM "airbyte_internal"."_airbyte_marks"
WHERE "_airbyte_namespace" = 'shop' AND "_airbyte_name" = 'users';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('shop', 'users', 'Landfall: one row per ["id","region"]');

COMMIT;
