-- SPDX-License-Identifier: PostgreSQL
--
-- Run by scripts/tracker after `migrate` has made the groups: who may do what. Idempotent.

\set QUIET on
\set ON_ERROR_STOP on

GRANT performance_tracker_reader TO performance_tracker_server;
GRANT performance_tracker_etl TO performance_tracker_loader;
GRANT CONNECT ON DATABASE performance_tracker TO performance_tracker_reader, performance_tracker_etl;
-- The loader stages what it fetches in a temporary table.
GRANT TEMPORARY ON DATABASE performance_tracker TO performance_tracker_etl;
