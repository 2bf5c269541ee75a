-- The first sync: schemas and the raw table

CREATE TABLE "airbyte_internal.shop_raw__stream_Users" (
  "_airbyte_raw_id" TEXT PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_loaded_at" TIMESTAMPTZ_TEXT,
  "_airbyte_data" JSON_TEXT CHECK (json_valid("_airbyte_data")),
  "_airbyte_meta" JSON_TEXT CHECK (json_valid("_airbyte_meta")),
  "_airbyte_generation_id" INTEGER
);

-- Where earlier deletions cannot be found quickly yet

BEGIN;

DROP TABLE IF EXISTS "airbyte_internal.shop_raw__stream_Users_airbyte_deletions";

CREATE TABLE "airbyte_internal.shop_raw__stream_Users_airbyte_deletions" AS
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '') AS "_airbyte_deleted_key"
FROM "airbyte_internal.shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" IS NOT NULL
  AND CAST("_airbyte_data" ->> '$."_ab_cdc_deleted_at"' AS TEXT) IS NOT NULL;

COMMIT;

-- The first raw rows, with which the final table is made

BEGIN;

CREATE TABLE "shop.Users" (
  "id" INTEGER,
  "Region" TEXT,
  "updated_at" TIMESTAMPTZ_TEXT,
  "price" DECIMAL_TEXT,
  "active" BOOLEAN,
  "born" DATE_TEXT,
  "local" TIMESTAMP_TEXT,
  "opens" TIME_TEXT,
  "closes" TIMETZ_TEXT,
  "address" JSON_OBJECT_TEXT,
  "tags" JSON_ARRAY_TEXT,
  "either" TEXT,
  "anything" JSON_TEXT,
  "it_s" TEXT,
  "_ab_cdc_deleted_at" TIMESTAMPTZ_TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

DROP INDEX IF EXISTS "shop.Users key";

CREATE INDEX "shop.Users key" ON "shop.Users" ("Region", "id");

COMMIT;

BEGIN;

INSERT INTO "shop.Users" (
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
  SELECT *, row_number() OVER (
    PARTITION BY "id", "Region"
    ORDER BY
    typed."updated_at" IS NOT NULL DESC,
    ifnull(typed."updated_at", '') DESC,
    typed."_airbyte_extracted_at" DESC,
    typed."_airbyte_raw_id" DESC
  ) AS place
  FROM (
WITH sent AS MATERIALIZED (
  SELECT
    "_airbyte_data" -> '$."id"' AS sent_0,
    "_airbyte_data" -> '$."Region"' AS sent_1,
    "_airbyte_data" -> '$."updated at"' AS sent_2,
    "_airbyte_data" -> '$."price"' AS sent_3,
    "_airbyte_data" -> '$."active"' AS sent_4,
    "_airbyte_data" -> '$."born"' AS sent_5,
    "_airbyte_data" -> '$."local"' AS sent_6,
    "_airbyte_data" -> '$."opens"' AS sent_7,
    "_airbyte_data" -> '$."closes"' AS sent_8,
    "_airbyte_data" -> '$."address"' AS sent_9,
    "_airbyte_data" -> '$."tags"' AS sent_10,
    "_airbyte_data" -> '$."either"' AS sent_11,
    "_airbyte_data" -> '$."anything"' AS sent_12,
    "_airbyte_data" -> '$."it''s"' AS sent_13,
    "_airbyte_data" -> '$."_ab_cdc_deleted_at"' AS sent_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '')
            FROM "airbyte_internal.shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
), typed AS MATERIALIZED (
  SELECT
    sent_0,
    CASE WHEN CAST(CAST(sent_0 AS INTEGER) AS TEXT) = sent_0 THEN CAST(sent_0 AS INTEGER) END AS typed_0,
    sent_1,
    CASE substr(sent_1, 1, 1) WHEN '"' THEN sent_1 ->> '$' ELSE nullif(sent_1, 'null') END AS typed_1,
    sent_2,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_2 ->> '$') AS text)
              WHERE sent_2 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_2,
    sent_3,
    (
      SELECT CASE size WHEN '0' THEN size ELSE sign || size END
      FROM (
        SELECT sign, above, rtrim(rtrim(ifnull(nullif(above, ''), '0') || '.' || below, '0'), '.') AS size
        FROM (
          SELECT sign, ltrim(substr(digits, 1, point), '0') AS above, substr(digits, point + 1, 9) AS below
          FROM (
            SELECT
              CASE WHEN mantissa GLOB '-*' THEN '-' ELSE '' END AS sign,
              printf('%0100d', 0) || replace(ltrim(mantissa, '-'), '.', '') || printf('%0100d', 0) AS digits,
              99 + instr(ltrim(mantissa, '-') || '.', '.') + max(exponent, -100) AS point
            FROM (
              SELECT substr(json, 1, split - 1) AS mantissa, CAST(substr(json, split + 1) AS INTEGER) AS exponent
              FROM (SELECT sent_3 AS json, instr(lower(sent_3) || 'e', 'e') AS split)
            )
            WHERE mantissa GLOB '[-0-9]*' AND instr(mantissa || '.', '.') < 90 AND exponent <= 100
          )
        )
      )
      WHERE length(above) <= 29
    ) AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    (
      SELECT day
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_5 ->> '$') AS text)
              WHERE sent_5 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_5,
    sent_6,
    (
      SELECT local || fraction
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_6 ->> '$') AS text)
              WHERE sent_6 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_6,
    sent_7,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_7 ->> '$') AS text)
              WHERE sent_7 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_7,
    sent_8,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.') || replace(zone, ':00', '')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_8 ->> '$') AS text)
              WHERE sent_8 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_8,
    sent_9,
    CASE substr(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE substr(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE substr(sent_11, 1, 1) WHEN '"' THEN sent_11 ->> '$' ELSE nullif(sent_11, 'null') END AS typed_11,
    sent_12,
    nullif(sent_12, 'null') AS typed_12,
    sent_13,
    CASE substr(sent_13, 1, 1) WHEN '"' THEN sent_13 ->> '$' ELSE nullif(sent_13, 'null') END AS typed_13,
    sent_14,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_14 ->> '$') AS text)
              WHERE sent_14 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM sent
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
  '{"changes":[' || concat_ws(',',
    CASE WHEN sent_0 <> 'null' AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_1 <> 'null' AND typed_1 IS NULL THEN '{"field":"Region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_2 <> 'null' AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_3 <> 'null' AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_4 <> 'null' AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_5 <> 'null' AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_6 <> 'null' AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_7 <> 'null' AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_8 <> 'null' AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_9 <> 'null' AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_10 <> 'null' AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_11 <> 'null' AND typed_11 IS NULL THEN '{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_12 <> 'null' AND typed_12 IS NULL THEN '{"field":"anything","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_13 <> 'null' AND typed_13 IS NULL THEN '{"field":"it''s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_14 <> 'null' AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    nullif(trim("_airbyte_meta" -> '$.changes', '[]'), '')
  ) || '],"sync_id":' || ifnull("_airbyte_meta" -> '$.sync_id', 'null') || '}' AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM typed
) AS typed
) AS ranked
WHERE place = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

INSERT INTO "airbyte_internal.shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '') AS "_airbyte_deleted_key"
FROM "airbyte_internal.shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" IS NULL
  AND CAST("_airbyte_data" ->> '$."_ab_cdc_deleted_at"' AS TEXT) IS NOT NULL;

UPDATE "airbyte_internal.shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- What the tables hold, at the start of a later sync

SELECT
  NOT EXISTS (SELECT 1 FROM "airbyte_internal.shop_raw__stream_Users") AS is_empty,
  EXISTS (SELECT 1 FROM "airbyte_internal.shop_raw__stream_Users" WHERE "_airbyte_loaded_at" IS NULL) AS has_unprocessed,
  FALSE AS has_other_generation,
  TRUE AS has_deletion_index;

SELECT
  NOT EXISTS (SELECT 1 FROM "shop.Users") AS is_empty,
  FALSE AS has_other_generation,
  EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'shop.Users key' AND sql = 'CREATE INDEX "shop.Users key" ON "shop.Users" ("Region", "id")') AS is_deduplicated,
  EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'shop.Users key' AND sql = 'CREATE INDEX "shop.Users key" ON "shop.Users" ("Region", "id")') AS is_marked;

-- New raw rows into an empty final table

BEGIN;

INSERT INTO "shop.Users" (
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
  SELECT *, row_number() OVER (
    PARTITION BY "id", "Region"
    ORDER BY
    typed."updated_at" IS NOT NULL DESC,
    ifnull(typed."updated_at", '') DESC,
    typed."_airbyte_extracted_at" DESC,
    typed."_airbyte_raw_id" DESC
  ) AS place
  FROM (
WITH sent AS MATERIALIZED (
  SELECT
    "_airbyte_data" -> '$."id"' AS sent_0,
    "_airbyte_data" -> '$."Region"' AS sent_1,
    "_airbyte_data" -> '$."updated at"' AS sent_2,
    "_airbyte_data" -> '$."price"' AS sent_3,
    "_airbyte_data" -> '$."active"' AS sent_4,
    "_airbyte_data" -> '$."born"' AS sent_5,
    "_airbyte_data" -> '$."local"' AS sent_6,
    "_airbyte_data" -> '$."opens"' AS sent_7,
    "_airbyte_data" -> '$."closes"' AS sent_8,
    "_airbyte_data" -> '$."address"' AS sent_9,
    "_airbyte_data" -> '$."tags"' AS sent_10,
    "_airbyte_data" -> '$."either"' AS sent_11,
    "_airbyte_data" -> '$."anything"' AS sent_12,
    "_airbyte_data" -> '$."it''s"' AS sent_13,
    "_airbyte_data" -> '$."_ab_cdc_deleted_at"' AS sent_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '')
            FROM "airbyte_internal.shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
), typed AS MATERIALIZED (
  SELECT
    sent_0,
    CASE WHEN CAST(CAST(sent_0 AS INTEGER) AS TEXT) = sent_0 THEN CAST(sent_0 AS INTEGER) END AS typed_0,
    sent_1,
    CASE substr(sent_1, 1, 1) WHEN '"' THEN sent_1 ->> '$' ELSE nullif(sent_1, 'null') END AS typed_1,
    sent_2,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_2 ->> '$') AS text)
              WHERE sent_2 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_2,
    sent_3,
    (
      SELECT CASE size WHEN '0' THEN size ELSE sign || size END
      FROM (
        SELECT sign, above, rtrim(rtrim(ifnull(nullif(above, ''), '0') || '.' || below, '0'), '.') AS size
        FROM (
          SELECT sign, ltrim(substr(digits, 1, point), '0') AS above, substr(digits, point + 1, 9) AS below
          FROM (
            SELECT
              CASE WHEN mantissa GLOB '-*' THEN '-' ELSE '' END AS sign,
              printf('%0100d', 0) || replace(ltrim(mantissa, '-'), '.', '') || printf('%0100d', 0) AS digits,
              99 + instr(ltrim(mantissa, '-') || '.', '.') + max(exponent, -100) AS point
            FROM (
              SELECT substr(json, 1, split - 1) AS mantissa, CAST(substr(json, split + 1) AS INTEGER) AS exponent
              FROM (SELECT sent_3 AS json, instr(lower(sent_3) || 'e', 'e') AS split)
            )
            WHERE mantissa GLOB '[-0-9]*' AND instr(mantissa || '.', '.') < 90 AND exponent <= 100
          )
        )
      )
      WHERE length(above) <= 29
    ) AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    (
      SELECT day
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_5 ->> '$') AS text)
              WHERE sent_5 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_5,
    sent_6,
    (
      SELECT local || fraction
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_6 ->> '$') AS text)
              WHERE sent_6 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_6,
    sent_7,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_7 ->> '$') AS text)
              WHERE sent_7 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_7,
    sent_8,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.') || replace(zone, ':00', '')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_8 ->> '$') AS text)
              WHERE sent_8 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_8,
    sent_9,
    CASE substr(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE substr(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE substr(sent_11, 1, 1) WHEN '"' THEN sent_11 ->> '$' ELSE nullif(sent_11, 'null') END AS typed_11,
    sent_12,
    nullif(sent_12, 'null') AS typed_12,
    sent_13,
    CASE substr(sent_13, 1, 1) WHEN '"' THEN sent_13 ->> '$' ELSE nullif(sent_13, 'null') END AS typed_13,
    sent_14,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_14 ->> '$') AS text)
              WHERE sent_14 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM sent
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
  '{"changes":[' || concat_ws(',',
    CASE WHEN sent_0 <> 'null' AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_1 <> 'null' AND typed_1 IS NULL THEN '{"field":"Region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_2 <> 'null' AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_3 <> 'null' AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_4 <> 'null' AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_5 <> 'null' AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_6 <> 'null' AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_7 <> 'null' AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_8 <> 'null' AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_9 <> 'null' AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_10 <> 'null' AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_11 <> 'null' AND typed_11 IS NULL THEN '{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_12 <> 'null' AND typed_12 IS NULL THEN '{"field":"anything","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_13 <> 'null' AND typed_13 IS NULL THEN '{"field":"it''s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_14 <> 'null' AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    nullif(trim("_airbyte_meta" -> '$.changes', '[]'), '')
  ) || '],"sync_id":' || ifnull("_airbyte_meta" -> '$.sync_id', 'null') || '}' AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM typed
) AS typed
) AS ranked
WHERE place = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

INSERT INTO "airbyte_internal.shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '') AS "_airbyte_deleted_key"
FROM "airbyte_internal.shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" IS NULL
  AND CAST("_airbyte_data" ->> '$."_ab_cdc_deleted_at"' AS TEXT) IS NOT NULL;

UPDATE "airbyte_internal.shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

CREATE TEMPORARY TABLE "Users_ab_staged" AS
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
  SELECT *, row_number() OVER (
    PARTITION BY "id", "Region"
    ORDER BY
    typed."updated_at" IS NOT NULL DESC,
    ifnull(typed."updated_at", '') DESC,
    typed."_airbyte_extracted_at" DESC,
    typed."_airbyte_raw_id" DESC
  ) AS place
  FROM (
WITH sent AS MATERIALIZED (
  SELECT
    "_airbyte_data" -> '$."id"' AS sent_0,
    "_airbyte_data" -> '$."Region"' AS sent_1,
    "_airbyte_data" -> '$."updated at"' AS sent_2,
    "_airbyte_data" -> '$."price"' AS sent_3,
    "_airbyte_data" -> '$."active"' AS sent_4,
    "_airbyte_data" -> '$."born"' AS sent_5,
    "_airbyte_data" -> '$."local"' AS sent_6,
    "_airbyte_data" -> '$."opens"' AS sent_7,
    "_airbyte_data" -> '$."closes"' AS sent_8,
    "_airbyte_data" -> '$."address"' AS sent_9,
    "_airbyte_data" -> '$."tags"' AS sent_10,
    "_airbyte_data" -> '$."either"' AS sent_11,
    "_airbyte_data" -> '$."anything"' AS sent_12,
    "_airbyte_data" -> '$."it''s"' AS sent_13,
    "_airbyte_data" -> '$."_ab_cdc_deleted_at"' AS sent_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM (
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users"
          WHERE "_airbyte_loaded_at" IS NULL
          UNION ALL
          SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id"
          FROM "airbyte_internal.shop_raw__stream_Users_airbyte_deletions"
          WHERE "_airbyte_deleted_key" IN (
            SELECT COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '')
            FROM "airbyte_internal.shop_raw__stream_Users"
            WHERE "_airbyte_loaded_at" IS NULL
          )
        ) AS source
), typed AS MATERIALIZED (
  SELECT
    sent_0,
    CASE WHEN CAST(CAST(sent_0 AS INTEGER) AS TEXT) = sent_0 THEN CAST(sent_0 AS INTEGER) END AS typed_0,
    sent_1,
    CASE substr(sent_1, 1, 1) WHEN '"' THEN sent_1 ->> '$' ELSE nullif(sent_1, 'null') END AS typed_1,
    sent_2,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_2 ->> '$') AS text)
              WHERE sent_2 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_2,
    sent_3,
    (
      SELECT CASE size WHEN '0' THEN size ELSE sign || size END
      FROM (
        SELECT sign, above, rtrim(rtrim(ifnull(nullif(above, ''), '0') || '.' || below, '0'), '.') AS size
        FROM (
          SELECT sign, ltrim(substr(digits, 1, point), '0') AS above, substr(digits, point + 1, 9) AS below
          FROM (
            SELECT
              CASE WHEN mantissa GLOB '-*' THEN '-' ELSE '' END AS sign,
              printf('%0100d', 0) || replace(ltrim(mantissa, '-'), '.', '') || printf('%0100d', 0) AS digits,
              99 + instr(ltrim(mantissa, '-') || '.', '.') + max(exponent, -100) AS point
            FROM (
              SELECT substr(json, 1, split - 1) AS mantissa, CAST(substr(json, split + 1) AS INTEGER) AS exponent
              FROM (SELECT sent_3 AS json, instr(lower(sent_3) || 'e', 'e') AS split)
            )
            WHERE mantissa GLOB '[-0-9]*' AND instr(mantissa || '.', '.') < 90 AND exponent <= 100
          )
        )
      )
      WHERE length(above) <= 29
    ) AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    (
      SELECT day
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_5 ->> '$') AS text)
              WHERE sent_5 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_5,
    sent_6,
    (
      SELECT local || fraction
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_6 ->> '$') AS text)
              WHERE sent_6 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_6,
    sent_7,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_7 ->> '$') AS text)
              WHERE sent_7 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_7,
    sent_8,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.') || replace(zone, ':00', '')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_8 ->> '$') AS text)
              WHERE sent_8 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_8,
    sent_9,
    CASE substr(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE substr(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE substr(sent_11, 1, 1) WHEN '"' THEN sent_11 ->> '$' ELSE nullif(sent_11, 'null') END AS typed_11,
    sent_12,
    nullif(sent_12, 'null') AS typed_12,
    sent_13,
    CASE substr(sent_13, 1, 1) WHEN '"' THEN sent_13 ->> '$' ELSE nullif(sent_13, 'null') END AS typed_13,
    sent_14,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_14 ->> '$') AS text)
              WHERE sent_14 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM sent
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
  '{"changes":[' || concat_ws(',',
    CASE WHEN sent_0 <> 'null' AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_1 <> 'null' AND typed_1 IS NULL THEN '{"field":"Region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_2 <> 'null' AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_3 <> 'null' AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_4 <> 'null' AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_5 <> 'null' AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_6 <> 'null' AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_7 <> 'null' AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_8 <> 'null' AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_9 <> 'null' AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_10 <> 'null' AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_11 <> 'null' AND typed_11 IS NULL THEN '{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_12 <> 'null' AND typed_12 IS NULL THEN '{"field":"anything","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_13 <> 'null' AND typed_13 IS NULL THEN '{"field":"it''s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_14 <> 'null' AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    nullif(trim("_airbyte_meta" -> '$.changes', '[]'), '')
  ) || '],"sync_id":' || ifnull("_airbyte_meta" -> '$.sync_id', 'null') || '}' AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM typed
) AS typed
) AS ranked
WHERE place = 1;

DELETE FROM "Users_ab_staged" AS staged
WHERE EXISTS (
  SELECT 1
  FROM "shop.Users" AS target
  WHERE target."id" IS staged."id" AND target."Region" IS staged."Region"
    AND (target."updated_at" IS NOT NULL, ifnull(target."updated_at", ''), target."_airbyte_extracted_at", target."_airbyte_raw_id") > (staged."updated_at" IS NOT NULL, ifnull(staged."updated_at", ''), staged."_airbyte_extracted_at", staged."_airbyte_raw_id")
);

DELETE FROM "shop.Users"
WHERE rowid IN (
  SELECT target.rowid
  FROM "Users_ab_staged" AS staged
  CROSS JOIN "shop.Users" AS target
  WHERE target."id" IS staged."id" AND target."Region" IS staged."Region"
);

INSERT INTO "shop.Users" (
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
FROM "Users_ab_staged"
WHERE "_ab_cdc_deleted_at" IS NULL;

DROP TABLE "Users_ab_staged";

INSERT INTO "airbyte_internal.shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '') AS "_airbyte_deleted_key"
FROM "airbyte_internal.shop_raw__stream_Users"
WHERE "_airbyte_loaded_at" IS NULL
  AND CAST("_airbyte_data" ->> '$."_ab_cdc_deleted_at"' AS TEXT) IS NOT NULL;

UPDATE "airbyte_internal.shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

COMMIT;

-- The final table anew, after its columns have changed

BEGIN;

DROP TABLE IF EXISTS "shop.Users_ab_soft_reset";

CREATE TABLE "shop.Users_ab_soft_reset" (
  "id" INTEGER,
  "Region" TEXT,
  "updated_at" TIMESTAMPTZ_TEXT,
  "price" DECIMAL_TEXT,
  "active" BOOLEAN,
  "born" DATE_TEXT,
  "local" TIMESTAMP_TEXT,
  "opens" TIME_TEXT,
  "closes" TIMETZ_TEXT,
  "address" JSON_OBJECT_TEXT,
  "tags" JSON_ARRAY_TEXT,
  "either" TEXT,
  "anything" JSON_TEXT,
  "it_s" TEXT,
  "_ab_cdc_deleted_at" TIMESTAMPTZ_TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

INSERT INTO "shop.Users_ab_soft_reset" (
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
  SELECT *, row_number() OVER (
    PARTITION BY "id", "Region"
    ORDER BY
    typed."updated_at" IS NOT NULL DESC,
    ifnull(typed."updated_at", '') DESC,
    typed."_airbyte_extracted_at" DESC,
    typed."_airbyte_raw_id" DESC
  ) AS place
  FROM (
WITH sent AS MATERIALIZED (
  SELECT
    "_airbyte_data" -> '$."id"' AS sent_0,
    "_airbyte_data" -> '$."Region"' AS sent_1,
    "_airbyte_data" -> '$."updated at"' AS sent_2,
    "_airbyte_data" -> '$."price"' AS sent_3,
    "_airbyte_data" -> '$."active"' AS sent_4,
    "_airbyte_data" -> '$."born"' AS sent_5,
    "_airbyte_data" -> '$."local"' AS sent_6,
    "_airbyte_data" -> '$."opens"' AS sent_7,
    "_airbyte_data" -> '$."closes"' AS sent_8,
    "_airbyte_data" -> '$."address"' AS sent_9,
    "_airbyte_data" -> '$."tags"' AS sent_10,
    "_airbyte_data" -> '$."either"' AS sent_11,
    "_airbyte_data" -> '$."anything"' AS sent_12,
    "_airbyte_data" -> '$."it''s"' AS sent_13,
    "_airbyte_data" -> '$."_ab_cdc_deleted_at"' AS sent_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM "airbyte_internal.shop_raw__stream_Users"
), typed AS MATERIALIZED (
  SELECT
    sent_0,
    CASE WHEN CAST(CAST(sent_0 AS INTEGER) AS TEXT) = sent_0 THEN CAST(sent_0 AS INTEGER) END AS typed_0,
    sent_1,
    CASE substr(sent_1, 1, 1) WHEN '"' THEN sent_1 ->> '$' ELSE nullif(sent_1, 'null') END AS typed_1,
    sent_2,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_2 ->> '$') AS text)
              WHERE sent_2 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_2,
    sent_3,
    (
      SELECT CASE size WHEN '0' THEN size ELSE sign || size END
      FROM (
        SELECT sign, above, rtrim(rtrim(ifnull(nullif(above, ''), '0') || '.' || below, '0'), '.') AS size
        FROM (
          SELECT sign, ltrim(substr(digits, 1, point), '0') AS above, substr(digits, point + 1, 9) AS below
          FROM (
            SELECT
              CASE WHEN mantissa GLOB '-*' THEN '-' ELSE '' END AS sign,
              printf('%0100d', 0) || replace(ltrim(mantissa, '-'), '.', '') || printf('%0100d', 0) AS digits,
              99 + instr(ltrim(mantissa, '-') || '.', '.') + max(exponent, -100) AS point
            FROM (
              SELECT substr(json, 1, split - 1) AS mantissa, CAST(substr(json, split + 1) AS INTEGER) AS exponent
              FROM (SELECT sent_3 AS json, instr(lower(sent_3) || 'e', 'e') AS split)
            )
            WHERE mantissa GLOB '[-0-9]*' AND instr(mantissa || '.', '.') < 90 AND exponent <= 100
          )
        )
      )
      WHERE length(above) <= 29
    ) AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    (
      SELECT day
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_5 ->> '$') AS text)
              WHERE sent_5 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_5,
    sent_6,
    (
      SELECT local || fraction
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_6 ->> '$') AS text)
              WHERE sent_6 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_6,
    sent_7,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_7 ->> '$') AS text)
              WHERE sent_7 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_7,
    sent_8,
    (
      SELECT clock || rtrim(rtrim(fraction, '0'), '.') || replace(zone, ':00', '')
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '2000-01-01T' || upper(sent_8 ->> '$') AS text)
              WHERE sent_8 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_8,
    sent_9,
    CASE substr(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE substr(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE substr(sent_11, 1, 1) WHEN '"' THEN sent_11 ->> '$' ELSE nullif(sent_11, 'null') END AS typed_11,
    sent_12,
    nullif(sent_12, 'null') AS typed_12,
    sent_13,
    CASE substr(sent_13, 1, 1) WHEN '"' THEN sent_13 ->> '$' ELSE nullif(sent_13, 'null') END AS typed_13,
    sent_14,
    (
      SELECT utc || fraction || 'Z'
      FROM (
        SELECT
          *,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock) AS local,
          strftime('%Y-%m-%dT%H:%M:%S', day || 'T' || clock || zone) AS utc,
          substr('.' || substr(decimals, 2) || '000000', 1, 7) AS fraction
        FROM (
          SELECT
            day,
            CASE time WHEN '' THEN '00:00:00' ELSE substr(time || ':00', 1, 8) END AS clock,
            substr(time, 9) AS decimals,
            CASE length(zone)
              WHEN 0 THEN '+00:00'
              WHEN 1 THEN replace(zone, 'Z', '+00:00')
              WHEN 3 THEN zone || ':00'
              WHEN 5 THEN substr(zone, 1, 3) || ':' || substr(zone, 4)
              WHEN 6 THEN zone
            END AS zone
          FROM (
            SELECT day, substr(time, 1, length(time) - zone_length) AS time, substr(time, length(time) - zone_length + 1) AS zone
            FROM (
              SELECT
                substr(text, 1, 10) AS day,
                substr(text, 12) AS time,
                length(ltrim(substr(text, 12), '0123456789:.')) AS zone_length
              FROM (SELECT '' || upper(sent_14 ->> '$') AS text)
              WHERE sent_14 GLOB '"?*"' AND substr(text, 11, 1) IN ('', ' ', 'T')
            )
          )
        )
        WHERE date(day) = day AND time(clock) = clock
          AND (decimals = '' OR decimals GLOB '.[0-9]*' AND substr(decimals, 2) NOT GLOB '*[^0-9]*')
      )
      WHERE utc GLOB '[0-9]*'
    ) AS typed_14,
    "_airbyte_raw_id",
    "_airbyte_extracted_at",
    "_airbyte_meta",
    "_airbyte_generation_id"
  FROM sent
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
  '{"changes":[' || concat_ws(',',
    CASE WHEN sent_0 <> 'null' AND typed_0 IS NULL THEN '{"field":"id","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_1 <> 'null' AND typed_1 IS NULL THEN '{"field":"Region","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_2 <> 'null' AND typed_2 IS NULL THEN '{"field":"updated at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_3 <> 'null' AND typed_3 IS NULL THEN '{"field":"price","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_4 <> 'null' AND typed_4 IS NULL THEN '{"field":"active","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_5 <> 'null' AND typed_5 IS NULL THEN '{"field":"born","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_6 <> 'null' AND typed_6 IS NULL THEN '{"field":"local","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_7 <> 'null' AND typed_7 IS NULL THEN '{"field":"opens","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_8 <> 'null' AND typed_8 IS NULL THEN '{"field":"closes","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_9 <> 'null' AND typed_9 IS NULL THEN '{"field":"address","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_10 <> 'null' AND typed_10 IS NULL THEN '{"field":"tags","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_11 <> 'null' AND typed_11 IS NULL THEN '{"field":"either","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_12 <> 'null' AND typed_12 IS NULL THEN '{"field":"anything","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_13 <> 'null' AND typed_13 IS NULL THEN '{"field":"it''s","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    CASE WHEN sent_14 <> 'null' AND typed_14 IS NULL THEN '{"field":"_ab_cdc_deleted_at","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}' END,
    nullif(trim("_airbyte_meta" -> '$.changes', '[]'), '')
  ) || '],"sync_id":' || ifnull("_airbyte_meta" -> '$.sync_id', 'null') || '}' AS "_airbyte_meta",
  "_airbyte_generation_id"
FROM typed
) AS typed
) AS ranked
WHERE place = 1
) AS newest
WHERE "_ab_cdc_deleted_at" IS NULL;

DELETE FROM "airbyte_internal.shop_raw__stream_Users_airbyte_deletions"
WHERE TRUE;

INSERT INTO "airbyte_internal.shop_raw__stream_Users_airbyte_deletions" ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", "_airbyte_deleted_key")
SELECT "_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_loaded_at", "_airbyte_data", "_airbyte_meta", "_airbyte_generation_id", COALESCE(CAST("_airbyte_data" ->> '$."id"' AS TEXT), '') AS "_airbyte_deleted_key"
FROM "airbyte_internal.shop_raw__stream_Users"
WHERE CAST("_airbyte_data" ->> '$."_ab_cdc_deleted_at"' AS TEXT) IS NOT NULL;

UPDATE "airbyte_internal.shop_raw__stream_Users"
SET "_airbyte_loaded_at" = CURRENT_TIMESTAMP
WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "shop.Users";

ALTER TABLE "shop.Users_ab_soft_reset" RENAME TO "shop.Users";

DROP INDEX IF EXISTS "shop.Users key";

CREATE INDEX "shop.Users key" ON "shop.Users" ("Region", "id");

COMMIT;
