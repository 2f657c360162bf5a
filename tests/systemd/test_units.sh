#!/bin/sh
# The unit files hold what they promise: systemd finds nothing wrong with them, the sandbox stays tight, and systemd
# waits longer for the end of roomd than roomd drains. Exit 77: skipped, there is no systemd-analyze.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
service=$root/systemd/roomd.service
socket=$root/systemd/roomd.socket

if ! command -v systemd-analyze >/dev/null; then
  echo "SKIP: systemd-analyze is missing"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAIL: $1"
  failures=$((failures + 1))
}

# The value of a directive of the service.
directive() { sed -n "s/^$1=//p" "$service"; }

# "45s", "5m" or "250ms" as milliseconds.
milliseconds() {
  number=$(echo "$1" | sed 's/[a-z]*$//')
  case $1 in
    *ms) echo "$number" ;;
    *s) echo $((number * 1000)) ;;
    *m) echo $((number * 60000)) ;;
    *h) echo $((number * 3600000)) ;;
    *) echo "no duration: $1" >&2 && exit 1 ;;
  esac
}

# 15: an exposure of 1.5 of 10.
systemd-analyze security --offline=yes --threshold=15 "$service" >"$work/security" ||
  fail "the sandbox is looser than 1.5: $(tail -n 1 "$work/security")"

# roomd need not be installed: the copies run a program that every system has.
sed 's#/usr/bin/roomd#/bin/true#' "$service" >"$work/roomd.service"
cp "$socket" "$work/roomd.socket"
for unit in roomd.service roomd.socket; do
  systemd-analyze verify --man=no "$work/$unit" >"$work/verify" 2>&1 || fail "$unit: $(cat "$work/verify")"
  if grep -F "$work/" "$work/verify"; then fail "$unit: systemd warns"; fi
done

drain=$(sed -n '/^\[drain\]/,/^\[log\]/s/^timeout = "\(.*\)"$/\1/p' "$root/config/roomd.toml")
stop=$(directive TimeoutStopSec)
[ "$(milliseconds "$stop")" -gt "$(milliseconds "$drain")" ] ||
  fail "TimeoutStopSec ($stop) is not longer than drain.timeout ($drain)"

config=$(directive ExecStart | sed -n 's/.*--config //p')
directive ExecStartPre | grep -q -- "--check-files --config $config\$" ||
  fail "ExecStartPre does not check the file that ExecStart reads"
directive ExecReload | head -n 1 | grep -q -- "^/usr/bin/roomd --check-files --config $config\$" ||
  fail "ExecReload does not check the file that ExecStart reads before it signals"
[ "$(directive ExecReload | sed -n 2p)" = "/usr/bin/kill -HUP \$MAINPID" ] || fail "ExecReload does not signal"

[ "$failures" -eq 0 ] && echo "ok"
