#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# What the scripts say when they cannot go on: a path with blanks, a sudo that refuses, no sudo, a port for a cluster that runs
# already, files of the extension that databases still use. Each says what is wrong and the way out, and changes nothing.
# A cluster of its own (CLUSTER_DESTDIR); stand-ins for sudo, dpkg-query and pg_config, so that nothing of the machine is touched.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d /tmp/starting.XXXXXX)
account=$(if [ "$(id -u)" -eq 0 ]; then echo nobody; else id -un; fi)
cluster() {
  env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS CLUSTER_MODE=durable CLUSTER_DIR="$work/cluster" \
    "$root/scripts/cluster" "$@" 2>&1 </dev/null
}
trap 'cluster destroy >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

stand_in() { # stand_in NAME, its lines from standard input
  mkdir -p "$work/bin"
  { echo '#!/bin/sh'; cat; } >"$work/bin/$1"
  chmod a+rx "$work/bin/$1"
}
# As somebody who is not root, who has nothing installed.
unprivileged() {
  local command=(env -u SKIP_PACKAGES PATH="$1" "$work/checkout/scripts/install-packages" run)
  if [ "$(id -u)" -eq 0 ]; then command=(runuser -u "$account" -- "${command[@]}"); fi
  (cd / && "${command[@]}" 2>&1 </dev/null) || echo "status $?"
}

plan 11
mkdir -p "$work/with a blank" "$work/checkout"
cp -r "$root/scripts" "$work/with a blank/"
cp -r "$root/scripts" "$work/checkout/"
chmod -R a+rX "$work"
for script in tracker test deb install-extension; do
  like "$("$work/with a blank/scripts/$script" 2>&1 || echo "status $?")" "has a character that build tools cannot take.*Move the checkout.*status 1" \
    "$script in a path with a blank"
done

stand_in dpkg-query </dev/null
stand_in sudo <<'SH'
echo "sudo: somebody is not in the sudoers file" >&2
exit 1
SH
like "$(unprivileged "$work/bin:$PATH")" "sudo is here, but does not let $account install packages.*As root: apt-get install.*nothing was changed.*status 1" \
  "a sudo that does not allow it"
rm "$work/bin/sudo"
without=$work/bin
for program in bash sh env dirname pwd realpath id sed awk grep cat tr apt-get apt-cache sort; do
  if command -v "$program" >/dev/null; then ln -sf "$(command -v "$program")" "$work/bin/$program"; fi
done
like "$(unprivileged "$without")" "installing packages needs root, and there is no sudo here.*As root: apt-get install.*status 1" "no sudo"

cluster start >/dev/null
like "$(CLUSTER_LISTEN=54 cluster start || echo "status $?")" "runs already.*does not listen on port 54.*make stop, then CLUSTER_LISTEN=54 make start.*status 1" \
  "a port for a cluster that runs already"
like "$(CLUSTER_LISTEN=x cluster start || echo "status $?")" "CLUSTER_LISTEN is 'x'.*from 1 to 65535.*status 1" "a port that is none"
like "$(cluster status)" "PostgreSQL runs in $work/cluster" "which goes on running"

# The database that the tests run in has the extension. The stand-in has no PGXS: past the question nothing could be removed.
bin=$("${PG_CONFIG:-pg_config}" --bindir) share=$("${PG_CONFIG:-pg_config}" --sharedir)
stand_in pg_config <<SH
case \$1 in
  --version) echo "PostgreSQL 0.1" ;;
  --bindir) echo '$bin' ;;
  --sharedir) echo '$share' ;;
  *) echo "$work/none" ;;
esac
SH
uninstall() { PG_CONFIG=$work/bin/pg_config STATE_DIR=$work/state "$root/scripts/install-extension" uninstall 2>&1 || echo "status $?"; }
if dpkg-query -S "$share/extension/performance_tracker.control" >/dev/null 2>&1; then wanted='belongs to the package'; else
  wanted="databases still have the extension.*$PGDATABASE.*DROP EXTENSION performance_tracker.*no row is lost.*status 1"
fi
like "$(uninstall)" "$wanted" "files that a database still uses are not taken away"
like "$(PGHOST=$work uninstall)" "has no headers beside it" "which is asked of the server that they belong to"
