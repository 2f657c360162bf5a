# Packages: what each command needs, and installing what is missing of it (Debian 12 and 13).
# shellcheck shell=bash

# One line each: package, what proves it there (a command, or `-` for the package itself), what it is for.
packages_for() { # build|test|tsan|check|bench|fuzz|bare
  case $1 in
    build)
      cat <<TEXT
g++ g++ the compiler
cmake cmake the build's description
ninja-build ninja the build's engine
ccache ccache compiles nothing twice
pkg-config pkg-config finds libsystemd
$(boost_package) - sockets (Asio), HTTP and WebSocket (Beast)
libcaf-dev - actors
libhiredis-dev - the Redis protocol
nlohmann-json3-dev - JSON
libspdlog-dev - logs
libtomlplusplus-dev - the settings file
libcli11-dev - flags
libssl-dev - TLS
zlib1g-dev - compressed messages
libsystemd-dev - readiness, watchdog and socket activation
prometheus-cpp-dev - metrics
catch2 - the test programs
TEXT
      ;;
    test)
      cat <<TEXT
python3 /usr/bin/python3 test scripts
python3-websockets - test clients
nodejs node test clients in JavaScript
npm npm fetches the test clients' libraries
chromium chromium the playground in a browser
systemd systemd-analyze checks the units
openssl openssl certificates for the tests
redis-server redis-server the servers of the redis tests
python3-redis - their client
nftables nft a Redis that swallows what it is sent
iproute2 ip network namespaces for that
TEXT
      ;;
    tsan)
      cat <<TEXT
dpkg-dev dpkg-source unpacks CAF's sources, to build them with the thread sanitizer
util-linux setarch runs a program at fixed addresses
TEXT
      ;;
    check)
      cat <<TEXT
clang-format clang-format the code's format
clang-tidy clang-tidy the code's rules
shellcheck shellcheck the scripts' rules
git git lists the project's files
TEXT
      ;;
    bench)
      cat <<TEXT
python3 /usr/bin/python3 runs the benchmark
python3-matplotlib - its plots
strace strace counts system calls
TEXT
      ;;
    fuzz)
      cat <<TEXT
clang clang++ the fuzzers' compiler
libclang-rt-dev - libFuzzer and the sanitizers
TEXT
      ;;
    bare)
      cat <<TEXT
debootstrap debootstrap makes a bare Debian in a folder
util-linux unshare mounts that end with the command
git git the clone of HEAD in it
TEXT
      ;;
  esac
}

# Debian 12's libboost-dev is 1.74, too old for Beast's and Asio's interfaces that are used here.
boost_package() {
  local ID='' VERSION_ID=''
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || . /etc/os-release
  if [ "$ID $VERSION_ID" = "debian 12" ]; then echo libboost1.81-dev; else echo libboost-dev; fi
}

installed() { # PACKAGE COMMAND
  { [ "$2" != - ] && command -v "$2" >/dev/null; } ||
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# ensure GROUP...: installs what is missing of these groups; silent when nothing is.
ensure() {
  local group package probe purpose wanted=() missing=()
  for group in "$@"; do
    while read -r package probe purpose; do
      wanted+=("$package")
      if command -v dpkg-query >/dev/null && installed "$package" "$probe"; then continue; fi
      missing+=("$package")
      [ "${#missing[@]}" -gt 1 ] || heading "missing packages"
      printf '   %-22s %s\n' "$package" "$purpose"
    done < <(packages_for "$group")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "this system has no apt-get; install the counterparts of these Debian packages: ${wanted[*]}"
  timed "apt-get install ${missing[*]}" install_packages "${missing[@]}"
}

install_packages() { # PACKAGE...
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "installing packages needs root or sudo: apt-get install $*"
    apt=(sudo "${apt[@]}")
  fi
  "${apt[@]}" update || fail "apt-get update failed (see above)"
  "${apt[@]}" install --yes --no-install-recommends "$@" >/dev/null || fail "apt-get install failed (see above)"
}

cmd_setup() {
  case ${1:-} in
    '') ensure build ;;
    --test) ensure build test ;;
    --all) ensure build test tsan check bench fuzz bare ;;
    *) fail "setup: unknown argument '$1'; ./dev help shows the ones there are" 2 ;;
  esac
  note "everything is installed"
}
