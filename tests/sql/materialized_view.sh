#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# Materialized views over domain functions, through pg_dump, pg_restore and REFRESH: docs/operation.md, "Materialized views".
# The domain functions find their tables by the search_path, which is empty while pg_restore fills materialized views
# (and in every REFRESH from PostgreSQL 17 on); the functions of sql/schema/045_bound_functions.sql carry one of their own.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"

original=${PGDATABASE:?}_original
restored=${PGDATABASE}_restored
dump=$(mktemp)
drop() { for name in "$original" "$restored"; do sql -d "${original%_original}" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"; done; }
trap 'drop; rm -f "$dump"' EXIT
drop
for name in "$original" "$restored"; do sql -c "CREATE DATABASE $name TEMPLATE template0"; done

plan 12
PGDATABASE=$original sql -c "CREATE EXTENSION performance_tracker" >/dev/null
for file in "$here"/../../sql/schema/*.sql; do PGDATABASE=$original sql -f "$file" >/dev/null; done
PGDATABASE=$original sql >/dev/null <<SQL
\i $here/fixture.inc
CREATE MATERIALIZED VIEW kept_forecast AS SELECT * FROM forecast_revenue_here(7, by => 'category');
CREATE MATERIALIZED VIEW kept_series AS
  SELECT product_id, time_series(date, revenue) AS series, auto_arima(date, revenue, 7) AS model FROM daily_performance GROUP BY product_id;
SQL
content="SELECT md5(string_agg(k::text, ',' ORDER BY k::text)) FROM kept_forecast k"
models="SELECT md5(string_agg(k::text, ',' ORDER BY k.product_id)) FROM kept_series k"

pg_dump -Fc -d "$original" -f "$dump"
is "$(pg_restore -d "$restored" "$dump" 2>&1)" "" "a database with materialized views over both kinds of functions is restored without an error"
is "$(PGDATABASE=$restored sql -c "$content")" "$(PGDATABASE=$original sql -c "$content")" "the forecasts are there again"
is "$(PGDATABASE=$restored sql -c "$models")" "$(PGDATABASE=$original sql -c "$models")" "so are series and models, whose functions read no tables"
is "$(PGDATABASE=$restored sql -c "REFRESH MATERIALIZED VIEW kept_forecast" 2>&1)" "" "and can be refreshed"

# Right over the function: up to 16 the view is restored empty, pg_restore says why, and a REFRESH in a session with a search_path
# fills it; from 17 on it cannot even be made.
PGDATABASE=$original sql -c "CREATE MATERIALIZED VIEW bare_forecast AS SELECT * FROM forecast_revenue(7) WITH NO DATA" >/dev/null
if [ "$(sql -c "SHOW server_version_num")" -ge 170000 ]; then
  like "$(PGDATABASE=$original sql -c "CREATE MATERIALIZED VIEW another AS SELECT * FROM forecast_revenue(7)" 2>&1 || true)" \
    'not found on the search_path' "a view right over the function cannot be filled when it is made"
  like "$(PGDATABASE=$original sql -c "REFRESH MATERIALIZED VIEW bare_forecast" 2>&1 || true)" 'not found on the search_path' \
    "nor later: from PostgreSQL 17 on no REFRESH has a search_path"
else
  PGDATABASE=$original sql -c "REFRESH MATERIALIZED VIEW bare_forecast"
  PGDATABASE=$original pg_dump -Fc -f "$dump"
  sql -c "DROP DATABASE $restored" -c "CREATE DATABASE $restored TEMPLATE template0"
  like "$(pg_restore -d "$restored" "$dump" 2>&1 || true)" 'not found on the search_path.*errors ignored on restore: 1' \
    "a view right over the function cannot be filled while restoring"
  is "$(PGDATABASE=$restored sql -c "REFRESH MATERIALIZED VIEW bare_forecast" -c "SELECT count(*) FROM bare_forecast" 2>&1)" 7 \
    "but later, by REFRESH in a session with a search_path"
fi

# Each bound function answers what its function answers, with no search_path at all, to who may only read.
export PGDATABASE=$original
is "$(sql -c "SELECT string_agg(replace(proname, '_here', ''), ' ' ORDER BY proname) FROM pg_proc WHERE proname ~ '_here$'")" \
  "$(sql -c "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc p JOIN pg_language l ON l.oid = prolang
     WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
       AND lanname = 'plpgsql' AND proretset AND provolatile = 's' AND proparallel = 's' AND obj_description(p.oid, 'pg_proc') !~ '^Internal:'
       AND prosrc ~ '\y(daily_performance|products|performance_tracker_(check_tables|read_panel|last_complete_day))\y'")" "each function of the extension that reads the shop's tables has a bound one"
here_rows=$(sql -c "SELECT string_agg(k::text, ',' ORDER BY k::text) FROM kpi_summary() k")
is "$(sql -c "SET ROLE performance_tracker_reader" -c "SET default_transaction_read_only = on" -c "SET search_path = ''" \
  -c "SELECT string_agg(k::text, ',' ORDER BY k::text) FROM public.kpi_summary_here() k")" "$here_rows" \
  "it answers the same without a search_path, to a role that may only read"
sql -c "CREATE SCHEMA elsewhere" -c "CREATE VIEW elsewhere.products AS SELECT * FROM public.products WHERE false" \
  -c "CREATE VIEW elsewhere.daily_performance AS SELECT * FROM public.daily_performance WHERE false"
is "$(sql -c "SET search_path = elsewhere, public" -c "SELECT string_agg(k::text, ',' ORDER BY k::text) FROM kpi_summary_here() k")" \
  "$here_rows" "and with the tables of its own schema, whatever comes first on the path"
is "$(PGOPTIONS='-c client_min_messages=notice' sql -f "$here/../../sql/schema/045_bound_functions.sql" 2>&1)" "" \
  "applied again, nothing changes"
# One of another version, with a view over it: kept, and said.
sql -c "DROP FUNCTION week_over_week_here" -c "CREATE FUNCTION week_over_week_here(days int) RETURNS int LANGUAGE sql AS 'SELECT 1'" \
  -c "CREATE VIEW leans AS SELECT week_over_week_here(1)"
like "$(PGOPTIONS='-c client_min_messages=notice' sql -f "$here/../../sql/schema/045_bound_functions.sql" 2>&1)" \
  'week_over_week_here\(integer\) stays as it is' "one that something depends on stays, and is named"
sql -c "DROP VIEW leans" -f "$here/../../sql/schema/045_bound_functions.sql" >/dev/null
is "$(sql -c "SELECT string_agg(pronargs::text, ',') FROM pg_proc WHERE proname = 'week_over_week_here'")" \
  "$(sql -c "SELECT pronargs FROM pg_proc WHERE proname = 'week_over_week'")" "and gives way when nothing does any more"
