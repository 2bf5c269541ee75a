-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one_airbyte_tmp" (
  "_airbyte_raw_id" VARCHAR USING COMPRESSION FSST,
  "_airbyte_extracted_at" TIMESTAMPTZ,
  "_airbyte_loaded_at" TIMESTAMPTZ,
  "_airbyte_data" JSON USING COMPRESSION FSST,
  "_airbyte_meta" JSON USING COMPRESSION dictionary,
  "_airbyte_generation_id" BIGINT
);

BEGIN;

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one" (
  "select" VARCHAR,
  "Dusseldorf__" VARCHAR,
  "a_b" VARCHAR,
  "a_b_1" VARCHAR,
  "_airbyte_meta_1" VARCHAR,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" VARCHAR,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

COMMENT ON COLUMN "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two_airbyte_tmp" (
  "_airbyte_raw_id" VARCHAR USING COMPRESSION FSST,
  "_airbyte_extracted_at" TIMESTAMPTZ,
  "_airbyte_loaded_at" TIMESTAMPTZ,
  "_airbyte_data" JSON USING COMPRESSION FSST,
  "_airbyte_meta" JSON USING COMPRESSION dictionary,
  "_airbyte_generation_id" BIGINT
);

BEGIN;

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two" (
  "select" VARCHAR,
  "Dusseldorf__" VARCHAR,
  "a_b" VARCHAR,
  "a_b_1" VARCHAR,
  "_airbyte_meta_1" VARCHAR,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" VARCHAR,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

COMMENT ON COLUMN "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream select

CREATE TABLE "airbyte_internal"."public_raw__stream_select_airbyte_tmp" (
  "_airbyte_raw_id" VARCHAR USING COMPRESSION FSST,
  "_airbyte_extracted_at" TIMESTAMPTZ,
  "_airbyte_loaded_at" TIMESTAMPTZ,
  "_airbyte_data" JSON USING COMPRESSION FSST,
  "_airbyte_meta" JSON USING COMPRESSION dictionary,
  "_airbyte_generation_id" BIGINT
);

BEGIN;

CREATE TABLE "public"."select" (
  "select" VARCHAR,
  "Dusseldorf__" VARCHAR,
  "a_b" VARCHAR,
  "a_b_1" VARCHAR,
  "_airbyte_meta_1" VARCHAR,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" VARCHAR,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

COMMENT ON COLUMN "public"."select"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream Ünï "quoted"

CREATE TABLE "airbyte_internal"."public_raw__stream_Uni__quoted__airbyte_tmp" (
  "_airbyte_raw_id" VARCHAR USING COMPRESSION FSST,
  "_airbyte_extracted_at" TIMESTAMPTZ,
  "_airbyte_loaded_at" TIMESTAMPTZ,
  "_airbyte_data" JSON USING COMPRESSION FSST,
  "_airbyte_meta" JSON USING COMPRESSION dictionary,
  "_airbyte_generation_id" BIGINT
);

BEGIN;

CREATE TABLE "public"."Uni__quoted_" (
  "select" VARCHAR,
  "Dusseldorf__" VARCHAR,
  "a_b" VARCHAR,
  "a_b_1" VARCHAR,
  "_airbyte_meta_1" VARCHAR,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" VARCHAR,
  "_airbyte_raw_id" VARCHAR NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ NOT NULL,
  "_airbyte_meta" JSON NOT NULL,
  "_airbyte_generation_id" BIGINT
);

COMMENT ON COLUMN "public"."Uni__quoted_"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;
