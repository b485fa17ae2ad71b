-- SPDX-License-Identifier: PostgreSQL
--
-- The database, its owner, the three groups and the server's two logins. Run as the cluster's superuser before every
-- `migrate`, by scripts/tracker and by the container of the database; tables and grants on them are the business of
-- sql/schema, which runs as the owner. Idempotent: \gexec runs the statements that a query returns.
--
-- From the environment, all optional: DB_NAME; OWNER_DB_USER, DB_USER, ETL_DB_USER; the same names with PASSWORD
-- for USER (without one, the way in is the operating system's account, see scripts/cluster).

\set QUIET on
\set ON_ERROR_STOP on
SET client_min_messages TO warning;
\set database performance_tracker
\set owner performance_tracker
\set server performance_tracker_server
\set loader performance_tracker_loader
\getenv database DB_NAME
\getenv owner OWNER_DB_USER
\getenv server DB_USER
\getenv loader ETL_DB_USER
\getenv owner_password OWNER_DB_PASSWORD
\getenv server_password DB_PASSWORD
\getenv loader_password ETL_DB_PASSWORD

SELECT format('CREATE ROLE %I %s', name, attributes)
FROM (VALUES (:'owner', 'LOGIN'), (:'server', 'LOGIN'), (:'loader', 'LOGIN'),
             ('performance_tracker_reader', 'NOLOGIN'), ('performance_tracker_etl', 'NOLOGIN'),
             ('performance_tracker_application', 'NOLOGIN')) AS wanted (name, attributes)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- The owner grants the groups what they may do with its tables; it is no superuser, and the extension needs none.
GRANT performance_tracker_reader TO :"server";
GRANT performance_tracker_etl TO :"loader";
-- What the page writes with the token (advice put away, settings) is written by the loader's login too: the server's own
-- can only read.
GRANT performance_tracker_application TO :"loader";

\if :{?owner_password}
ALTER ROLE :"owner" PASSWORD :'owner_password';
\endif
\if :{?server_password}
ALTER ROLE :"server" PASSWORD :'server_password';
\endif
\if :{?loader_password}
ALTER ROLE :"loader" PASSWORD :'loader_password';
\endif

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO performance_tracker_reader, performance_tracker_etl, performance_tracker_application;
-- The loader stages what it fetches in a temporary table.
GRANT TEMPORARY ON DATABASE :"database" TO performance_tracker_etl;
