-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

CREATE TABLE `airbyte_internal`.`public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one_airbyte_tmp` (
  `_airbyte_raw_id` STRING,
  `_airbyte_extracted_at` TIMESTAMP,
  `_airbyte_loaded_at` TIMESTAMP,
  `_airbyte_data` STRING,
  `_airbyte_meta` STRING,
  `_airbyte_generation_id` INT64
)
PARTITION BY RANGE_BUCKET(`_airbyte_generation_id`, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY `_airbyte_extracted_at`;

CREATE TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: rows are appended'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `select` STRING,
  `Dusseldorf__` STRING,
  `a_b` STRING,
  `a_b_1` STRING,
  `_airbyte_meta_1` STRING,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` STRING
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `_airbyte_extracted_at`;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

CREATE TABLE `airbyte_internal`.`public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two_airbyte_tmp` (
  `_airbyte_raw_id` STRING,
  `_airbyte_extracted_at` TIMESTAMP,
  `_airbyte_loaded_at` TIMESTAMP,
  `_airbyte_data` STRING,
  `_airbyte_meta` STRING,
  `_airbyte_generation_id` INT64
)
PARTITION BY RANGE_BUCKET(`_airbyte_generation_id`, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY `_airbyte_extracted_at`;

CREATE TABLE `public`.`a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: rows are appended'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `select` STRING,
  `Dusseldorf__` STRING,
  `a_b` STRING,
  `a_b_1` STRING,
  `_airbyte_meta_1` STRING,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` STRING
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `_airbyte_extracted_at`;

-- Stream select

CREATE TABLE `airbyte_internal`.`public_raw__stream_select_airbyte_tmp` (
  `_airbyte_raw_id` STRING,
  `_airbyte_extracted_at` TIMESTAMP,
  `_airbyte_loaded_at` TIMESTAMP,
  `_airbyte_data` STRING,
  `_airbyte_meta` STRING,
  `_airbyte_generation_id` INT64
)
PARTITION BY RANGE_BUCKET(`_airbyte_generation_id`, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY `_airbyte_extracted_at`;

CREATE TABLE `public`.`select` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: rows are appended'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `select` STRING,
  `Dusseldorf__` STRING,
  `a_b` STRING,
  `a_b_1` STRING,
  `_airbyte_meta_1` STRING,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` STRING
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `_airbyte_extracted_at`;

-- Stream Ünï "quoted"

CREATE TABLE `airbyte_internal`.`public_raw__stream_Uni__quoted__airbyte_tmp` (
  `_airbyte_raw_id` STRING,
  `_airbyte_extracted_at` TIMESTAMP,
  `_airbyte_loaded_at` TIMESTAMP,
  `_airbyte_data` STRING,
  `_airbyte_meta` STRING,
  `_airbyte_generation_id` INT64
)
PARTITION BY RANGE_BUCKET(`_airbyte_generation_id`, GENERATE_ARRAY(0, 10000, 5))
CLUSTER BY `_airbyte_extracted_at`;

CREATE TABLE `public`.`Uni__quoted_` (
  `_airbyte_raw_id` STRING NOT NULL OPTIONS (description = 'Landfall: rows are appended'),
  `_airbyte_extracted_at` TIMESTAMP NOT NULL,
  `_airbyte_meta` JSON NOT NULL,
  `_airbyte_generation_id` INT64,
  `select` STRING,
  `Dusseldorf__` STRING,
  `a_b` STRING,
  `a_b_1` STRING,
  `_airbyte_meta_1` STRING,
  `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` STRING
)
PARTITION BY DATE(`_airbyte_extracted_at`)
CLUSTER BY `_airbyte_extracted_at`;
