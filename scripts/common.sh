# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=bash
#
# What the scripts share: messages, finding PostgreSQL, and running things without root's rights.
# Sourced, never run. Sets ROOT (the checkout) and STATE (everything that `make run` makes, default .local).

set -euo pipefail
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # used by the scripts that source this file
STATE=$(realpath -m "${STATE_DIR:-$ROOT/.local}")
# The PostgreSQL versions that extension/pg/compat.h knows, newest first.
SUPPORTED_VERSIONS="18 17 16 15 14 13"

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

# Make, CMake and PostgreSQL's own settings each quote paths by rules of their own; of blanks and quotes some survive
# none of them. Said at once rather than in the middle of a compiler's output.
case $ROOT$STATE in
  *[[:space:]\'\"\\\$\`\;\#:,%]*)
    die "the path has a character that build tools cannot take: $ROOT${STATE_DIR:+ (STATE_DIR $STATE)}" \
      "Move the checkout (and STATE_DIR) to a path of letters, digits, '.', '_', '-' and '/', then call it again."
    ;;
esac

is_root() { [ "$(id -u)" -eq 0 ]; }

# The account that PostgreSQL runs under: it refuses root, so root lends it Debian's own.
database_account() {
  if is_root; then echo postgres; else id -un; fi
}

# The account that the HTTP server runs under. Not postgres: that one is superuser of every cluster on the machine. Not
# nobody: others run things under it too, which could then read the server's memory. Root makes one of its own.
service_account() {
  if ! is_root; then
    id -un
    return
  fi
  id performance_tracker >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
      --comment "performance_tracker's HTTP server" performance_tracker >&2 ||
    die "the account performance_tracker could not be made" "The HTTP server runs under it; make it with: adduser --system --group performance_tracker"
  echo performance_tracker
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

# The newest supported PostgreSQL here that has its headers beside it; empty when there is none.
installed_postgres() {
  local version
  for version in $SUPPORTED_VERSIONS; do
    if [ -x "/usr/lib/postgresql/$version/bin/initdb" ] && [ -e "/usr/include/postgresql/$version/server/postgres.h" ]; then
      echo "$version"
      return
    fi
  done
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
    candidate=/usr/lib/postgresql/$(installed_postgres)/bin
  fi
  [ -x "$candidate/initdb" ] ||
    die "PostgreSQL${version:+ $version} is not installed" "Run scripts/install-packages run (as root or with sudo)."
  version=$(basename "$(dirname "$candidate")")
  [[ " $SUPPORTED_VERSIONS " == *" $version "* ]] ||
    die "PostgreSQL $version is not supported" "Supported: $SUPPORTED_VERSIONS. Choose one: POSTGRES_VERSION=15"
  if [ -n "$data" ] && [ -e "$data/PG_VERSION" ] && [ "$(cat "$data/PG_VERSION")" != "$(basename "$(dirname "$candidate")")" ]; then
    die "the data in $data was made by PostgreSQL $(cat "$data/PG_VERSION"), not by $(basename "$(dirname "$candidate")")" \
      "Unset POSTGRES_VERSION, or set the old data aside: mv $data $data.old"
  fi
  echo "$candidate"
}

# The folder for everything that is made: .local in the checkout. When root calls from a place that its helper accounts
# may not enter (/root, say), it lives below /var/lib instead and .local is a link to it.
prepare_state() {
  if is_root && [ -z "${STATE_DIR:-}" ] && [ ! -e "$ROOT/.local" ] && id postgres >/dev/null 2>&1 &&
    ! as_database_account test -x "$ROOT"; then
    local away
    away=/var/lib/performance_tracker/$(printf %s "$ROOT" | sha256sum | cut -c1-12)
    say "The accounts that the database and the server run under may not enter $ROOT; data and programs go to $away"
    mkdir -p "$away"
    ln -sfn "$away" "$ROOT/.local"
    STATE=$(realpath -m "$ROOT/.local")
  fi
  mkdir -p "$STATE" 2>/dev/null || die "cannot write to $STATE"
  [ -w "$STATE" ] || die "$STATE belongs to $(stat -c %U "$STATE")" "Call make as that user, or start anew there: make clean"
}

# step TITLE COMMAND...: one line on the terminal, everything else in a log of its own; the errors and the end of it when
# it fails. STEP and STEPS, where the caller has set them, say how far the whole has come.
step() {
  local title=$1 started=$SECONDS log ticker code=0
  log=$STATE/build/$(tr -cs 'A-Za-z0-9\n' - <<<"$title" | tr '[:upper:]' '[:lower:]').log
  shift
  mkdir -p "$STATE/build"
  title=$(step_number)$title
  printf '%s… ' "$title" >&2
  show_time "$title" "$started" &
  ticker=$!
  "$@" >"$log" 2>&1 || code=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ -t 2 ]; then printf '\r%s… ' "$title" >&2; fi
  next_step
  if [ "$code" -eq 0 ]; then
    printf '%s s\n' "$((SECONDS - started))" >&2
  else
    printf 'failed\n' >&2
    { grep -E '(^|: )(fatal )?(error|Error|ERROR)(:| TS)|^npm (ERR!|error)|CMake Error' "$log" || true; } | head -n 12 >&2
    say "--- its last lines"
    tail -n 8 "$log" | cut -c1-300 >&2
    die "$title: failed; everything it said is in $log"
  fi
}

step_number() { if [ -n "${STEP:-}" ]; then printf '[%s/%s] ' "$STEP" "${STEPS:-?}"; fi; }
next_step() { if [ -n "${STEP:-}" ]; then STEP=$((STEP + 1)); fi; }

# Beside a long command: the seconds on a terminal, a word a minute in a log. Ends with the script at the latest.
show_time() {
  local title=$1 started=$2 elapsed
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    elapsed=$((SECONDS - started))
    if [ -t 2 ]; then
      printf '\r%s… %s s' "$title" "$elapsed" >&2
    elif [ $((elapsed % 60)) -eq 0 ]; then
      printf '%s s… ' "$elapsed" >&2
    fi
  done
}

# Compilers take up to 1.5 GB each here.
build_jobs() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
  if [ "$memory" -lt 1 ]; then memory=1; fi
  if [ "$processors" -lt "$memory" ]; then echo "$processors"; else echo "$memory"; fi
}

# mirror FOLDER [TARGET]: the sources of a folder of the checkout, copied below $STATE/build/source, so that a build writes
# nothing into the checkout and two builds do not meet. What is gone from the checkout goes there too.
mirror() {
  local folder=$1 target=${2:-$STATE/build/source} list
  mkdir -p "$target/$folder" || return
  list=$target/.$(tr / - <<<"$folder").list
  (cd "$ROOT" && find "$folder" \( -name node_modules -o -name results \) -prune -o -type f \
    ! -name '*.o' ! -name '*.so' ! -name '*.bc' ! -path 'extension/*--*.sql' -print | LC_ALL=C sort) >"$list.new" || return
  if [ -e "$list" ]; then
    LC_ALL=C comm -23 "$list" "$list.new" | (cd "$target" && xargs -rd '\n' rm -f --) || return
  fi
  copy_changed "$ROOT" "$target" "$list.new" || return
  mv "$list.new" "$list"
}

# copy_changed FROM TO LIST: of the files that LIST names, those whose contents differ, with the time of now. Not their own
# time: what was edited while a build ran is older than the object that the build made of the contents before.
copy_changed() {
  local from=$1 to=$2 list=$3
  LC_ALL=C comm -23 <(cd "$from" && xargs -rd '\n' sha256sum -- <"$list" | LC_ALL=C sort) \
    <(cd "$to" && xargs -rd '\n' sha256sum -- <"$list" 2>/dev/null | LC_ALL=C sort) | cut -c67- >"$list.changed"
  if [ -s "$list.changed" ]; then
    (cd "$from" && tar -cf - -T "$list.changed") | tar -xmf - -C "$to" || return
  fi
  rm -f "$list.changed"
}

# Where the extension is built for the PostgreSQL of a pg_config: objects of one are of no use to another.
extension_folder() { echo "$STATE/build/$("$1" --version | tr -cs 'A-Za-z0-9.\n' - | tr '[:upper:]' '[:lower:]')"; }

# make_extension PG_CONFIG: whoever needs it, a tracker, the tests or `make install`, uses the same objects.
make_extension() {
  local pg_config=$1 folder
  folder=$(extension_folder "$pg_config")
  mirror extension "$folder" || return
  mirror sql "$folder" || return
  if [ -e "$ROOT/VERSION" ]; then cp -p "$ROOT/VERSION" "$folder/VERSION" || return; fi
  # -g1: lines for backtraces, at three quarters of the time that full debugging information takes.
  make -C "$folder/extension" -j "$(build_jobs)" PG_CONFIG="$pg_config" ARCHFLAGS="-g1 ${ARCHFLAGS:-}"
}

project_version() {
  if [ -e "$ROOT/VERSION" ]; then cat "$ROOT/VERSION"; return; fi
  sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$ROOT/extension/performance_tracker.control"
}

# One checksum over the contents of files and folders.
fingerprint() {
  (cd "$ROOT" && find "$@" -name node_modules -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
}

# swap_in NEW PLACE: a whole folder takes the place of the old one.
swap_in() {
  rm -rf "$2.old"
  if [ -e "$2" ]; then mv "$2" "$2.old" || return; fi
  mv "$1" "$2" || return
  rm -rf "$2.old"
}
