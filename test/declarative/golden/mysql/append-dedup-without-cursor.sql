-- The first sync: schemas and the raw table

CREATE SCHEMA IF NOT EXISTS `airbyte_internal`;

CREATE SCHEMA IF NOT EXISTS `shop`;

CREATE TABLE `airbyte_internal`.`shop_raw__stream_Users` (
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_loaded_at` DATETIME(6),
  `_airbyte_data` LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`)),
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT,
  PRIMARY KEY (`_airbyte_raw_id`)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- The first raw rows, with which the final table is made

BEGIN;

CREATE TABLE `shop`.`Users` (
  `id` BIGINT,
  `Region` LONGTEXT,
  `updated_at` DATETIME(6) COMMENT 'UTC',
  `price` DECIMAL(38,9),
  `active` TINYINT(1),
  `born` DATE,
  `local` DATETIME(6),
  `opens` TIME(6),
  `closes` VARCHAR(64) COMMENT 'time_with_timezone',
  `address` LONGTEXT COMMENT 'object',
  `tags` LONGTEXT COMMENT 'array',
  `either` LONGTEXT,
  `anything` LONGTEXT COMMENT 'json',
  `it_s` LONGTEXT,
  `_ab_cdc_deleted_at` DATETIME(6) COMMENT 'UTC',
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

CREATE INDEX landfall_key ON `shop`.`Users` (`id`, `Region`(100));

ALTER TABLE `shop`.`Users` COMMENT = 'Landfall: one row per ["Region","id"]';

COMMIT;

BEGIN;

INSERT INTO `shop`.`Users` (
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
)
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
  SELECT typed.*, ROW_NUMBER() OVER (
    PARTITION BY `id`, SHA2(`Region`, 256)
    ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC
  ) AS `landfall place`
  FROM (
WITH sent AS (
  SELECT
    JSON_EXTRACT(`_airbyte_data`, '$."id"') AS sent_0,
    JSON_EXTRACT(`_airbyte_data`, '$."Region"') AS sent_1,
    JSON_EXTRACT(`_airbyte_data`, '$."updated at"') AS sent_2,
    JSON_EXTRACT(`_airbyte_data`, '$."price"') AS sent_3,
    JSON_EXTRACT(`_airbyte_data`, '$."active"') AS sent_4,
    JSON_EXTRACT(`_airbyte_data`, '$."born"') AS sent_5,
    JSON_EXTRACT(`_airbyte_data`, '$."local"') AS sent_6,
    JSON_EXTRACT(`_airbyte_data`, '$."opens"') AS sent_7,
    JSON_EXTRACT(`_airbyte_data`, '$."closes"') AS sent_8,
    JSON_EXTRACT(`_airbyte_data`, '$."address"') AS sent_9,
    JSON_EXTRACT(`_airbyte_data`, '$."tags"') AS sent_10,
    JSON_EXTRACT(`_airbyte_data`, '$."either"') AS sent_11,
    JSON_EXTRACT(`_airbyte_data`, '$."anything"') AS sent_12,
    JSON_EXTRACT(`_airbyte_data`, '$."it''s"') AS sent_13,
    JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS sent_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE (`_airbyte_loaded_at` IS NULL)
    OR (`_airbyte_loaded_at` IS NOT NULL
        AND CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') END IS NOT NULL
        AND COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') IN (SELECT COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') FROM `airbyte_internal`.`shop_raw__stream_Users` WHERE `_airbyte_loaded_at` IS NULL))
), typed AS (
  SELECT
    sent_0,
    CASE WHEN sent_0 REGEXP '^-?[0-9]{1,19}$' AND CAST(sent_0 AS DECIMAL(65,0)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(sent_0 AS SIGNED) END AS typed_0,
    sent_1,
    CASE JSON_TYPE(sent_1) WHEN 'STRING' THEN JSON_UNQUOTE(sent_1) WHEN 'NULL' THEN NULL ELSE sent_1 END AS typed_1,
    sent_2,
    CASE WHEN JSON_UNQUOTE(sent_2) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_2) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_2), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_2,
    sent_3,
    CASE
      WHEN sent_3 REGEXP '^-?[0-9]+([.][0-9]+)?$' AND CHAR_LENGTH(TRIM(LEADING '0' FROM SUBSTRING_INDEX(REPLACE(sent_3, '-', ''), '.', 1))) <= 29 AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
      WHEN sent_3 REGEXP '^-?(?=[0-9.]{1,65}[eE])[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,4}$' AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
    END AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    CASE WHEN JSON_UNQUOTE(sent_5) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_5) >= '0001' THEN CAST(SUBSTR(JSON_UNQUOTE(sent_5), 1, 10) AS DATE) END AS typed_5,
    sent_6,
    CASE WHEN JSON_UNQUOTE(sent_6) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_6) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_6), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_6), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) END AS typed_6,
    sent_7,
    CASE WHEN JSON_UNQUOTE(sent_7) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' THEN CAST(IFNULL(REGEXP_SUBSTR(JSON_UNQUOTE(sent_7), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00') AS TIME(6)) END AS typed_7,
    sent_8,
    CASE WHEN JSON_UNQUOTE(sent_8) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' AND CHAR_LENGTH(JSON_UNQUOTE(sent_8)) <= 64 THEN JSON_UNQUOTE(sent_8) END AS typed_8,
    sent_9,
    CASE SUBSTR(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE SUBSTR(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE JSON_TYPE(sent_11) WHEN 'STRING' THEN JSON_UNQUOTE(sent_11) WHEN 'NULL' THEN NULL ELSE sent_11 END AS typed_11,
    sent_12,
    NULLIF(sent_12, 'null') AS typed_12,
    sent_13,
    CASE JSON_TYPE(sent_13) WHEN 'STRING' THEN JSON_UNQUOTE(sent_13) WHEN 'NULL' THEN NULL ELSE sent_13 END AS typed_13,
    sent_14,
    CASE WHEN JSON_UNQUOTE(sent_14) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_14) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_14), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM sent
)
SELECT
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
  typed_14 AS `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  CONCAT('{"changes":[', CONCAT_WS(',',
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
    NULLIF(SUBSTR(JSON_EXTRACT(`_airbyte_meta`, '$."changes"'), 2, CHAR_LENGTH(JSON_EXTRACT(`_airbyte_meta`, '$."changes"')) - 2), '')
  ), '],"sync_id":', COALESCE(JSON_EXTRACT(`_airbyte_meta`, '$."sync_id"'), 'null'), '}') AS `_airbyte_meta`,
  `_airbyte_generation_id`
FROM typed
  ) AS typed
) AS ranked
WHERE `landfall place` = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = UTC_TIMESTAMP(6)
WHERE `_airbyte_loaded_at` IS NULL;

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
  EXISTS (
    SELECT 1
    FROM information_schema.tables
    WHERE table_schema = 'shop' AND table_name = 'Users' AND table_comment = 'Landfall: one row per ["Region","id"]'
  ) AS is_deduplicated,
  EXISTS (
    SELECT 1
    FROM information_schema.tables
    WHERE table_schema = 'shop' AND table_name = 'Users' AND table_comment = 'Landfall: one row per ["Region","id"]'
  ) AS is_marked;

-- New raw rows into an empty final table

BEGIN;

INSERT INTO `shop`.`Users` (
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
)
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
  SELECT typed.*, ROW_NUMBER() OVER (
    PARTITION BY `id`, SHA2(`Region`, 256)
    ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC
  ) AS `landfall place`
  FROM (
WITH sent AS (
  SELECT
    JSON_EXTRACT(`_airbyte_data`, '$."id"') AS sent_0,
    JSON_EXTRACT(`_airbyte_data`, '$."Region"') AS sent_1,
    JSON_EXTRACT(`_airbyte_data`, '$."updated at"') AS sent_2,
    JSON_EXTRACT(`_airbyte_data`, '$."price"') AS sent_3,
    JSON_EXTRACT(`_airbyte_data`, '$."active"') AS sent_4,
    JSON_EXTRACT(`_airbyte_data`, '$."born"') AS sent_5,
    JSON_EXTRACT(`_airbyte_data`, '$."local"') AS sent_6,
    JSON_EXTRACT(`_airbyte_data`, '$."opens"') AS sent_7,
    JSON_EXTRACT(`_airbyte_data`, '$."closes"') AS sent_8,
    JSON_EXTRACT(`_airbyte_data`, '$."address"') AS sent_9,
    JSON_EXTRACT(`_airbyte_data`, '$."tags"') AS sent_10,
    JSON_EXTRACT(`_airbyte_data`, '$."either"') AS sent_11,
    JSON_EXTRACT(`_airbyte_data`, '$."anything"') AS sent_12,
    JSON_EXTRACT(`_airbyte_data`, '$."it''s"') AS sent_13,
    JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS sent_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE (`_airbyte_loaded_at` IS NULL)
    OR (`_airbyte_loaded_at` IS NOT NULL
        AND CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') END IS NOT NULL
        AND COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') IN (SELECT COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') FROM `airbyte_internal`.`shop_raw__stream_Users` WHERE `_airbyte_loaded_at` IS NULL))
), typed AS (
  SELECT
    sent_0,
    CASE WHEN sent_0 REGEXP '^-?[0-9]{1,19}$' AND CAST(sent_0 AS DECIMAL(65,0)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(sent_0 AS SIGNED) END AS typed_0,
    sent_1,
    CASE JSON_TYPE(sent_1) WHEN 'STRING' THEN JSON_UNQUOTE(sent_1) WHEN 'NULL' THEN NULL ELSE sent_1 END AS typed_1,
    sent_2,
    CASE WHEN JSON_UNQUOTE(sent_2) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_2) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_2), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_2,
    sent_3,
    CASE
      WHEN sent_3 REGEXP '^-?[0-9]+([.][0-9]+)?$' AND CHAR_LENGTH(TRIM(LEADING '0' FROM SUBSTRING_INDEX(REPLACE(sent_3, '-', ''), '.', 1))) <= 29 AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
      WHEN sent_3 REGEXP '^-?(?=[0-9.]{1,65}[eE])[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,4}$' AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
    END AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    CASE WHEN JSON_UNQUOTE(sent_5) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_5) >= '0001' THEN CAST(SUBSTR(JSON_UNQUOTE(sent_5), 1, 10) AS DATE) END AS typed_5,
    sent_6,
    CASE WHEN JSON_UNQUOTE(sent_6) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_6) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_6), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_6), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) END AS typed_6,
    sent_7,
    CASE WHEN JSON_UNQUOTE(sent_7) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' THEN CAST(IFNULL(REGEXP_SUBSTR(JSON_UNQUOTE(sent_7), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00') AS TIME(6)) END AS typed_7,
    sent_8,
    CASE WHEN JSON_UNQUOTE(sent_8) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' AND CHAR_LENGTH(JSON_UNQUOTE(sent_8)) <= 64 THEN JSON_UNQUOTE(sent_8) END AS typed_8,
    sent_9,
    CASE SUBSTR(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE SUBSTR(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE JSON_TYPE(sent_11) WHEN 'STRING' THEN JSON_UNQUOTE(sent_11) WHEN 'NULL' THEN NULL ELSE sent_11 END AS typed_11,
    sent_12,
    NULLIF(sent_12, 'null') AS typed_12,
    sent_13,
    CASE JSON_TYPE(sent_13) WHEN 'STRING' THEN JSON_UNQUOTE(sent_13) WHEN 'NULL' THEN NULL ELSE sent_13 END AS typed_13,
    sent_14,
    CASE WHEN JSON_UNQUOTE(sent_14) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_14) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_14), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM sent
)
SELECT
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
  typed_14 AS `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  CONCAT('{"changes":[', CONCAT_WS(',',
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
    NULLIF(SUBSTR(JSON_EXTRACT(`_airbyte_meta`, '$."changes"'), 2, CHAR_LENGTH(JSON_EXTRACT(`_airbyte_meta`, '$."changes"')) - 2), '')
  ), '],"sync_id":', COALESCE(JSON_EXTRACT(`_airbyte_meta`, '$."sync_id"'), 'null'), '}') AS `_airbyte_meta`,
  `_airbyte_generation_id`
FROM typed
  ) AS typed
) AS ranked
WHERE `landfall place` = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = UTC_TIMESTAMP(6)
WHERE `_airbyte_loaded_at` IS NULL;

COMMIT;

-- New raw rows into a final table with rows

BEGIN;

DROP TEMPORARY TABLE IF EXISTS `Users_ab_staged`;

CREATE TEMPORARY TABLE `Users_ab_staged` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin AS
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
  SELECT typed.*, ROW_NUMBER() OVER (
    PARTITION BY `id`, SHA2(`Region`, 256)
    ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC
  ) AS `landfall place`
  FROM (
WITH sent AS (
  SELECT
    JSON_EXTRACT(`_airbyte_data`, '$."id"') AS sent_0,
    JSON_EXTRACT(`_airbyte_data`, '$."Region"') AS sent_1,
    JSON_EXTRACT(`_airbyte_data`, '$."updated at"') AS sent_2,
    JSON_EXTRACT(`_airbyte_data`, '$."price"') AS sent_3,
    JSON_EXTRACT(`_airbyte_data`, '$."active"') AS sent_4,
    JSON_EXTRACT(`_airbyte_data`, '$."born"') AS sent_5,
    JSON_EXTRACT(`_airbyte_data`, '$."local"') AS sent_6,
    JSON_EXTRACT(`_airbyte_data`, '$."opens"') AS sent_7,
    JSON_EXTRACT(`_airbyte_data`, '$."closes"') AS sent_8,
    JSON_EXTRACT(`_airbyte_data`, '$."address"') AS sent_9,
    JSON_EXTRACT(`_airbyte_data`, '$."tags"') AS sent_10,
    JSON_EXTRACT(`_airbyte_data`, '$."either"') AS sent_11,
    JSON_EXTRACT(`_airbyte_data`, '$."anything"') AS sent_12,
    JSON_EXTRACT(`_airbyte_data`, '$."it''s"') AS sent_13,
    JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS sent_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM `airbyte_internal`.`shop_raw__stream_Users`
  WHERE (`_airbyte_loaded_at` IS NULL)
    OR (`_airbyte_loaded_at` IS NOT NULL
        AND CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') END IS NOT NULL
        AND COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') IN (SELECT COALESCE(CASE JSON_TYPE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'STRING' THEN JSON_UNQUOTE(JSON_EXTRACT(`_airbyte_data`, '$."id"')) WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT(`_airbyte_data`, '$."id"') END, '') FROM `airbyte_internal`.`shop_raw__stream_Users` WHERE `_airbyte_loaded_at` IS NULL))
), typed AS (
  SELECT
    sent_0,
    CASE WHEN sent_0 REGEXP '^-?[0-9]{1,19}$' AND CAST(sent_0 AS DECIMAL(65,0)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(sent_0 AS SIGNED) END AS typed_0,
    sent_1,
    CASE JSON_TYPE(sent_1) WHEN 'STRING' THEN JSON_UNQUOTE(sent_1) WHEN 'NULL' THEN NULL ELSE sent_1 END AS typed_1,
    sent_2,
    CASE WHEN JSON_UNQUOTE(sent_2) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_2) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_2), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_2,
    sent_3,
    CASE
      WHEN sent_3 REGEXP '^-?[0-9]+([.][0-9]+)?$' AND CHAR_LENGTH(TRIM(LEADING '0' FROM SUBSTRING_INDEX(REPLACE(sent_3, '-', ''), '.', 1))) <= 29 AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
      WHEN sent_3 REGEXP '^-?(?=[0-9.]{1,65}[eE])[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,4}$' AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
    END AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    CASE WHEN JSON_UNQUOTE(sent_5) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_5) >= '0001' THEN CAST(SUBSTR(JSON_UNQUOTE(sent_5), 1, 10) AS DATE) END AS typed_5,
    sent_6,
    CASE WHEN JSON_UNQUOTE(sent_6) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_6) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_6), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_6), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) END AS typed_6,
    sent_7,
    CASE WHEN JSON_UNQUOTE(sent_7) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' THEN CAST(IFNULL(REGEXP_SUBSTR(JSON_UNQUOTE(sent_7), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00') AS TIME(6)) END AS typed_7,
    sent_8,
    CASE WHEN JSON_UNQUOTE(sent_8) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' AND CHAR_LENGTH(JSON_UNQUOTE(sent_8)) <= 64 THEN JSON_UNQUOTE(sent_8) END AS typed_8,
    sent_9,
    CASE SUBSTR(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE SUBSTR(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE JSON_TYPE(sent_11) WHEN 'STRING' THEN JSON_UNQUOTE(sent_11) WHEN 'NULL' THEN NULL ELSE sent_11 END AS typed_11,
    sent_12,
    NULLIF(sent_12, 'null') AS typed_12,
    sent_13,
    CASE JSON_TYPE(sent_13) WHEN 'STRING' THEN JSON_UNQUOTE(sent_13) WHEN 'NULL' THEN NULL ELSE sent_13 END AS typed_13,
    sent_14,
    CASE WHEN JSON_UNQUOTE(sent_14) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_14) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_14), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM sent
)
SELECT
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
  typed_14 AS `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  CONCAT('{"changes":[', CONCAT_WS(',',
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
    NULLIF(SUBSTR(JSON_EXTRACT(`_airbyte_meta`, '$."changes"'), 2, CHAR_LENGTH(JSON_EXTRACT(`_airbyte_meta`, '$."changes"')) - 2), '')
  ), '],"sync_id":', COALESCE(JSON_EXTRACT(`_airbyte_meta`, '$."sync_id"'), 'null'), '}') AS `_airbyte_meta`,
  `_airbyte_generation_id`
FROM typed
  ) AS typed
) AS ranked
WHERE `landfall place` = 1;

DELETE staged
FROM `Users_ab_staged` AS staged
JOIN `shop`.`Users` AS target ON target.`id` <=> staged.`id` AND target.`Region` <=> staged.`Region`
WHERE (target.`_airbyte_extracted_at` > staged.`_airbyte_extracted_at` OR target.`_airbyte_extracted_at` = staged.`_airbyte_extracted_at` AND target.`_airbyte_raw_id` > staged.`_airbyte_raw_id`);

DELETE target
FROM `shop`.`Users` AS target
JOIN `Users_ab_staged` AS staged ON target.`id` <=> staged.`id` AND target.`Region` <=> staged.`Region`;

INSERT INTO `shop`.`Users` (
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
)
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM `Users_ab_staged`
WHERE `_ab_cdc_deleted_at` IS NULL;

DROP TEMPORARY TABLE `Users_ab_staged`;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = UTC_TIMESTAMP(6)
WHERE `_airbyte_loaded_at` IS NULL;

COMMIT;

-- The final table anew, after its columns have changed

BEGIN;

DROP TABLE IF EXISTS `shop`.`Users_ab_soft_reset`;

CREATE TABLE `shop`.`Users_ab_soft_reset` (
  `id` BIGINT,
  `Region` LONGTEXT,
  `updated_at` DATETIME(6) COMMENT 'UTC',
  `price` DECIMAL(38,9),
  `active` TINYINT(1),
  `born` DATE,
  `local` DATETIME(6),
  `opens` TIME(6),
  `closes` VARCHAR(64) COMMENT 'time_with_timezone',
  `address` LONGTEXT COMMENT 'object',
  `tags` LONGTEXT COMMENT 'array',
  `either` LONGTEXT,
  `anything` LONGTEXT COMMENT 'json',
  `it_s` LONGTEXT,
  `_ab_cdc_deleted_at` DATETIME(6) COMMENT 'UTC',
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

CREATE INDEX landfall_key ON `shop`.`Users_ab_soft_reset` (`id`, `Region`(100));

ALTER TABLE `shop`.`Users_ab_soft_reset` COMMENT = 'Landfall: one row per ["Region","id"]';

COMMIT;

BEGIN;

DELETE FROM `shop`.`Users_ab_soft_reset`;

INSERT INTO `shop`.`Users_ab_soft_reset` (
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
)
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
SELECT
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
  `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  `_airbyte_meta`,
  `_airbyte_generation_id`
FROM (
  SELECT typed.*, ROW_NUMBER() OVER (
    PARTITION BY `id`, SHA2(`Region`, 256)
    ORDER BY `_airbyte_extracted_at` DESC, `_airbyte_raw_id` DESC
  ) AS `landfall place`
  FROM (
WITH sent AS (
  SELECT
    JSON_EXTRACT(`_airbyte_data`, '$."id"') AS sent_0,
    JSON_EXTRACT(`_airbyte_data`, '$."Region"') AS sent_1,
    JSON_EXTRACT(`_airbyte_data`, '$."updated at"') AS sent_2,
    JSON_EXTRACT(`_airbyte_data`, '$."price"') AS sent_3,
    JSON_EXTRACT(`_airbyte_data`, '$."active"') AS sent_4,
    JSON_EXTRACT(`_airbyte_data`, '$."born"') AS sent_5,
    JSON_EXTRACT(`_airbyte_data`, '$."local"') AS sent_6,
    JSON_EXTRACT(`_airbyte_data`, '$."opens"') AS sent_7,
    JSON_EXTRACT(`_airbyte_data`, '$."closes"') AS sent_8,
    JSON_EXTRACT(`_airbyte_data`, '$."address"') AS sent_9,
    JSON_EXTRACT(`_airbyte_data`, '$."tags"') AS sent_10,
    JSON_EXTRACT(`_airbyte_data`, '$."either"') AS sent_11,
    JSON_EXTRACT(`_airbyte_data`, '$."anything"') AS sent_12,
    JSON_EXTRACT(`_airbyte_data`, '$."it''s"') AS sent_13,
    JSON_EXTRACT(`_airbyte_data`, '$."_ab_cdc_deleted_at"') AS sent_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM `airbyte_internal`.`shop_raw__stream_Users`
), typed AS (
  SELECT
    sent_0,
    CASE WHEN sent_0 REGEXP '^-?[0-9]{1,19}$' AND CAST(sent_0 AS DECIMAL(65,0)) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(sent_0 AS SIGNED) END AS typed_0,
    sent_1,
    CASE JSON_TYPE(sent_1) WHEN 'STRING' THEN JSON_UNQUOTE(sent_1) WHEN 'NULL' THEN NULL ELSE sent_1 END AS typed_1,
    sent_2,
    CASE WHEN JSON_UNQUOTE(sent_2) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_2) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_2), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_2), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_2,
    sent_3,
    CASE
      WHEN sent_3 REGEXP '^-?[0-9]+([.][0-9]+)?$' AND CHAR_LENGTH(TRIM(LEADING '0' FROM SUBSTRING_INDEX(REPLACE(sent_3, '-', ''), '.', 1))) <= 29 AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
      WHEN sent_3 REGEXP '^-?(?=[0-9.]{1,65}[eE])[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,4}$' AND ABS(CAST(sent_3 AS DECIMAL(65,9))) < 100000000000000000000000000000 THEN CAST(sent_3 AS DECIMAL(38,9))
    END AS typed_3,
    sent_4,
    CASE sent_4 WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS typed_4,
    sent_5,
    CASE WHEN JSON_UNQUOTE(sent_5) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_5) >= '0001' THEN CAST(SUBSTR(JSON_UNQUOTE(sent_5), 1, 10) AS DATE) END AS typed_5,
    sent_6,
    CASE WHEN JSON_UNQUOTE(sent_6) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_6) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_6), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_6), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) END AS typed_6,
    sent_7,
    CASE WHEN JSON_UNQUOTE(sent_7) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' THEN CAST(IFNULL(REGEXP_SUBSTR(JSON_UNQUOTE(sent_7), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00') AS TIME(6)) END AS typed_7,
    sent_8,
    CASE WHEN JSON_UNQUOTE(sent_8) REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?$' AND CHAR_LENGTH(JSON_UNQUOTE(sent_8)) <= 64 THEN JSON_UNQUOTE(sent_8) END AS typed_8,
    sent_9,
    CASE SUBSTR(sent_9, 1, 1) WHEN '{' THEN sent_9 END AS typed_9,
    sent_10,
    CASE SUBSTR(sent_10, 1, 1) WHEN '[' THEN sent_10 END AS typed_10,
    sent_11,
    CASE JSON_TYPE(sent_11) WHEN 'STRING' THEN JSON_UNQUOTE(sent_11) WHEN 'NULL' THEN NULL ELSE sent_11 END AS typed_11,
    sent_12,
    NULLIF(sent_12, 'null') AS typed_12,
    sent_13,
    CASE JSON_TYPE(sent_13) WHEN 'STRING' THEN JSON_UNQUOTE(sent_13) WHEN 'NULL' THEN NULL ELSE sent_13 END AS typed_13,
    sent_14,
    CASE WHEN JSON_UNQUOTE(sent_14) REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ tT]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?$' AND JSON_UNQUOTE(sent_14) >= '0001' THEN CAST(CONCAT(SUBSTR(JSON_UNQUOTE(sent_14), 1, 10), ' ', IFNULL(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 12), '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?'), '00:00:00')) AS DATETIME(6)) - INTERVAL IFNULL(CASE WHEN LENGTH(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$')) > 1 THEN
        IF(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$') LIKE '-%', -1, 1) * (60 * SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 2, 2) + CAST(CONCAT('0', RIGHT(REPLACE(SUBSTR(REGEXP_SUBSTR(SUBSTR(JSON_UNQUOTE(sent_14), 9), '([zZ]|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)$'), 4), ':', ''), 2)) AS SIGNED))
      END, 0) MINUTE END AS typed_14,
    `_airbyte_raw_id`,
    `_airbyte_extracted_at`,
    `_airbyte_meta`,
    `_airbyte_generation_id`
  FROM sent
)
SELECT
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
  typed_14 AS `_ab_cdc_deleted_at`,
  `_airbyte_raw_id`,
  `_airbyte_extracted_at`,
  CONCAT('{"changes":[', CONCAT_WS(',',
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
    NULLIF(SUBSTR(JSON_EXTRACT(`_airbyte_meta`, '$."changes"'), 2, CHAR_LENGTH(JSON_EXTRACT(`_airbyte_meta`, '$."changes"')) - 2), '')
  ), '],"sync_id":', COALESCE(JSON_EXTRACT(`_airbyte_meta`, '$."sync_id"'), 'null'), '}') AS `_airbyte_meta`,
  `_airbyte_generation_id`
FROM typed
  ) AS typed
) AS ranked
WHERE `landfall place` = 1
) AS newest
WHERE `_ab_cdc_deleted_at` IS NULL;

COMMIT;

BEGIN;

DROP TABLE IF EXISTS `shop`.`Users_ab_replaced`;

SET @landfall_swap = CASE
  WHEN NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'Users_ab_soft_reset') THEN 'DO 0'
  WHEN EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'Users') THEN CONCAT('RENAME TABLE ', '`shop`.`Users`', ' TO ', '`shop`.`Users_ab_replaced`', ', ', '`shop`.`Users_ab_soft_reset`', ' TO ', '`shop`.`Users`')
  ELSE CONCAT('RENAME TABLE ', '`shop`.`Users_ab_soft_reset`', ' TO ', '`shop`.`Users`')
END;

PREPARE landfall_swap FROM @landfall_swap;

EXECUTE landfall_swap;

DEALLOCATE PREPARE landfall_swap;

DROP TABLE IF EXISTS `shop`.`Users_ab_replaced`;

COMMIT;

UPDATE `airbyte_internal`.`shop_raw__stream_Users`
SET `_airbyte_loaded_at` = UTC_TIMESTAMP(6)
WHERE `_airbyte_loaded_at` IS NULL;
