# The tests: ctest's labels, the ones that drive the finished daemon, and the sanitizers.
# shellcheck shell=bash

all_parts=(layers unit actor integration e2e systemd redis cluster hostile)

# ctest_label PRESET LABEL: runs one label's tests and counts them. No test with the label is a failure.
ctest_label() {
  local report=$root/build/$1/$2.xml status=0
  rm -f "$report"
  ctest --preset "$1" -L "^$2\$" -j "$(nproc)" --no-tests=error --output-junit "$report" || status=$?
  if [ -f "$report" ]; then
    local tests failures skipped disabled
    tests=$(suite_number "$report" tests)
    failures=$(suite_number "$report" failures)
    skipped=$(suite_number "$report" skipped)
    disabled=$(suite_number "$report" disabled)
    count $((tests - failures - skipped - disabled)) "$failures" $((skipped + disabled))
  fi
  return "$status"
}

suite_number() { # REPORT ATTRIBUTE
  sed -n '/<testsuite /,/>/p' "$1" | grep -oE "\b$2=\"[0-9]+\"" | head -n 1 | grep -oE '[0-9]+'
}

test_e2e() { # PRESET
  [ -x tests/e2e/run.sh ] || fail "tests/e2e/run.sh is missing"
  npm --prefix tests/e2e install --no-audit --no-fund --loglevel=error
  counted tests/e2e/run.sh "$root/build/$1/roomd"
}

test_systemd() {
  [ -f tests/systemd/test_units.sh ] || fail "tests/systemd/test_units.sh is missing"
  counted bash tests/systemd/test_units.sh
}

test_layers() { tests/layers.py --self-test && tests/layers.py; }

# test_part PRESET PART: builds what the part needs, then runs it.
test_part() {
  local preset=$1 part=$2
  case $part in
    unit | actor | integration)
      build_preset "$preset" "${part}_tests"
      ctest_label "$preset" "$part"
      ;;
    fault)
      build_preset "$preset" roomd
      counted tests/fault/run --binary "$root/build/$preset/roomd"
      ;;
    cluster) # the faults that ask most of the engine; `fault` takes them all
      build_preset "$preset" roomd
      counted tests/fault/run --binary "$root/build/$preset/roomd" kill9_node flushall node_cut_off \
        failover_lost_writes failover_without_parents ingest_reader server_killed servers_come_and_go master_killed_tls
      counted tests/cluster/run --binary "$root/build/$preset/roomd"
      ;;
    hostile)
      build_preset "$preset" roomd
      counted tests/hostile/run --binary "$root/build/$preset/roomd" --seconds 15
      ;;
    e2e)
      build_preset "$preset" roomd
      test_e2e "$preset"
      ;;
    systemd)
      build_preset "$preset" roomd
      test_systemd
      ;;
    layers) test_layers ;;
    redis) counted tests/redis/run ;;
  esac
}

cmd_test() {
  local preset=release part parts=()
  while (($# > 0)); do
    case $1 in
      --sanitize)
        shift
        cmd_sanitize "$@"
        return
        ;;
      --preset)
        (($# > 1)) || fail "--preset needs a name" 2
        require_preset "$2"
        preset=$2
        shift
        ;;
      all) parts+=("${all_parts[@]}") ;;
      unit | actor | integration | e2e | fault | systemd | layers | redis | cluster | hostile) parts+=("$1") ;;
      *) fail "test: unknown part '$1'; ./dev help lists them" 2 ;;
    esac
    shift
  done
  [ "${#parts[@]}" -gt 0 ] || parts=("${all_parts[@]}")
  ensure build test
  use_debian_python
  prepare_preset "$preset"
  begin_tally
  for part in "${parts[@]}"; do
    step "$part ($preset)" test_part "$preset" "$part"
  done
}

# The websockets library is installed for Debian's own python3, which another one on the PATH may hide.
use_debian_python() { export PATH=/usr/bin:$PATH; }

cmd_sanitize() {
  local which=${1:-both} part
  case $which in asan | tsan | both) ;; *) fail "sanitize: unknown sanitizer '$which'; asan or tsan" 2 ;; esac
  ensure build
  begin_tally
  if [ "$which" != tsan ]; then
    for part in unit actor integration; do step "$part (asan+ubsan)" test_part asan "$part"; done
  fi
  if [ "$which" != asan ]; then
    prepare_preset tsan
    for part in actor integration; do step "$part (tsan)" test_part tsan "$part"; done
  fi
}
