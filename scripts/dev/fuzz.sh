# The fuzzers of tests/fuzz: built with clang's libFuzzer and two sanitizers, each run for some minutes.
# shellcheck shell=bash

fuzz_usage() {
  cat <<TEXT
usage: ./dev fuzz [ENTRY…] [--minutes N]

Builds tests/fuzz/fuzz_ENTRY.cpp (all of them where none is named) with libFuzzer and the address and
undefined-behaviour sanitizers, and runs each for N minutes (default 1), as many at once as there are processors. What
each has learnt is kept in $cache_dir/fuzz/ENTRY and goes on from tests/fuzz/seeds/ENTRY. Ends with a line for each and
\`N passed, N failed, N skipped\`; a find fails, and its input is named.

entries: $(fuzz_entries | tr '\n' ' ')

examples:
  ./dev fuzz                            a minute of each
  ./dev fuzz http_head --minutes 60     one of them for an hour
  build/fuzz/fuzz_http_head FILE        a find once more
TEXT
}

fuzz_entries() {
  local file
  for file in tests/fuzz/fuzz_*.cpp; do
    file=${file##*/fuzz_}
    echo "${file%.cpp}"
  done
}

# plant_seeds ENTRY CORPUS: a line of tests/fuzz/seeds/ENTRY is a seed, with escapes as of printf.
plant_seeds() {
  local line seed
  [ -e "tests/fuzz/seeds/$1" ] || return 0
  while IFS= read -r line; do
    seed=$(printf '%s' "$line" | sha1sum)
    printf '%b' "$line" >"$2/${seed%% *}"
  done <"tests/fuzz/seeds/$1"
}

# run_fuzzer ENTRY SECONDS RESULTS: leaves `PASSED FAILED LINE` in RESULTS/ENTRY.
run_fuzzer() {
  local entry=$1 corpus=$cache_dir/fuzz/$1 log=$3/$1.log status=0 runs find dictionary=()
  mkdir -p "$corpus" "$cache_dir/fuzz/finds"
  plant_seeds "$entry" "$corpus"
  [ ! -e "tests/fuzz/seeds/$entry.dict" ] || dictionary=(-dict="tests/fuzz/seeds/$entry.dict")
  UBSAN_OPTIONS=print_stacktrace=1 "build/fuzz/fuzz_$entry" -max_total_time="$2" -timeout=20 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$cache_dir/fuzz/finds/$entry-" "${dictionary[@]}" "$corpus" \
    >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if ((status == 0)) && [ -n "$runs" ]; then
    printf '1 0 %-16s nothing found: %s runs, %s inputs kept\n' "$entry" "$runs" \
      "$(find "$corpus" -type f | wc -l)" >"$3/$entry"
  else
    find=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    printf '0 1 %-16s FAILED with %d: %s\n' "$entry" "$status" "${find:-see above}" >"$3/$entry"
    tail -n 60 "$log"
  fi
}

# The fuzzers end by themselves; where this command is stopped they are, too.
stop_fuzzers() {
  local pid
  for pid in $(jobs -rp); do kill "$pid" 2>/dev/null || true; done
}

run_fuzzers() { # SECONDS ENTRY...
  local seconds=$1 results entry passed failed line
  shift
  results=$(mktemp -d)
  trap 'stop_fuzzers; exit 130' INT TERM
  for entry in "$@"; do
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
    run_fuzzer "$entry" "$seconds" "$results" &
  done
  wait
  trap - INT TERM
  printf '\n'
  for entry in "$@"; do
    read -r passed failed line <"$results/$entry" || { passed=0 failed=1 line="$entry ended without a word"; }
    count "$passed" "$failed" 0
    printf '%s\n' "$line"
  done
  rm -rf "$results"
}

cmd_fuzz() {
  local minutes=1 entries=() all
  readarray -t all < <(fuzz_entries)
  while (($# > 0)); do
    case $1 in
      --help | -h) fuzz_usage && return ;;
      --minutes)
        [[ ${2:-} =~ ^[1-9][0-9]{0,4}$ ]] || fail "--minutes needs a whole number from 1 on" 2
        minutes=$2
        shift
        ;;
      *)
        [ -e "tests/fuzz/fuzz_${1#fuzz_}.cpp" ] || fail "fuzz: no entry '$1'; there are: ${all[*]}" 2
        entries+=("${1#fuzz_}")
        ;;
    esac
    shift
  done
  ((${#entries[@]} > 0)) || entries=("${all[@]}")
  ensure build fuzz
  begin_tally
  timed "build the fuzzers" build_preset fuzz "${entries[@]/#/fuzz_}"
  heading "${#entries[@]} fuzzers, $minutes minutes each"
  run_fuzzers $((minutes * 60)) "${entries[@]}"
}
