-- The first sync: schemas and the raw table

CREATE SCHEMA IF NOT EXISTS `airbyte_internal`
OPTIONS (location = 'EU');

CREATE SCHEMA IF NOT EXISTS `shop`
OPTIONS (location = 'EU');

CREATE TABLE `airbyte_internal`.`shop_raw__stream_Users` (
  `_airbyte_raw_id` STRING,
  `_airbyte_extracted_at` TIMESTAMP,
  `_airbyte_loaded_at` TIMESTAMP,
  `_airbyte_data` STRING,
  `_airbyte_meta` STRING,
  `_airbyte_generation_id` INT64
)
PARTITION BY RANGE_BUCKET(`_airbyte_generation_id`, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY `_airbyte_extracted_at`;

-- Where earlier deletions cannot be found quickly yet

DROP TABLE IF EXISTS `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions`;

CREATE TABLE `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions` AS
SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '') AS `_airbyte_deleted_key`
FROM `airbyte_internal`.`shop_raw__stream_Users`
WHERE `_airbyte_loaded_at` IS NOT NULL
  AND COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')), JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) IS NOT NULL;

-- The first raw rows, with which the final table is made

CREATE TABLE `shop`.`Users` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: one row per ["Region","id"]'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `id` INT64,
  `Region` STRING,
  `updated_at` TIMESTAMP,
  `price` NUMERIC,
  `active` BOOL,
  `born` DATE,
  `local` DATETIME,
  `opens` TIME,
  `closes` STRING,
  `address` JSON,
  `tags` JSON,
  `either` STRING,
  `anything` JSON,
  `it_s` STRING,
  `_ab_cdc_deleted_at` TIMESTAMP
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `id`, `Region`, `_airbyte_extracted_at`;

BEGIN;

DECLARE unprocessed_since TIMESTAMP DEFAULT (
  SELECT MIN(`_airbyte_extracted_at`)
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE `_airbyte_loaded_at` IS NULL
);

INSERT INTO `shop`.`Users` (
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
)
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
FROM (
SELECT *
FROM (
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  PARSE_JSON(CONCAT(
    '{"changes":[',
    ARRAY_TO_STRING([
      '{"field":' || NULLIF(ARRAY_TO_STRING([
        IF(value_0 IS NOT NULL AND typed_0 IS NULL, '"id"', NULL),
        IF(value_2 IS NOT NULL AND typed_2 IS NULL, '"updated at"', NULL),
        IF(value_3 IS NOT NULL AND typed_3 IS NULL, '"price"', NULL),
        IF(value_4 IS NOT NULL AND typed_4 IS NULL, '"active"', NULL),
        IF(value_5 IS NOT NULL AND typed_5 IS NULL, '"born"', NULL),
        IF(value_6 IS NOT NULL AND typed_6 IS NULL, '"local"', NULL),
        IF(value_7 IS NOT NULL AND typed_7 IS NULL, '"opens"', NULL),
        IF(value_8 IS NOT NULL AND typed_8 IS NULL, '"closes"', NULL),
        IF(value_9 IS NOT NULL AND typed_9 IS NULL, '"address"', NULL),
        IF(value_10 IS NOT NULL AND typed_10 IS NULL, '"tags"', NULL),
        IF(value_12 IS NOT NULL AND typed_12 IS NULL, '"anything"', NULL),
        IF(value_14 IS NOT NULL AND typed_14 IS NULL, '"_ab_cdc_deleted_at"', NULL)
      ], ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"},{"field":'), '') || ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}',
      NULLIF(SUBSTR(JSON_QUERY(`_airbyte_meta`, '$.changes'), 2, LENGTH(JSON_QUERY(`_airbyte_meta`, '$.changes')) - 2), '')
    ], ','),
    '],"sync_id":',
    COALESCE(JSON_QUERY(`_airbyte_meta`, '$.sync_id'), 'null'),
    '}'
  ), wide_number_mode => 'round') AS `_airbyte_meta`,
  `_airbyte_generation_id`,
  typed_0 AS `id`,
  typed_1 AS `Region`,
  typed_2 AS `updated_at`,
  typed_3 AS `price`,
  typed_4 AS `active`,
  typed_5 AS `born`,
  typed_6 AS `local`,
  typed_7 AS `opens`,
  typed_8 AS `closes`,
  typed_9 AS `address`,
  typed_10 AS `tags`,
  typed_11 AS `either`,
  typed_12 AS `anything`,
  typed_13 AS `it_s`,
  typed_14 AS `_ab_cdc_deleted_at`
FROM (
  SELECT
    COALESCE(SAFE_CAST(text_0 AS INT64), IF(REGEXP_CONTAINS(text_0, r'^[^.eE]*((\.\d{0,38}0*)?([eE]\+?\d+)?|(\.\d{0,28}0*)?[eE]-0?\d)\s*$') AND SAFE_CAST(text_0 AS BIGNUMERIC) = TRUNC(SAFE_CAST(text_0 AS BIGNUMERIC)), SAFE_CAST(SAFE_CAST(text_0 AS BIGNUMERIC) AS INT64), NULL)) AS typed_0,
    COALESCE(text_1, value_1) AS typed_1,
    COALESCE(SAFE_CAST(text_2 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_2, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_2,
    SAFE_CAST(text_3 AS NUMERIC) AS typed_3,
    SAFE_CAST(text_4 AS BOOL) AS typed_4,
    COALESCE(SAFE_CAST(text_5 AS DATE), IF(SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_5, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP) IS NULL, NULL, SAFE_CAST(REGEXP_EXTRACT(text_5, r'^\d+-\d+-\d+') AS DATE))) AS typed_5,
    COALESCE(SAFE_CAST(text_6 AS DATETIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_6, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS DATETIME)) AS typed_6,
    COALESCE(SAFE_CAST(text_7 AS TIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_7, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS TIME)) AS typed_7,
    text_8 AS typed_8,
    IF(STARTS_WITH(value_9, '{'), SAFE.PARSE_JSON(value_9, wide_number_mode => 'round'), NULL) AS typed_9,
    IF(STARTS_WITH(value_10, '['), SAFE.PARSE_JSON(value_10, wide_number_mode => 'round'), NULL) AS typed_10,
    COALESCE(text_11, value_11) AS typed_11,
    SAFE.PARSE_JSON(value_12, wide_number_mode => 'round') AS typed_12,
    COALESCE(text_13, value_13) AS typed_13,
    COALESCE(SAFE_CAST(text_14 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_14, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_14,
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
    value_12,
    value_14,
    `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
  FROM (
    SELECT
      JSON_VALUE(value_0) AS text_0,
      JSON_VALUE(value_1) AS text_1,
      JSON_VALUE(value_2) AS text_2,
      JSON_VALUE(value_3) AS text_3,
      JSON_VALUE(value_4) AS text_4,
      JSON_VALUE(value_5) AS text_5,
      JSON_VALUE(value_6) AS text_6,
      JSON_VALUE(value_7) AS text_7,
      JSON_VALUE(value_8) AS text_8,
      JSON_VALUE(value_11) AS text_11,
      JSON_VALUE(value_13) AS text_13,
      JSON_VALUE(value_14) AS text_14,
      value_0,
      value_1,
      value_2,
      value_3,
      value_4,
      value_5,
      value_6,
      value_7,
      value_8,
      value_9,
      value_10,
      value_11,
      value_12,
      value_13,
      value_14,
      `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
    FROM (
      SELECT
        JSON_QUERY(`_airbyte_data`, '$."id"') AS value_0,
        JSON_QUERY(`_airbyte_data`, '$."Region"') AS value_1,
        JSON_QUERY(`_airbyte_data`, '$."updated at"') AS value_2,
        JSON_QUERY(`_airbyte_data`, '$."price"') AS value_3,
        JSON_QUERY(`_airbyte_data`, '$."active"') AS value_4,
        JSON_QUERY(`_airbyte_data`, '$."born"') AS value_5,
        JSON_QUERY(`_airbyte_data`, '$."local"') AS value_6,
        JSON_QUERY(`_airbyte_data`, '$."opens"') AS value_7,
        JSON_QUERY(`_airbyte_data`, '$."closes"') AS value_8,
        JSON_QUERY(`_airbyte_data`, '$."address"') AS value_9,
        JSON_QUERY(`_airbyte_data`, '$."tags"') AS value_10,
        JSON_QUERY(`_airbyte_data`, '$."either"') AS value_11,
        COALESCE(JSON_QUERY(`_airbyte_data`, '$."anything"'), IF(JSON_QUERY(SAFE.PARSE_JSON(`_airbyte_data`, wide_number_mode => 'round'), '$."anything"') IS NOT NULL, 'null', NULL)) AS value_12,
        JSON_QUERY(`_airbyte_data`, '$."it\'s"') AS value_13,
        JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS value_14,
        `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
      FROM (
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users`
          WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          UNION ALL
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions`
          WHERE `_airbyte_deleted_key` IN (
            SELECT COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '')
            FROM `airbyte_internal`.`shop_raw__stream_Users`
            WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          )
        ) AS source
    ) AS extracted
  ) AS scalars
) AS checked
) AS typed
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY `id`, `Region` ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC) = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;

INSERT INTO `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions` (`_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, `_airbyte_deleted_key`)
SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '') AS `_airbyte_deleted_key`
FROM `airbyte_internal`.`shop_raw__stream_Users`
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
  AND COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')), JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) IS NOT NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = CURRENT_TIMESTAMP()
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since;

COMMIT;

-- What the tables hold, at the start of a later sync

SELECT
  NOT EXISTS (SELECT 1 FROM `airbyte_internal`.`shop_raw__stream_Users`) AS is_empty,
  EXISTS (SELECT 1 FROM `airbyte_internal`.`shop_raw__stream_Users` WHERE `_airbyte_loaded_at` IS NULL) AS has_unprocessed,
  FALSE AS has_other_generation,
  TRUE AS has_deletion_index;

SELECT
  NOT EXISTS (SELECT 1 FROM `shop`.`Users`) AS is_empty,
  FALSE AS has_other_generation,
  NOT EXISTS (
    SELECT 1
    FROM `shop`.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
    WHERE table_name = 'Users'
      AND field_path = '_airbyte_raw_id'
      AND description = 'Landfall: is being filled anew'
  ) AND (
    EXISTS (
    SELECT 1
    FROM `shop`.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
    WHERE table_name = 'Users'
      AND field_path = '_airbyte_raw_id'
      AND description = 'Landfall: one row per ["Region","id"]'
  )
    OR (NOT EXISTS (
    SELECT 1
    FROM `shop`.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
    WHERE table_name = 'Users'
      AND field_path = '_airbyte_raw_id'
      AND STARTS_WITH(description, 'Landfall:')
  ) AND (
    SELECT COUNT(*) = 2
    FROM `shop`.INFORMATION_SCHEMA.COLUMNS
    WHERE table_name = 'Users'
      AND LOWER(column_name) IN ('id', 'region')
      AND clustering_ordinal_position IS NOT NULL
  ))
  ) AS is_deduplicated,
  EXISTS (
    SELECT 1
    FROM `shop`.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
    WHERE table_name = 'Users'
      AND field_path = '_airbyte_raw_id'
      AND description = 'Landfall: one row per ["Region","id"]'
  ) AS is_marked;

-- New raw rows into an empty final table

BEGIN;

DECLARE unprocessed_since TIMESTAMP DEFAULT (
  SELECT MIN(`_airbyte_extracted_at`)
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE `_airbyte_loaded_at` IS NULL
);

INSERT INTO `shop`.`Users` (
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
)
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
FROM (
SELECT *
FROM (
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  PARSE_JSON(CONCAT(
    '{"changes":[',
    ARRAY_TO_STRING([
      '{"field":' || NULLIF(ARRAY_TO_STRING([
        IF(value_0 IS NOT NULL AND typed_0 IS NULL, '"id"', NULL),
        IF(value_2 IS NOT NULL AND typed_2 IS NULL, '"updated at"', NULL),
        IF(value_3 IS NOT NULL AND typed_3 IS NULL, '"price"', NULL),
        IF(value_4 IS NOT NULL AND typed_4 IS NULL, '"active"', NULL),
        IF(value_5 IS NOT NULL AND typed_5 IS NULL, '"born"', NULL),
        IF(value_6 IS NOT NULL AND typed_6 IS NULL, '"local"', NULL),
        IF(value_7 IS NOT NULL AND typed_7 IS NULL, '"opens"', NULL),
        IF(value_8 IS NOT NULL AND typed_8 IS NULL, '"closes"', NULL),
        IF(value_9 IS NOT NULL AND typed_9 IS NULL, '"address"', NULL),
        IF(value_10 IS NOT NULL AND typed_10 IS NULL, '"tags"', NULL),
        IF(value_12 IS NOT NULL AND typed_12 IS NULL, '"anything"', NULL),
        IF(value_14 IS NOT NULL AND typed_14 IS NULL, '"_ab_cdc_deleted_at"', NULL)
      ], ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"},{"field":'), '') || ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}',
      NULLIF(SUBSTR(JSON_QUERY(`_airbyte_meta`, '$.changes'), 2, LENGTH(JSON_QUERY(`_airbyte_meta`, '$.changes')) - 2), '')
    ], ','),
    '],"sync_id":',
    COALESCE(JSON_QUERY(`_airbyte_meta`, '$.sync_id'), 'null'),
    '}'
  ), wide_number_mode => 'round') AS `_airbyte_meta`,
  `_airbyte_generation_id`,
  typed_0 AS `id`,
  typed_1 AS `Region`,
  typed_2 AS `updated_at`,
  typed_3 AS `price`,
  typed_4 AS `active`,
  typed_5 AS `born`,
  typed_6 AS `local`,
  typed_7 AS `opens`,
  typed_8 AS `closes`,
  typed_9 AS `address`,
  typed_10 AS `tags`,
  typed_11 AS `either`,
  typed_12 AS `anything`,
  typed_13 AS `it_s`,
  typed_14 AS `_ab_cdc_deleted_at`
FROM (
  SELECT
    COALESCE(SAFE_CAST(text_0 AS INT64), IF(REGEXP_CONTAINS(text_0, r'^[^.eE]*((\.\d{0,38}0*)?([eE]\+?\d+)?|(\.\d{0,28}0*)?[eE]-0?\d)\s*$') AND SAFE_CAST(text_0 AS BIGNUMERIC) = TRUNC(SAFE_CAST(text_0 AS BIGNUMERIC)), SAFE_CAST(SAFE_CAST(text_0 AS BIGNUMERIC) AS INT64), NULL)) AS typed_0,
    COALESCE(text_1, value_1) AS typed_1,
    COALESCE(SAFE_CAST(text_2 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_2, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_2,
    SAFE_CAST(text_3 AS NUMERIC) AS typed_3,
    SAFE_CAST(text_4 AS BOOL) AS typed_4,
    COALESCE(SAFE_CAST(text_5 AS DATE), IF(SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_5, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP) IS NULL, NULL, SAFE_CAST(REGEXP_EXTRACT(text_5, r'^\d+-\d+-\d+') AS DATE))) AS typed_5,
    COALESCE(SAFE_CAST(text_6 AS DATETIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_6, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS DATETIME)) AS typed_6,
    COALESCE(SAFE_CAST(text_7 AS TIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_7, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS TIME)) AS typed_7,
    text_8 AS typed_8,
    IF(STARTS_WITH(value_9, '{'), SAFE.PARSE_JSON(value_9, wide_number_mode => 'round'), NULL) AS typed_9,
    IF(STARTS_WITH(value_10, '['), SAFE.PARSE_JSON(value_10, wide_number_mode => 'round'), NULL) AS typed_10,
    COALESCE(text_11, value_11) AS typed_11,
    SAFE.PARSE_JSON(value_12, wide_number_mode => 'round') AS typed_12,
    COALESCE(text_13, value_13) AS typed_13,
    COALESCE(SAFE_CAST(text_14 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_14, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_14,
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
    value_12,
    value_14,
    `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
  FROM (
    SELECT
      JSON_VALUE(value_0) AS text_0,
      JSON_VALUE(value_1) AS text_1,
      JSON_VALUE(value_2) AS text_2,
      JSON_VALUE(value_3) AS text_3,
      JSON_VALUE(value_4) AS text_4,
      JSON_VALUE(value_5) AS text_5,
      JSON_VALUE(value_6) AS text_6,
      JSON_VALUE(value_7) AS text_7,
      JSON_VALUE(value_8) AS text_8,
      JSON_VALUE(value_11) AS text_11,
      JSON_VALUE(value_13) AS text_13,
      JSON_VALUE(value_14) AS text_14,
      value_0,
      value_1,
      value_2,
      value_3,
      value_4,
      value_5,
      value_6,
      value_7,
      value_8,
      value_9,
      value_10,
      value_11,
      value_12,
      value_13,
      value_14,
      `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
    FROM (
      SELECT
        JSON_QUERY(`_airbyte_data`, '$."id"') AS value_0,
        JSON_QUERY(`_airbyte_data`, '$."Region"') AS value_1,
        JSON_QUERY(`_airbyte_data`, '$."updated at"') AS value_2,
        JSON_QUERY(`_airbyte_data`, '$."price"') AS value_3,
        JSON_QUERY(`_airbyte_data`, '$."active"') AS value_4,
        JSON_QUERY(`_airbyte_data`, '$."born"') AS value_5,
        JSON_QUERY(`_airbyte_data`, '$."local"') AS value_6,
        JSON_QUERY(`_airbyte_data`, '$."opens"') AS value_7,
        JSON_QUERY(`_airbyte_data`, '$."closes"') AS value_8,
        JSON_QUERY(`_airbyte_data`, '$."address"') AS value_9,
        JSON_QUERY(`_airbyte_data`, '$."tags"') AS value_10,
        JSON_QUERY(`_airbyte_data`, '$."either"') AS value_11,
        COALESCE(JSON_QUERY(`_airbyte_data`, '$."anything"'), IF(JSON_QUERY(SAFE.PARSE_JSON(`_airbyte_data`, wide_number_mode => 'round'), '$."anything"') IS NOT NULL, 'null', NULL)) AS value_12,
        JSON_QUERY(`_airbyte_data`, '$."it\'s"') AS value_13,
        JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS value_14,
        `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
      FROM (
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users`
          WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          UNION ALL
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions`
          WHERE `_airbyte_deleted_key` IN (
            SELECT COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '')
            FROM `airbyte_internal`.`shop_raw__stream_Users`
            WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          )
        ) AS source
    ) AS extracted
  ) AS scalars
) AS checked
) AS typed
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY `id`, `Region` ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC) = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;

INSERT INTO `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions` (`_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, `_airbyte_deleted_key`)
SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '') AS `_airbyte_deleted_key`
FROM `airbyte_internal`.`shop_raw__stream_Users`
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
  AND COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')), JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) IS NOT NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = CURRENT_TIMESTAMP()
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since;

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

DECLARE unprocessed_since TIMESTAMP DEFAULT (
  SELECT MIN(`_airbyte_extracted_at`)
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE `_airbyte_loaded_at` IS NULL
);

CREATE TEMP TABLE `Users_ab_staged` AS
SELECT *
FROM (
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  PARSE_JSON(CONCAT(
    '{"changes":[',
    ARRAY_TO_STRING([
      '{"field":' || NULLIF(ARRAY_TO_STRING([
        IF(value_0 IS NOT NULL AND typed_0 IS NULL, '"id"', NULL),
        IF(value_2 IS NOT NULL AND typed_2 IS NULL, '"updated at"', NULL),
        IF(value_3 IS NOT NULL AND typed_3 IS NULL, '"price"', NULL),
        IF(value_4 IS NOT NULL AND typed_4 IS NULL, '"active"', NULL),
        IF(value_5 IS NOT NULL AND typed_5 IS NULL, '"born"', NULL),
        IF(value_6 IS NOT NULL AND typed_6 IS NULL, '"local"', NULL),
        IF(value_7 IS NOT NULL AND typed_7 IS NULL, '"opens"', NULL),
        IF(value_8 IS NOT NULL AND typed_8 IS NULL, '"closes"', NULL),
        IF(value_9 IS NOT NULL AND typed_9 IS NULL, '"address"', NULL),
        IF(value_10 IS NOT NULL AND typed_10 IS NULL, '"tags"', NULL),
        IF(value_12 IS NOT NULL AND typed_12 IS NULL, '"anything"', NULL),
        IF(value_14 IS NOT NULL AND typed_14 IS NULL, '"_ab_cdc_deleted_at"', NULL)
      ], ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"},{"field":'), '') || ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}',
      NULLIF(SUBSTR(JSON_QUERY(`_airbyte_meta`, '$.changes'), 2, LENGTH(JSON_QUERY(`_airbyte_meta`, '$.changes')) - 2), '')
    ], ','),
    '],"sync_id":',
    COALESCE(JSON_QUERY(`_airbyte_meta`, '$.sync_id'), 'null'),
    '}'
  ), wide_number_mode => 'round') AS `_airbyte_meta`,
  `_airbyte_generation_id`,
  typed_0 AS `id`,
  typed_1 AS `Region`,
  typed_2 AS `updated_at`,
  typed_3 AS `price`,
  typed_4 AS `active`,
  typed_5 AS `born`,
  typed_6 AS `local`,
  typed_7 AS `opens`,
  typed_8 AS `closes`,
  typed_9 AS `address`,
  typed_10 AS `tags`,
  typed_11 AS `either`,
  typed_12 AS `anything`,
  typed_13 AS `it_s`,
  typed_14 AS `_ab_cdc_deleted_at`
FROM (
  SELECT
    COALESCE(SAFE_CAST(text_0 AS INT64), IF(REGEXP_CONTAINS(text_0, r'^[^.eE]*((\.\d{0,38}0*)?([eE]\+?\d+)?|(\.\d{0,28}0*)?[eE]-0?\d)\s*$') AND SAFE_CAST(text_0 AS BIGNUMERIC) = TRUNC(SAFE_CAST(text_0 AS BIGNUMERIC)), SAFE_CAST(SAFE_CAST(text_0 AS BIGNUMERIC) AS INT64), NULL)) AS typed_0,
    COALESCE(text_1, value_1) AS typed_1,
    COALESCE(SAFE_CAST(text_2 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_2, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_2,
    SAFE_CAST(text_3 AS NUMERIC) AS typed_3,
    SAFE_CAST(text_4 AS BOOL) AS typed_4,
    COALESCE(SAFE_CAST(text_5 AS DATE), IF(SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_5, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP) IS NULL, NULL, SAFE_CAST(REGEXP_EXTRACT(text_5, r'^\d+-\d+-\d+') AS DATE))) AS typed_5,
    COALESCE(SAFE_CAST(text_6 AS DATETIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_6, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS DATETIME)) AS typed_6,
    COALESCE(SAFE_CAST(text_7 AS TIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_7, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS TIME)) AS typed_7,
    text_8 AS typed_8,
    IF(STARTS_WITH(value_9, '{'), SAFE.PARSE_JSON(value_9, wide_number_mode => 'round'), NULL) AS typed_9,
    IF(STARTS_WITH(value_10, '['), SAFE.PARSE_JSON(value_10, wide_number_mode => 'round'), NULL) AS typed_10,
    COALESCE(text_11, value_11) AS typed_11,
    SAFE.PARSE_JSON(value_12, wide_number_mode => 'round') AS typed_12,
    COALESCE(text_13, value_13) AS typed_13,
    COALESCE(SAFE_CAST(text_14 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_14, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_14,
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
    value_12,
    value_14,
    `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
  FROM (
    SELECT
      JSON_VALUE(value_0) AS text_0,
      JSON_VALUE(value_1) AS text_1,
      JSON_VALUE(value_2) AS text_2,
      JSON_VALUE(value_3) AS text_3,
      JSON_VALUE(value_4) AS text_4,
      JSON_VALUE(value_5) AS text_5,
      JSON_VALUE(value_6) AS text_6,
      JSON_VALUE(value_7) AS text_7,
      JSON_VALUE(value_8) AS text_8,
      JSON_VALUE(value_11) AS text_11,
      JSON_VALUE(value_13) AS text_13,
      JSON_VALUE(value_14) AS text_14,
      value_0,
      value_1,
      value_2,
      value_3,
      value_4,
      value_5,
      value_6,
      value_7,
      value_8,
      value_9,
      value_10,
      value_11,
      value_12,
      value_13,
      value_14,
      `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
    FROM (
      SELECT
        JSON_QUERY(`_airbyte_data`, '$."id"') AS value_0,
        JSON_QUERY(`_airbyte_data`, '$."Region"') AS value_1,
        JSON_QUERY(`_airbyte_data`, '$."updated at"') AS value_2,
        JSON_QUERY(`_airbyte_data`, '$."price"') AS value_3,
        JSON_QUERY(`_airbyte_data`, '$."active"') AS value_4,
        JSON_QUERY(`_airbyte_data`, '$."born"') AS value_5,
        JSON_QUERY(`_airbyte_data`, '$."local"') AS value_6,
        JSON_QUERY(`_airbyte_data`, '$."opens"') AS value_7,
        JSON_QUERY(`_airbyte_data`, '$."closes"') AS value_8,
        JSON_QUERY(`_airbyte_data`, '$."address"') AS value_9,
        JSON_QUERY(`_airbyte_data`, '$."tags"') AS value_10,
        JSON_QUERY(`_airbyte_data`, '$."either"') AS value_11,
        COALESCE(JSON_QUERY(`_airbyte_data`, '$."anything"'), IF(JSON_QUERY(SAFE.PARSE_JSON(`_airbyte_data`, wide_number_mode => 'round'), '$."anything"') IS NOT NULL, 'null', NULL)) AS value_12,
        JSON_QUERY(`_airbyte_data`, '$."it\'s"') AS value_13,
        JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS value_14,
        `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
      FROM (
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users`
          WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          UNION ALL
          SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`
          FROM `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions`
          WHERE `_airbyte_deleted_key` IN (
            SELECT COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '')
            FROM `airbyte_internal`.`shop_raw__stream_Users`
            WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
          )
        ) AS source
    ) AS extracted
  ) AS scalars
) AS checked
) AS typed
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY `id`, `Region` ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC) = 1;

BEGIN
DECLARE key_range STRUCT<low INT64, high INT64> DEFAULT (
    SELECT AS STRUCT MIN(`id`) AS low, MAX(`id`) AS high
    FROM `Users_ab_staged`
  );
MERGE INTO `shop`.`Users` AS target
USING (
  SELECT *
  FROM `Users_ab_staged`
  WHERE `id` IS NOT NULL AND `Region` IS NOT NULL
) AS staged
ON target.`id` = staged.`id`

  AND target.`Region` = staged.`Region`

  AND target.`id` BETWEEN key_range.low AND key_range.high
WHEN MATCHED AND staged.`_ab_cdc_deleted_at` IS NOT NULL AND (
    staged.`_airbyte_extracted_at` > target.`_airbyte_extracted_at`
    OR (staged.`_airbyte_extracted_at` = target.`_airbyte_extracted_at` AND staged.`_airbyte_raw_id` >= target.`_airbyte_raw_id`)
  ) THEN DELETE
WHEN MATCHED AND (
    staged.`_airbyte_extracted_at` > target.`_airbyte_extracted_at`
    OR (staged.`_airbyte_extracted_at` = target.`_airbyte_extracted_at` AND staged.`_airbyte_raw_id` >= target.`_airbyte_raw_id`)
  ) THEN UPDATE SET
  `_airbyte_raw_id` = staged.`_airbyte_raw_id`,
  `_airbyte_extracted_at` = staged.`_airbyte_extracted_at`,
  `_airbyte_meta` = staged.`_airbyte_meta`,
  `_airbyte_generation_id` = staged.`_airbyte_generation_id`,
  `id` = staged.`id`,
  `Region` = staged.`Region`,
  `updated_at` = staged.`updated_at`,
  `price` = staged.`price`,
  `active` = staged.`active`,
  `born` = staged.`born`,
  `local` = staged.`local`,
  `opens` = staged.`opens`,
  `closes` = staged.`closes`,
  `address` = staged.`address`,
  `tags` = staged.`tags`,
  `either` = staged.`either`,
  `anything` = staged.`anything`,
  `it_s` = staged.`it_s`,
  `_ab_cdc_deleted_at` = staged.`_ab_cdc_deleted_at`
WHEN NOT MATCHED AND staged.`_ab_cdc_deleted_at` IS NULL THEN INSERT (
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
) VALUES (
  staged.`_airbyte_raw_id`,
  staged.`_airbyte_extracted_at`,
  staged.`_airbyte_meta`,
  staged.`_airbyte_generation_id`,
  staged.`id`,
  staged.`Region`,
  staged.`updated_at`,
  staged.`price`,
  staged.`active`,
  staged.`born`,
  staged.`local`,
  staged.`opens`,
  staged.`closes`,
  staged.`address`,
  staged.`tags`,
  staged.`either`,
  staged.`anything`,
  staged.`it_s`,
  staged.`_ab_cdc_deleted_at`
);
IF EXISTS (SELECT 1 FROM `Users_ab_staged` WHERE `id` IS NULL OR `Region` IS NULL) THEN
MERGE INTO `shop`.`Users` AS target
USING (
  SELECT *
  FROM `Users_ab_staged`
  WHERE `id` IS NULL OR `Region` IS NULL
) AS staged
ON TO_JSON_STRING(STRUCT(target.`id`, target.`Region`)) = TO_JSON_STRING(STRUCT(staged.`id`, staged.`Region`))
WHEN MATCHED AND staged.`_ab_cdc_deleted_at` IS NOT NULL AND (
    staged.`_airbyte_extracted_at` > target.`_airbyte_extracted_at`
    OR (staged.`_airbyte_extracted_at` = target.`_airbyte_extracted_at` AND staged.`_airbyte_raw_id` >= target.`_airbyte_raw_id`)
  ) THEN DELETE
WHEN MATCHED AND (
    staged.`_airbyte_extracted_at` > target.`_airbyte_extracted_at`
    OR (staged.`_airbyte_extracted_at` = target.`_airbyte_extracted_at` AND staged.`_airbyte_raw_id` >= target.`_airbyte_raw_id`)
  ) THEN UPDATE SET
  `_airbyte_raw_id` = staged.`_airbyte_raw_id`,
  `_airbyte_extracted_at` = staged.`_airbyte_extracted_at`,
  `_airbyte_meta` = staged.`_airbyte_meta`,
  `_airbyte_generation_id` = staged.`_airbyte_generation_id`,
  `id` = staged.`id`,
  `Region` = staged.`Region`,
  `updated_at` = staged.`updated_at`,
  `price` = staged.`price`,
  `active` = staged.`active`,
  `born` = staged.`born`,
  `local` = staged.`local`,
  `opens` = staged.`opens`,
  `closes` = staged.`closes`,
  `address` = staged.`address`,
  `tags` = staged.`tags`,
  `either` = staged.`either`,
  `anything` = staged.`anything`,
  `it_s` = staged.`it_s`,
  `_ab_cdc_deleted_at` = staged.`_ab_cdc_deleted_at`
WHEN NOT MATCHED AND staged.`_ab_cdc_deleted_at` IS NULL THEN INSERT (
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
) VALUES (
  staged.`_airbyte_raw_id`,
  staged.`_airbyte_extracted_at`,
  staged.`_airbyte_meta`,
  staged.`_airbyte_generation_id`,
  staged.`id`,
  staged.`Region`,
  staged.`updated_at`,
  staged.`price`,
  staged.`active`,
  staged.`born`,
  staged.`local`,
  staged.`opens`,
  staged.`closes`,
  staged.`address`,
  staged.`tags`,
  staged.`either`,
  staged.`anything`,
  staged.`it_s`,
  staged.`_ab_cdc_deleted_at`
);
END IF;
END;

DROP TABLE `Users_ab_staged`;

INSERT INTO `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions` (`_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, `_airbyte_deleted_key`)
SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '') AS `_airbyte_deleted_key`
FROM `airbyte_internal`.`shop_raw__stream_Users`
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since
  AND COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')), JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) IS NOT NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = CURRENT_TIMESTAMP()
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since;

COMMIT;

-- The final table anew, after its columns have changed

ALTER TABLE `shop`.`Users`
ALTER COLUMN `_airbyte_raw_id` SET OPTIONS (description = 'Landfall: is being filled anew');

BEGIN;

DECLARE unprocessed_since TIMESTAMP DEFAULT (
  SELECT MIN(`_airbyte_extracted_at`)
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE `_airbyte_loaded_at` IS NULL
);

DELETE FROM `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions`
WHERE TRUE;

INSERT INTO `airbyte_internal`.`shop_raw__stream_Users_airbyte_deletions` (`_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, `_airbyte_deleted_key`)
SELECT `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_loaded_at`, `_airbyte_data`, `_airbyte_meta`, `_airbyte_generation_id`, COALESCE(COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."id"')), JSON_QUERY(`_airbyte_data`, '$."id"')), '') AS `_airbyte_deleted_key`
FROM `airbyte_internal`.`shop_raw__stream_Users`
WHERE COALESCE(JSON_VALUE(JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')), JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) IS NOT NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = CURRENT_TIMESTAMP()
WHERE `_airbyte_loaded_at` IS NULL AND `_airbyte_extracted_at` >= unprocessed_since;

COMMIT;

CREATE OR REPLACE TABLE `shop`.`Users` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: one row per ["Region","id"]'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `id` INT64,
  `Region` STRING,
  `updated_at` TIMESTAMP,
  `price` NUMERIC,
  `active` BOOL,
  `born` DATE,
  `local` DATETIME,
  `opens` TIME,
  `closes` STRING,
  `address` JSON,
  `tags` JSON,
  `either` STRING,
  `anything` JSON,
  `it_s` STRING,
  `_ab_cdc_deleted_at` TIMESTAMP
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `id`, `Region`, `_airbyte_extracted_at`
AS
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`,
  `id`,
  `Region`,
  `updated_at`,
  `price`,
  `active`,
  `born`,
  `local`,
  `opens`,
  `closes`,
  `address`,
  `tags`,
  `either`,
  `anything`,
  `it_s`,
  `_ab_cdc_deleted_at`
FROM (
SELECT *
FROM (
SELECT
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  PARSE_JSON(CONCAT(
    '{"changes":[',
    ARRAY_TO_STRING([
      '{"field":' || NULLIF(ARRAY_TO_STRING([
        IF(value_0 IS NOT NULL AND typed_0 IS NULL, '"id"', NULL),
        IF(value_2 IS NOT NULL AND typed_2 IS NULL, '"updated at"', NULL),
        IF(value_3 IS NOT NULL AND typed_3 IS NULL, '"price"', NULL),
        IF(value_4 IS NOT NULL AND typed_4 IS NULL, '"active"', NULL),
        IF(value_5 IS NOT NULL AND typed_5 IS NULL, '"born"', NULL),
        IF(value_6 IS NOT NULL AND typed_6 IS NULL, '"local"', NULL),
        IF(value_7 IS NOT NULL AND typed_7 IS NULL, '"opens"', NULL),
        IF(value_8 IS NOT NULL AND typed_8 IS NULL, '"closes"', NULL),
        IF(value_9 IS NOT NULL AND typed_9 IS NULL, '"address"', NULL),
        IF(value_10 IS NOT NULL AND typed_10 IS NULL, '"tags"', NULL),
        IF(value_12 IS NOT NULL AND typed_12 IS NULL, '"anything"', NULL),
        IF(value_14 IS NOT NULL AND typed_14 IS NULL, '"_ab_cdc_deleted_at"', NULL)
      ], ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"},{"field":'), '') || ',"change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}',
      NULLIF(SUBSTR(JSON_QUERY(`_airbyte_meta`, '$.changes'), 2, LENGTH(JSON_QUERY(`_airbyte_meta`, '$.changes')) - 2), '')
    ], ','),
    '],"sync_id":',
    COALESCE(JSON_QUERY(`_airbyte_meta`, '$.sync_id'), 'null'),
    '}'
  ), wide_number_mode => 'round') AS `_airbyte_meta`,
  `_airbyte_generation_id`,
  typed_0 AS `id`,
  typed_1 AS `Region`,
  typed_2 AS `updated_at`,
  typed_3 AS `price`,
  typed_4 AS `active`,
  typed_5 AS `born`,
  typed_6 AS `local`,
  typed_7 AS `opens`,
  typed_8 AS `closes`,
  typed_9 AS `address`,
  typed_10 AS `tags`,
  typed_11 AS `either`,
  typed_12 AS `anything`,
  typed_13 AS `it_s`,
  typed_14 AS `_ab_cdc_deleted_at`
FROM (
  SELECT
    COALESCE(SAFE_CAST(text_0 AS INT64), IF(REGEXP_CONTAINS(text_0, r'^[^.eE]*((\.\d{0,38}0*)?([eE]\+?\d+)?|(\.\d{0,28}0*)?[eE]-0?\d)\s*$') AND SAFE_CAST(text_0 AS BIGNUMERIC) = TRUNC(SAFE_CAST(text_0 AS BIGNUMERIC)), SAFE_CAST(SAFE_CAST(text_0 AS BIGNUMERIC) AS INT64), NULL)) AS typed_0,
    COALESCE(text_1, value_1) AS typed_1,
    COALESCE(SAFE_CAST(text_2 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_2, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_2,
    SAFE_CAST(text_3 AS NUMERIC) AS typed_3,
    SAFE_CAST(text_4 AS BOOL) AS typed_4,
    COALESCE(SAFE_CAST(text_5 AS DATE), IF(SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_5, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP) IS NULL, NULL, SAFE_CAST(REGEXP_EXTRACT(text_5, r'^\d+-\d+-\d+') AS DATE))) AS typed_5,
    COALESCE(SAFE_CAST(text_6 AS DATETIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_6, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS DATETIME)) AS typed_6,
    COALESCE(SAFE_CAST(text_7 AS TIME), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(text_7, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1'), r'(:\d\d(?:\.\d+)?)\s*(?:UTC|[Zz]|[-+]\d\d(?::?\d\d)?)$', r'\1') AS TIME)) AS typed_7,
    text_8 AS typed_8,
    IF(STARTS_WITH(value_9, '{'), SAFE.PARSE_JSON(value_9, wide_number_mode => 'round'), NULL) AS typed_9,
    IF(STARTS_WITH(value_10, '['), SAFE.PARSE_JSON(value_10, wide_number_mode => 'round'), NULL) AS typed_10,
    COALESCE(text_11, value_11) AS typed_11,
    SAFE.PARSE_JSON(value_12, wide_number_mode => 'round') AS typed_12,
    COALESCE(text_13, value_13) AS typed_13,
    COALESCE(SAFE_CAST(text_14 AS TIMESTAMP), SAFE_CAST(REGEXP_REPLACE(REGEXP_REPLACE(text_14, r'^([^:]*:\d\d)($|[^:\d])', r'\1:00\2'), r'(\.\d{6})\d+', r'\1') AS TIMESTAMP)) AS typed_14,
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
    value_12,
    value_14,
    `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
  FROM (
    SELECT
      JSON_VALUE(value_0) AS text_0,
      JSON_VALUE(value_1) AS text_1,
      JSON_VALUE(value_2) AS text_2,
      JSON_VALUE(value_3) AS text_3,
      JSON_VALUE(value_4) AS text_4,
      JSON_VALUE(value_5) AS text_5,
      JSON_VALUE(value_6) AS text_6,
      JSON_VALUE(value_7) AS text_7,
      JSON_VALUE(value_8) AS text_8,
      JSON_VALUE(value_11) AS text_11,
      JSON_VALUE(value_13) AS text_13,
      JSON_VALUE(value_14) AS text_14,
      value_0,
      value_1,
      value_2,
      value_3,
      value_4,
      value_5,
      value_6,
      value_7,
      value_8,
      value_9,
      value_10,
      value_11,
      value_12,
      value_13,
      value_14,
      `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
    FROM (
      SELECT
        JSON_QUERY(`_airbyte_data`, '$."id"') AS value_0,
        JSON_QUERY(`_airbyte_data`, '$."Region"') AS value_1,
        JSON_QUERY(`_airbyte_data`, '$."updated at"') AS value_2,
        JSON_QUERY(`_airbyte_data`, '$."price"') AS value_3,
        JSON_QUERY(`_airbyte_data`, '$."active"') AS value_4,
        JSON_QUERY(`_airbyte_data`, '$."born"') AS value_5,
        JSON_QUERY(`_airbyte_data`, '$."local"') AS value_6,
        JSON_QUERY(`_airbyte_data`, '$."opens"') AS value_7,
        JSON_QUERY(`_airbyte_data`, '$."closes"') AS value_8,
        JSON_QUERY(`_airbyte_data`, '$."address"') AS value_9,
        JSON_QUERY(`_airbyte_data`, '$."tags"') AS value_10,
        JSON_QUERY(`_airbyte_data`, '$."either"') AS value_11,
        COALESCE(JSON_QUERY(`_airbyte_data`, '$."anything"'), IF(JSON_QUERY(SAFE.PARSE_JSON(`_airbyte_data`, wide_number_mode => 'round'), '$."anything"') IS NOT NULL, 'null', NULL)) AS value_12,
        JSON_QUERY(`_airbyte_data`, '$."it\'s"') AS value_13,
        JSON_QUERY(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS value_14,
        `_airbyte_raw_id`, `_airbyte_extracted_at`, `_airbyte_meta`, `_airbyte_generation_id`
      FROM `airbyte_internal`.`shop_raw__stream_Users`
    ) AS extracted
  ) AS scalars
) AS checked
) AS typed
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY `id`, `Region` ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC) = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;
