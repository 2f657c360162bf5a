#!/usr/bin/env bash
# The end-to-end tests against a built roomd: tests/e2e/run.sh BINARY [FILTER]. FILTER: part of the names of what to
# run (`promise`, `python`, `playground`, …). Ends with `N passed, N failed, N skipped`; its status is 0 when something
# ran and nothing failed. E2E_SEED=N runs the random tests as in the run that printed it.
set -euo pipefail
(($# >= 1 && $# <= 2)) || { echo "usage: tests/e2e/run.sh BINARY [FILTER]" >&2; exit 2; }
ROOMD_BINARY=$(realpath -e "$1")
filter=${2:-}
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ROOMD_BINARY E2E_LOGS=$work/logs
passed=0 failed=0 skipped=0

wanted() { [[ $1 == *"$filter"* ]]; }

install_dependencies() {
  [ -d node_modules/ws ] && [ -d node_modules/playwright-core ] && return
  npm ci --no-audit --no-fund --loglevel=error
}

# tap_number FILE WORD…: the sum of what node's report says of these words.
tap_number() {
  local file=$1 word sum=0
  shift
  for word in "$@"; do
    sum=$((sum + $(sed -n "s/^# $word \([0-9]*\)\$/\1/p" "$file" | tail -n 1 || true) + 0))
  done
  echo "$sum"
}

# part NAME REPORT STATUS PASSED FAILED SKIPPED: counts a part; what failed shows its report and the daemons' logs.
part() {
  local name=$1 report=$2 status=$3 good=$4 bad=$5 left_out=$6
  ((status == 0 || bad > 0)) || bad=1
  ((passed += good, failed += bad, skipped += left_out, 1))
  printf '%-32s %4d passed %4d failed %4d skipped %5d s\n' "$name" "$good" "$bad" "$left_out" "$((SECONDS - started))"
  ((bad > 0)) || return 0
  cat "$report"
  tail -n 20 "$E2E_LOGS"/* 2>/dev/null || true
}

# node_part NAME COMMAND…: a command that runs `node --test "${reporters[@]}"`.
node_part() {
  local name=$1 status=0 started=$SECONDS
  shift
  rm -rf "$E2E_LOGS"
  mkdir -p "$E2E_LOGS"
  rm -f "$work/tap" "$work/spec"
  "$@" >"$work/out" 2>&1 || status=$?
  touch "$work/tap" "$work/spec"
  cat "$work/out" >>"$work/spec"
  part "$name" "$work/spec" "$status" "$(tap_number "$work/tap" pass)" "$(tap_number "$work/tap" fail cancelled)" \
    "$(tap_number "$work/tap" skipped todo)"
  grep -h '^ *ℹ \(E2E_SEED\|[0-9]\)' "$work/spec" | sed 's/^ *ℹ /    /' || true
}

reporters=(--test-reporter=tap "--test-reporter-destination=$work/tap"
  --test-reporter=spec "--test-reporter-destination=$work/spec")

python_part() {
  local status=0 started=$SECONDS
  rm -rf "$E2E_LOGS"
  mkdir -p "$E2E_LOGS"
  /usr/bin/python3 python/run.py >"$work/out" 2>&1 || status=$?
  local counts=(0 0 0)
  if [[ $(tail -n 1 "$work/out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    counts=("${BASH_REMATCH[@]:1}")
  fi
  part python "$work/out" "$status" "${counts[@]}"
}

playground_part() {
  if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
    echo "playground: skipped, there is no /usr/bin/chromium"
    skipped=$((skipped + 1))
    return
  fi
  local files=(playground/*.test.js)
  node_part playground node support/with_daemon.js node --test --test-concurrency=1 "${reporters[@]}" "${files[@]}"
}

install_dependencies
for file in *.test.js; do
  if wanted "$file"; then node_part "${file%.test.js}" node --test "${reporters[@]}" "$file"; fi
done
if wanted python; then python_part; fi
if wanted playground; then playground_part; fi
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && passed > 0))
