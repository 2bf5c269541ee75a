-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_one

BEGIN;

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_th_3d70fc28_airbyte_tmp" (
  "_airbyte_raw_id" varchar PRIMARY KEY,
  "_airbyte_data" jsonb,
  "_airbyte_extracted_at" timestamptz DEFAULT CURRENT_TIMESTAMP,
  "_airbyte_loaded_at" timestamptz DEFAULT NULL,
  "_airbyte_meta" jsonb,
  "_airbyte_generation_id" bigint
) WITH (toast_tuple_target = 8160);

CREATE INDEX ON "airbyte_internal"."public_raw__stream_a_stream_with_a_name_th_3d70fc28_airbyte_tmp" ("_airbyte_extracted_at") WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "airbyte_internal"."public_raw__stream_a_stream_with_a_nam_0f0d8699_airbyte_untyped";

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_nam_0f0d8699_airbyte_untyped" (
  "first_raw_id" varchar PRIMARY KEY,
  "last_raw_id" varchar NOT NULL
);

COMMIT;

BEGIN;

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_f" (
  "select" varchar,
  "Dusseldorf__" varchar,
  "a_b" varchar,
  "a_b_1" varchar,
  "_airbyte_meta_1" varchar,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar,
  "_airbyte_raw_id" varchar(36) NOT NULL,
  "_airbyte_extracted_at" timestamptz NOT NULL,
  "_airbyte_meta" jsonb NOT NULL,
  "_airbyte_generation_id" bigint
);

CREATE INDEX IF NOT EXISTS "a_stream_with_a_name_that_is_longer_than_m_cdb1de0a_ab_9d330c5e" ON "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_f" ("_airbyte_extracted_at");

COMMENT ON COLUMN "public"."a_stream_with_a_name_that_is_longer_than_most_databases_allow_f"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream a_stream_with_a_name_that_is_longer_than_most_databases_allow_for_a_table_two

BEGIN;

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_name_th_072fce7d_airbyte_tmp" (
  "_airbyte_raw_id" varchar PRIMARY KEY,
  "_airbyte_data" jsonb,
  "_airbyte_extracted_at" timestamptz DEFAULT CURRENT_TIMESTAMP,
  "_airbyte_loaded_at" timestamptz DEFAULT NULL,
  "_airbyte_meta" jsonb,
  "_airbyte_generation_id" bigint
) WITH (toast_tuple_target = 8160);

CREATE INDEX ON "airbyte_internal"."public_raw__stream_a_stream_with_a_name_th_072fce7d_airbyte_tmp" ("_airbyte_extracted_at") WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "airbyte_internal"."public_raw__stream_a_stream_with_a_nam_ba0f9bc5_airbyte_untyped";

CREATE TABLE "airbyte_internal"."public_raw__stream_a_stream_with_a_nam_ba0f9bc5_airbyte_untyped" (
  "first_raw_id" varchar PRIMARY KEY,
  "last_raw_id" varchar NOT NULL
);

COMMIT;

BEGIN;

CREATE TABLE "public"."a_stream_with_a_name_that_is_longer_than_most_databases_all_659" (
  "select" varchar,
  "Dusseldorf__" varchar,
  "a_b" varchar,
  "a_b_1" varchar,
  "_airbyte_meta_1" varchar,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar,
  "_airbyte_raw_id" varchar(36) NOT NULL,
  "_airbyte_extracted_at" timestamptz NOT NULL,
  "_airbyte_meta" jsonb NOT NULL,
  "_airbyte_generation_id" bigint
);

CREATE INDEX IF NOT EXISTS "a_stream_with_a_name_that_is_longer_than_m_a6b83f46_ab_9d330c5e" ON "public"."a_stream_with_a_name_that_is_longer_than_most_databases_all_659" ("_airbyte_extracted_at");

COMMENT ON COLUMN "public"."a_stream_with_a_name_that_is_longer_than_most_databases_all_659"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream select

BEGIN;

CREATE TABLE "airbyte_internal"."public_raw__stream_select_airbyte_tmp" (
  "_airbyte_raw_id" varchar PRIMARY KEY,
  "_airbyte_data" jsonb,
  "_airbyte_extracted_at" timestamptz DEFAULT CURRENT_TIMESTAMP,
  "_airbyte_loaded_at" timestamptz DEFAULT NULL,
  "_airbyte_meta" jsonb,
  "_airbyte_generation_id" bigint
) WITH (toast_tuple_target = 8160);

CREATE INDEX ON "airbyte_internal"."public_raw__stream_select_airbyte_tmp" ("_airbyte_extracted_at") WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "airbyte_internal"."public_raw__stream_select_airbyte_tmp_airbyte_untyped";

CREATE TABLE "airbyte_internal"."public_raw__stream_select_airbyte_tmp_airbyte_untyped" (
  "first_raw_id" varchar PRIMARY KEY,
  "last_raw_id" varchar NOT NULL
);

COMMIT;

BEGIN;

CREATE TABLE "public"."select" (
  "select" varchar,
  "Dusseldorf__" varchar,
  "a_b" varchar,
  "a_b_1" varchar,
  "_airbyte_meta_1" varchar,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar,
  "_airbyte_raw_id" varchar(36) NOT NULL,
  "_airbyte_extracted_at" timestamptz NOT NULL,
  "_airbyte_meta" jsonb NOT NULL,
  "_airbyte_generation_id" bigint
);

CREATE INDEX IF NOT EXISTS "select_ab_9d330c5e" ON "public"."select" ("_airbyte_extracted_at");

COMMENT ON COLUMN "public"."select"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;

-- Stream Ünï "quoted"

BEGIN;

CREATE TABLE "airbyte_internal"."public_raw__stream_uni__quoted__airbyte_tmp" (
  "_airbyte_raw_id" varchar PRIMARY KEY,
  "_airbyte_data" jsonb,
  "_airbyte_extracted_at" timestamptz DEFAULT CURRENT_TIMESTAMP,
  "_airbyte_loaded_at" timestamptz DEFAULT NULL,
  "_airbyte_meta" jsonb,
  "_airbyte_generation_id" bigint
) WITH (toast_tuple_target = 8160);

CREATE INDEX ON "airbyte_internal"."public_raw__stream_uni__quoted__airbyte_tmp" ("_airbyte_extracted_at") WHERE "_airbyte_loaded_at" IS NULL;

DROP TABLE IF EXISTS "airbyte_internal"."public_raw__stream_uni__quoted__airbyte_tmp_airbyte_untyped";

CREATE TABLE "airbyte_internal"."public_raw__stream_uni__quoted__airbyte_tmp_airbyte_untyped" (
  "first_raw_id" varchar PRIMARY KEY,
  "last_raw_id" varchar NOT NULL
);

COMMIT;

BEGIN;

CREATE TABLE "public"."Uni__quoted_" (
  "select" varchar,
  "Dusseldorf__" varchar,
  "a_b" varchar,
  "a_b_1" varchar,
  "_airbyte_meta_1" varchar,
  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" varchar,
  "_airbyte_raw_id" varchar(36) NOT NULL,
  "_airbyte_extracted_at" timestamptz NOT NULL,
  "_airbyte_meta" jsonb NOT NULL,
  "_airbyte_generation_id" bigint
);

CREATE INDEX IF NOT EXISTS "Uni__quoted__ab_9d330c5e" ON "public"."Uni__quoted_" ("_airbyte_extracted_at");

COMMENT ON COLUMN "public"."Uni__quoted_"."_airbyte_raw_id" IS 'Landfall: rows are appended';

COMMIT;
