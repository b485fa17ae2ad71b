# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=bash
#
# What the scripts share: messages, finding PostgreSQL, and running things without root's rights.
# Sourced, never run. Sets ROOT (the checkout) and STATE (everything that `make run` makes, default .local).

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # used by the scripts that source this file
STATE=${STATE_DIR:-$ROOT/.local}

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die MESSAGE [WAY OUT]...: each further argument is a line that says what to do about it.
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# The account that PostgreSQL runs under: it refuses root, so root lends it Debian's own.
database_account() {
  if is_root; then echo postgres; else id -un; fi
}

# The account that the HTTP server runs under. Not postgres: that one is superuser of every cluster on the machine.
service_account() {
  if is_root; then echo nobody; else id -un; fi
}

# as_account USER COMMAND...: from / because USER may not be allowed to enter root's current directory.
as_account() {
  local account=$1
  shift
  if is_root; then
    (cd / && exec runuser -u "$account" -- "$@")
  else
    (cd / && exec "$@")
  fi
}

as_database_account() { as_account "$(database_account)" "$@"; }

# Free space of the file system that holds (or will hold) a path, in MB.
free_megabytes() {
  local path=$1
  while [ ! -e "$path" ]; do path=$(dirname "$path"); done
  df -Pm "$path" | awk 'NR == 2 { print $4 }'
}

# require_space PATH MEGABYTES PURPOSE
require_space() {
  local free
  free=$(free_megabytes "$1")
  [ "$free" -ge "$2" ] ||
    die "not enough disk space for $3: ${free} MB free at $1, ${2} MB are needed" "Make room there and start again; nothing was changed."
}

# The directory of PostgreSQL's programs. POSTGRES_VERSION wins; then the version that made the data given as $1;
# then the newest that can also build extensions (a server without headers beside it is of no use here).
postgres_bin() {
  local data=${1:-} version=${POSTGRES_VERSION:-} candidate
  if [ -z "$version" ] && [ -n "$data" ] && [ -e "$data/PG_VERSION" ]; then
    version=$(cat "$data/PG_VERSION")
    [ -x "/usr/lib/postgresql/$version/bin/postgres" ] ||
      die "the data in $data was made by PostgreSQL $version, which is not installed" \
        "Either: apt-get install postgresql-$version postgresql-server-dev-$version" \
        "Or set the old data aside (mv $data $data.old) and start anew; the loader fetches 90 days again."
  fi
  if [ -n "$version" ]; then
    candidate=/usr/lib/postgresql/$version/bin
  else
    candidate=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -rV |
      while read -r found; do
        if [ -x "$found/initdb" ] && [ -x "$found/pg_config" ]; then echo "$found"; break; fi
      done)
  fi
  [ -x "$candidate/initdb" ] ||
    die "PostgreSQL${version:+ $version} is not installed" "Run scripts/install-packages (as root or with sudo)."
  if [ -n "$data" ] && [ -e "$data/PG_VERSION" ] && [ "$(cat "$data/PG_VERSION")" != "$(basename "$(dirname "$candidate")")" ]; then
    die "the data in $data was made by PostgreSQL $(cat "$data/PG_VERSION"), not by $(basename "$(dirname "$candidate")")" \
      "Unset POSTGRES_VERSION, or set the old data aside: mv $data $data.old"
  fi
  echo "$candidate"
}
