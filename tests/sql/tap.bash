# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=bash
#
# A few TAP functions for the scripts of this directory; psql is called as a user would, without a psqlrc.

count=0
failed=0

plan() { echo "1..$1"; }

ok() {  # ok STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else
    failed=$((failed + 1))
    echo "not ok $count - $2"
  fi
}

is() {  # is GOT WANTED NAME
  if [ "$1" = "$2" ]; then ok 0 "$3"; else
    ok 1 "$3"
    printf '#      got: %s\n#   wanted: %s\n' "${1//$'\n'/$'\n'#   }" "${2//$'\n'/$'\n'#   }"
  fi
}

like() {  # like GOT REGEX NAME
  if [[ $1 =~ $2 ]]; then ok 0 "$3"; else
    ok 1 "$3"
    printf '#      got: %s\n#  no match: %s\n' "${1//$'\n'/$'\n'#   }" "$2"
  fi
}

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

# The error of one statement as "SQLSTATE: message" (and hint, on a line of its own).
error_of() { psql -XAtq -v VERBOSITY=verbose -c "$1" 2>&1 >/dev/null | sed -n 's/^ERROR:  //p; s/^HINT:  /hint: /p'; }

# Below which folder the server finds the extension: by Debian's extension_destdir, or from 18 on by extension_control_path.
extension_place() {
  local place
  place=$(sql -d postgres -c "SELECT current_setting('extension_destdir', true)")
  if [ -z "$place" ]; then
    place=$(sql -d postgres -c "SELECT current_setting('extension_control_path', true)")
    place=${place%%/usr/share/postgresql/*}
    if [ "$place" = "\$system" ]; then place=; fi
  fi
  echo "$place"
}
