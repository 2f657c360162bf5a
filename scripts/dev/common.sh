# What all commands share: messages, durations, and the tally of passed, failed and skipped.
# shellcheck shell=bash
: "${root:?sourced by ./dev}"
# shellcheck disable=SC2034
cache_dir=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/roomd # kept between clones; safe to delete
tally=
told= # what failed, in brief: told again at the end, for a reader who sees the last lines only

heading() { printf '\n== %s\n' "$*"; }
note() { printf -- '-- %s\n' "$*"; }
fail() { # MESSAGE [STATUS]
  printf 'dev: %s\n' "$1" >&2
  exit "${2:-1}"
}

# timed NAME COMMAND...: says what runs, and how long it took.
timed() {
  local name=$1 started=$SECONDS
  shift
  heading "$name"
  "$@"
  note "$name: done in $((SECONDS - started)) s"
}

# begin_tally: from here on steps are counted, and the command's last line sums them up, also when it ends early.
begin_tally() {
  tally=$(mktemp)
  told=${ROOMD_TOLD:-$(mktemp)}
  trap end_tally EXIT
}

end_tally() {
  local status=$? passed failed skipped
  read -r passed failed skipped < <(awk '{p += $1; f += $2; s += $3} END {print p + 0, f + 0, s + 0}' "$tally")
  rm -f "$tally"
  if [ -z "${ROOMD_TOLD:-}" ]; then
    cat "$told"
    rm -f "$told"
  fi
  ((status == 0 || failed > 0)) || failed=1
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0)) || exit 1
}

count() { printf '%d %d %d\n' "$1" "$2" "$3" >>"$tally"; } # PASSED FAILED SKIPPED

failures() { awk '{f += $2} END {print f + 0}' "$tally"; }

# step NAME COMMAND...: runs a part in a subshell, so that a failure ends the part and not the rest. A command
# counts what it tested by itself; one that counts nothing is one test: status 0 passed, 77 skipped, else failed.
step() {
  local name=$1 started=$SECONDS lines failed status output
  shift
  output=$(mktemp)
  lines=$(wc -l <"$tally")
  failed=$(failures)
  heading "$name"
  set +e
  (
    set -e
    "$@"
  ) 2>&1 | tee "$output"
  status=${PIPESTATUS[0]}
  set -e
  if (($(wc -l <"$tally") == lines)); then
    case $status in
      0) count 1 0 0 ;;
      77) count 0 0 1 ;;
      *) count 0 1 0 ;;
    esac
  elif ((status != 0 && $(failures) == failed)); then
    count 0 1 0
  fi
  local outcome=ok
  case $status in 0) ;; 77) outcome=skipped ;; *) outcome=FAILED ;; esac
  [ "$outcome" != FAILED ] || in_brief "$name" "$output" >>"$told"
  rm -f "$output"
  note "$name: $outcome, $((SECONDS - started)) s"
}

# in_brief NAME FILE: the places in a part's output where ctest, Node, Python and compilers tell of failures, or its
# last lines where there is none of these.
in_brief() {
  local marks='\*\*\*(Failed|Timeout|Exception|Not Run)|(tests|parts?).* (FAILED|failed):|FAILED|^ *(not ok|✖)|^(FAIL|ERROR):|error:'
  printf '\n== %s FAILED; from its output:\n' "$1"
  if grep -qE "$marks" "$2"; then grep -E -B 3 -A 25 "$marks" "$2"; else tail -n 40 "$2"; fi | cut -c 1-400 | head -c 6000 || true
  printf '\n'
}

# counted COMMAND...: a program whose last line is `N passed, N failed[, N skipped]`; takes its numbers over.
counted() {
  local output status=0
  output=$(mktemp)
  "$@" 2>&1 | tee "$output" || status=$?
  if [[ $(tail -n 1 "$output") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}"
    ((BASH_REMATCH[2] == 0 || status != 0)) || status=1
  fi
  rm -f "$output"
  return "$status"
}
