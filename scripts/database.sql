-- SPDX-License-Identifier: PostgreSQL
--
-- Run by scripts/tracker at every start, as the cluster's superuser: the database, its owner, and the two login roles
-- of the server. Groups, tables and grants are the schema's business (sql/schema), and run as the owner.
-- Idempotent. \gexec runs what the query returns, so nothing is done twice.

\set QUIET on
\set ON_ERROR_STOP on

-- CREATEROLE: the schema makes the groups performance_tracker_reader and performance_tracker_etl. No superuser.
SELECT 'CREATE ROLE performance_tracker LOGIN CREATEROLE'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'performance_tracker') \gexec

SELECT format('CREATE ROLE %I LOGIN', name)
FROM (VALUES ('performance_tracker_server'), ('performance_tracker_loader')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT 'CREATE DATABASE performance_tracker OWNER performance_tracker'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'performance_tracker') \gexec

SELECT 'REVOKE CONNECT, TEMPORARY ON DATABASE performance_tracker FROM PUBLIC' \gexec
