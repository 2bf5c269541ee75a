-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one_airbyte_tmp" (
  "_airbyte_raw_id" varchar(36),
  "_airbyte_extracted_at" timestamptz DEFAULT GETDATE(),
  "_airbyte_loaded_at" timestamptz,
  "_airbyte_data" super NOT NULL,
  "_airbyte_meta" super NULL,
  "_airbyte_generation_id" bigint NULL
);

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one" (
  "select" varchar(65535),
  "dusseldorf__" varchar(65535),
  "a_b" varchar(65535),
  "a_b_1" varchar(65535),
  "_airbyte_meta_1" varchar(65535),
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar(65535),
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
WHERE "_airbyte_namespace" = 'public' AND "_airbyte_name" = 'a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('public', 'a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one', 'Landfall: rows are appended');

COMMIT;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two_airbyte_tmp" (
  "_airbyte_raw_id" varchar(36),
  "_airbyte_extracted_at" timestamptz DEFAULT GETDATE(),
  "_airbyte_loaded_at" timestamptz,
  "_airbyte_data" super NOT NULL,
  "_airbyte_meta" super NULL,
  "_airbyte_generation_id" bigint NULL
);

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two" (
  "select" varchar(65535),
  "dusseldorf__" varchar(65535),
  "a_b" varchar(65535),
  "a_b_1" varchar(65535),
  "_airbyte_meta_1" varchar(65535),
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar(65535),
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
WHERE "_airbyte_namespace" = 'public' AND "_airbyte_name" = 'a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('public', 'a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two', 'Landfall: rows are appended');

COMMIT;

-- Stream select

CREATE TABLE "airbyte_internal"."public_raw__stream_select_airbyte_tmp" (
  "_airbyte_raw_id" varchar(36),
  "_airbyte_extracted_at" timestamptz DEFAULT GETDATE(),
  "_airbyte_loaded_at" timestamptz,
  "_airbyte_data" super NOT NULL,
  "_airbyte_meta" super NULL,
  "_airbyte_generation_id" bigint NULL
);

CREATE TABLE "public"."select" (
  "select" varchar(65535),
  "dusseldorf__" varchar(65535),
  "a_b" varchar(65535),
  "a_b_1" varchar(65535),
  "_airbyte_meta_1" varchar(65535),
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar(65535),
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
WHERE "_airbyte_namespace" = 'public' AND "_airbyte_name" = 'select';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('public', 'select', 'Landfall: rows are appended');

COMMIT;

-- Stream Ünï "quoted"

CREATE TABLE "airbyte_internal"."public_raw__stream_uni__quoted__airbyte_tmp" (
  "_airbyte_raw_id" varchar(36),
  "_airbyte_extracted_at" timestamptz DEFAULT GETDATE(),
  "_airbyte_loaded_at" timestamptz,
  "_airbyte_data" super NOT NULL,
  "_airbyte_meta" super NULL,
  "_airbyte_generation_id" bigint NULL
);

CREATE TABLE "public"."uni__quoted_" (
  "select" varchar(65535),
  "dusseldorf__" varchar(65535),
  "a_b" varchar(65535),
  "a_b_1" varchar(65535),
  "_airbyte_meta_1" varchar(65535),
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar(65535),
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
WHERE "_airbyte_namespace" = 'public' AND "_airbyte_name" = 'uni__quoted_';

INSERT INTO "airbyte_internal"."_airbyte_marks" ("_airbyte_namespace", "_airbyte_name", "_airbyte_mark")
VALUES ('public', 'uni__quoted_', 'Landfall: rows are appended');

COMMIT;
