-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

CREATE TABLE `airbyte_internal`.`public_raw__stream_a_stream_with_a_name_tha_1588284a_airbyte_tmp` (
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_loaded_at` DATETIME(6),
  `_airbyte_data` LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`)),
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT,
  PRIMARY KEY (`_airbyte_raw_id`)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

BEGIN;

CREATE TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allow_fo` (
  `select` LONGTEXT,
  `Dusseldorf__` LONGTEXT,
  `a_b` LONGTEXT,
  `a_b_1` LONGTEXT,
  `_airbyte_meta_1` LONGTEXT,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` LONGTEXT,
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

ALTER TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allow_fo` COMMENT = 'Landfall: rows are appended';

COMMIT;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

CREATE TABLE `airbyte_internal`.`public_raw__stream_a_stream_with_a_name_tha_be4aa020_airbyte_tmp` (
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_loaded_at` DATETIME(6),
  `_airbyte_data` LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`)),
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT,
  PRIMARY KEY (`_airbyte_raw_id`)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

BEGIN;

CREATE TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allo_659` (
  `select` LONGTEXT,
  `Dusseldorf__` LONGTEXT,
  `a_b` LONGTEXT,
  `a_b_1` LONGTEXT,
  `_airbyte_meta_1` LONGTEXT,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` LONGTEXT,
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

ALTER TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allo_659` COMMENT = 'Landfall: rows are appended';

COMMIT;

-- Stream select

CREATE TABLE `airbyte_internal`.`public_raw__stream_select_airbyte_tmp` (
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_loaded_at` DATETIME(6),
  `_airbyte_data` LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`)),
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT,
  PRIMARY KEY (`_airbyte_raw_id`)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

BEGIN;

CREATE TABLE `public`.`select` (
  `select` LONGTEXT,
  `Dusseldorf__` LONGTEXT,
  `a_b` LONGTEXT,
  `a_b_1` LONGTEXT,
  `_airbyte_meta_1` LONGTEXT,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` LONGTEXT,
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

ALTER TABLE `public`.`select` COMMENT = 'Landfall: rows are appended';

COMMIT;

-- Stream Ünï "quoted"

CREATE TABLE `airbyte_internal`.`public_raw__stream_Uni__quoted__airbyte_tmp` (
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_loaded_at` DATETIME(6),
  `_airbyte_data` LONGTEXT NOT NULL CHECK (JSON_VALID(`_airbyte_data`)),
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT,
  PRIMARY KEY (`_airbyte_raw_id`)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

BEGIN;

CREATE TABLE `public`.`Uni__quoted_` (
  `select` LONGTEXT,
  `Dusseldorf__` LONGTEXT,
  `a_b` LONGTEXT,
  `a_b_1` LONGTEXT,
  `_airbyte_meta_1` LONGTEXT,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` LONGTEXT,
  `_airbyte_raw_id` VARCHAR(36) NOT NULL,
  `_airbyte_extracted_at` DATETIME(6) NOT NULL,
  `_airbyte_meta` LONGTEXT,
  `_airbyte_generation_id` BIGINT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

ALTER TABLE `public`.`Uni__quoted_` COMMENT = 'Landfall: rows are appended';

COMMIT;
