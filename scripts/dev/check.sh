# The laws that a machine can check.
# shellcheck shell=bash

longest_file=300 # lines

# The formatter's and the linter's opinions change with their version; these are Debian 12's.
llvm_major=14

# project_files PATTERN...: tracked and new files, without what git ignores and what was removed.
project_files() {
  local file
  git ls-files --cached --others --exclude-standard -- "$@" | sort -u |
    while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

right_version() { # TOOL
  local version
  version=$("$1" --version | grep -oE 'version [0-9]+' | head -n 1)
  [ "$version" = "version $llvm_major" ] && return 0
  note "skipped: $1 $llvm_major is the one that decides, this is $version"
  return 1
}

check_format() {
  right_version clang-format || return 77
  project_files '*.cpp' '*.hpp' | xargs -r clang-format --dry-run -Werror
}

# The pure folders take 3 s a file. Those that include CAF and Beast take 40 s, half an hour together: `--all`.
check_tidy() {
  local folders=(src/core src/protocol src/config src/store)
  [ "${1:-}" != --all ] || folders=(src)
  right_version clang-tidy || return 77
  cmake --preset check >/dev/null
  scripts/dev/tidy.py --build build/check --cache "$cache_dir/tidy" "${folders[@]}"
}

# Each header is compiled by itself, as the first include of an empty file.
check_headers() {
  project_files 'src/*.hpp' | xargs -P "$(nproc)" -I{} \
    g++ -std=c++20 -fsyntax-only -Wall -Wextra -Werror -Isrc -DBOOST_ASIO_NO_DEPRECATED \
    -DBOOST_ASIO_DISABLE_CONCEPTS -DSPDLOG_COMPILED_LIB -DSPDLOG_FMT_EXTERNAL -x c++ -include {} /dev/null
}

# Vectors and lock files are data, not text that somebody reads from top to bottom.
check_length() {
  local long
  long=$(project_files dev .ci src tests bench scripts | grep -vE '/vectors/|\.json$' |
    xargs -r wc -l | awk -v most="$longest_file" '$2 != "total" && $1 > most')
  [ -z "$long" ] || fail "over $longest_file lines:"$'\n'"$long"
}

# Shards share nothing but messages. The one lock guards the queue by which threads hand messages to a shard.
check_locks() {
  local locks
  locks=$(git grep --untracked -nE \
    'std::((recursive_|shared_|timed_)*mutex|condition_variable)|lock_guard|unique_lock|scoped_lock|shared_lock' \
    -- src ':!src/actors/shard.hpp' ':!src/actors/shard.cpp' ':!src/README.md') || true
  [ -z "$locks" ] || fail "locks outside of src/actors/shard:"$'\n'"$locks"
}

check_documents() { tests/docs_links.py --self-test && tests/docs_links.py; }

# Its programs are built by `./dev bench` only, so that they compile is looked at here.
check_bench() {
  project_files 'bench/*.cpp' | xargs -P "$(nproc)" -I{} \
    g++ -std=c++20 -fsyntax-only -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Werror -Isrc -Ibench \
    -DBOOST_ASIO_NO_DEPRECATED -DBOOST_ASIO_DISABLE_CONCEPTS -DSPDLOG_COMPILED_LIB -DSPDLOG_FMT_EXTERNAL {}
  /usr/bin/python3 -m unittest discover bench
}

check_scripts() {
  project_files dev .ci/run '*.sh' | xargs -r shellcheck --severity=warning
}

cmd_check() {
  (($# == 0)) || [ "$*" = --all ] || fail "check takes --all or nothing" 2
  ensure build check
  begin_tally
  step "format" check_format
  step "layers" test_layers
  step "links in the documents" check_documents
  step "file length" check_length
  step "locks" check_locks
  step "scripts" check_scripts
  step "the benchmark's own tests" check_bench
  step "headers stand alone" check_headers
  step "clang-tidy" check_tidy "$@"
}
