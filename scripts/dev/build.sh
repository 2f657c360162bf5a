# Building a preset, running the daemon, the benchmarks.
# shellcheck shell=bash

# build_preset PRESET [TARGET...]: configures once (ninja does it again when a CMake file changes) and builds.
build_preset() {
  local preset=$1
  shift
  local ninja_file=build/$preset/build.ninja
  if [ ! -f "$ninja_file" ] || [ CMakePresets.json -nt "$ninja_file" ]; then cmake --preset "$preset"; fi
  cmake --build --preset "$preset" ${1+--target "$@"}
}

require_preset() {
  case $1 in
    release | debug | asan | tsan) ;;
    *) fail "unknown preset '$1'; there are release, debug, asan and tsan" 2 ;;
  esac
}

# prepare_preset PRESET: what a preset needs before it can be built. CAF with the thread sanitizer is kept outside
# of the tree, so that a fresh clone finds it; the script does nothing where it is complete.
prepare_preset() {
  [ "$1" = tsan ] || return 0
  ensure tsan
  mkdir -p "$cache_dir" build
  timed "CAF with the thread sanitizer" cmake/build-caf-tsan.sh "$cache_dir/caf-tsan"
  ln -sfn "$cache_dir/caf-tsan" build/caf-tsan
}

cmd_build() {
  local preset=${1:-release}
  (($# <= 1)) || fail "build takes one preset" 2
  require_preset "$preset"
  ensure build
  prepare_preset "$preset"
  timed "build $preset" build_preset "$preset"
  note "the daemon is build/$preset/roomd"
}

cmd_run() {
  [ "${1:-}" != -- ] || shift
  ensure build
  timed "build roomd" build_preset release roomd
  cat <<'TEXT'

The playground, as two users of one room (with the default settings):
  http://127.0.0.1:8080/ui/Maths?id_user=1
  http://127.0.0.1:8080/ui/Maths?id_user=2

TEXT
  exec build/release/roomd "$@"
}

cmd_bench() {
  case " $* " in *" --help "* | *" -h "*) exec bench/run --help ;; esac
  ensure build bench
  timed "build release for the benchmark" build_preset release roomd \
    bench_load bench_floor bench_distance bench_memory
  exec bench/run "$@"
}
