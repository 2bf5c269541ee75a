-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

CREATE TABLE "airbyte_internal.public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one_airbyte_tmp" (
  "_airbyte_raw_id" TEXT PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_loaded_at" TIMESTAMPTZ_TEXT,
  "_airbyte_data" JSON_TEXT CHECK (json_valid("_airbyte_data")),
  "_airbyte_meta" JSON_TEXT CHECK (json_valid("_airbyte_meta")),
  "_airbyte_generation_id" INTEGER
);

BEGIN;

CREATE TABLE "public.a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one" (
  "select" TEXT,
  "Dusseldorf__" TEXT,
  "a_b" TEXT,
  "a_b_1" TEXT,
  "_airbyte_meta_1" TEXT,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

DROP INDEX IF EXISTS "public.a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one key";

COMMIT;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

CREATE TABLE "airbyte_internal.public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two_airbyte_tmp" (
  "_airbyte_raw_id" TEXT PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_loaded_at" TIMESTAMPTZ_TEXT,
  "_airbyte_data" JSON_TEXT CHECK (json_valid("_airbyte_data")),
  "_airbyte_meta" JSON_TEXT CHECK (json_valid("_airbyte_meta")),
  "_airbyte_generation_id" INTEGER
);

BEGIN;

CREATE TABLE "public.a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two" (
  "select" TEXT,
  "Dusseldorf__" TEXT,
  "a_b" TEXT,
  "a_b_1" TEXT,
  "_airbyte_meta_1" TEXT,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

DROP INDEX IF EXISTS "public.a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two key";

COMMIT;

-- Stream select

CREATE TABLE "airbyte_internal.public_raw__stream_select_airbyte_tmp" (
  "_airbyte_raw_id" TEXT PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_loaded_at" TIMESTAMPTZ_TEXT,
  "_airbyte_data" JSON_TEXT CHECK (json_valid("_airbyte_data")),
  "_airbyte_meta" JSON_TEXT CHECK (json_valid("_airbyte_meta")),
  "_airbyte_generation_id" INTEGER
);

BEGIN;

CREATE TABLE "public.select" (
  "select" TEXT,
  "Dusseldorf__" TEXT,
  "a_b" TEXT,
  "a_b_1" TEXT,
  "_airbyte_meta_1" TEXT,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

DROP INDEX IF EXISTS "public.select key";

COMMIT;

-- Stream Ünï "quoted"

CREATE TABLE "airbyte_internal.public_raw__stream_Uni__quoted__airbyte_tmp" (
  "_airbyte_raw_id" TEXT PRIMARY KEY,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_loaded_at" TIMESTAMPTZ_TEXT,
  "_airbyte_data" JSON_TEXT CHECK (json_valid("_airbyte_data")),
  "_airbyte_meta" JSON_TEXT CHECK (json_valid("_airbyte_meta")),
  "_airbyte_generation_id" INTEGER
);

BEGIN;

CREATE TABLE "public.Uni__quoted_" (
  "select" TEXT,
  "Dusseldorf__" TEXT,
  "a_b" TEXT,
  "a_b_1" TEXT,
  "_airbyte_meta_1" TEXT,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" TEXT,
  "_airbyte_raw_id" TEXT NOT NULL,
  "_airbyte_extracted_at" TIMESTAMPTZ_TEXT NOT NULL,
  "_airbyte_meta" JSON_OBJECT_TEXT NOT NULL,
  "_airbyte_generation_id" INTEGER
);

DROP INDEX IF EXISTS "public.Uni__quoted_ key";

COMMIT;
