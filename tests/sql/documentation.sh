#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# docs/sql-reference.md is what docs/sql-reference.sql makes of the catalog; UPDATE_DOCS=1 rewrites it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)
page=$root/docs/sql-reference.md

plan 1
wanted=$(sql -f "$root/docs/sql-reference.sql")
if [ -n "${UPDATE_DOCS:-}" ]; then printf '%s\n' "$wanted" > "$page"; fi
difference=$(diff "$page" <(printf '%s\n' "$wanted") | head -20 || true)
is "$difference" "" "docs/sql-reference.md is up to date (UPDATE_DOCS=1 tests/sql/run documentation)"
