# All tests on a bare Debian: a tree made from nothing in a folder, a clone of HEAD in it, and `./dev test` there.
# shellcheck shell=bash

bare_usage() {
  cat <<TEXT
usage: ./dev bare 12|13 [--folder FOLDER] [--mirror URL] [--again] [-- ARGUMENTS]

Makes a bare Debian 12 or 13 (debootstrap, minbase) in a folder, clones HEAD into it, and runs \`./dev test ARGUMENTS\`
there, with Debian's packages alone. Ends with the line \`N passed, N failed, N skipped\` of the tests. Needs root;
asks nothing. The tree has mounts, processes and a /run of its own that end with the command, and shares the network.

  --folder FOLDER  Where the tree is; default: $cache_dir/bare/NUMBER. A new run makes it anew.
  --mirror URL     Where the packages come from; default: where this machine's apt gets Debian from. Its proxies and
                   certificates are used, too. What was fetched is kept in $cache_dir/bare, and so is
                   what was compiled (ccache), so that the next run compiles what has changed.
  --again          Goes on in the tree of the last run, with its packages and what is built, and HEAD as it is now.

examples:
  ./dev bare 13                     everything, from nothing
  ./dev bare 12 -- unit actor       two parts
  ./dev bare 12 --again -- actor    one of them again
TEXT
}

bare_suite() { # NUMBER
  case $1 in 12) echo bookworm ;; 13) echo trixie ;; *) return 1 ;; esac
}

# The mirror that this machine has Debian itself from.
machine_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 == "Debian" && $3 == "main" {print $4; exit}'
}

# How this machine's apt reaches its servers, as lines of apt.conf: proxies, certificates, time-outs.
machine_apt_settings() {
  apt-config dump | grep -E '^Acquire::(https?::|Retries|ForceIPv[46]|Check-Valid-Until|Check-Date)' || true
}

# The certificates that this machine trusts, where they stand in one file.
machine_certificates() {
  local file
  for file in "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" /etc/ssl/certs/ca-certificates.crt; do
    [ ! -s "$file" ] || { echo "$file" && return; }
  done
}

# What commands in the tree may know of this machine: how to reach the network, nothing else.
bare_environment() {
  local name registry
  printf '%s\n' HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}"
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}"
  done
  [ ! -e "$1/etc/machine-certificates.pem" ] || printf '%s\n' NODE_EXTRA_CA_CERTS=/etc/machine-certificates.pem
  ! command -v npm >/dev/null || ! registry=$(cd / && npm config get registry 2>/dev/null) ||
    printf 'npm_config_registry=%s\n' "$registry"
}

make_bare_tree() { # TREE SUITE MIRROR KEPT
  local tree=$1 suite=$2 mirror=$3 kept=$4 include=()
  if [ -e "$tree" ] && [ ! -e "$tree/.roomd-bare" ]; then
    fail "$tree is there and was not made by ./dev bare" 2
  fi
  rm -rf --one-file-system "$tree"
  mkdir -p "$tree" "$kept"
  touch "$tree/.roomd-bare"
  [[ $mirror != https:* ]] || include=(--include=ca-certificates)
  debootstrap --variant=minbase --cache-dir="$kept" "${include[@]}" "$suite" "$tree" "$mirror" >"$tree.log" 2>&1 || {
    tail -n 20 "$tree.log" >&2
    fail "debootstrap failed; $tree.log has more"
  }
  machine_apt_settings >"$tree/etc/apt/apt.conf.d/90machine"
  local certificates
  certificates=$(machine_certificates)
  [ -z "$certificates" ] || cp "$certificates" "$tree/etc/machine-certificates.pem"
}

# HEAD in the tree; what was built there before stays.
clone_into_tree() { # TREE
  local head
  head=$(git -C "$root" rev-parse HEAD)
  mkdir -p "$1/root/roomd"
  [ -e "$1/root/roomd/.git" ] || git init -q "$1/root/roomd"
  git -C "$1/root/roomd" fetch -q --depth 1 "file://$(git -C "$root" rev-parse --absolute-git-dir)" "$head"
  git -C "$1/root/roomd" checkout -q --force "$head"
}

# in_bare_tree TREE KEPT COMPILED COMMAND...: in namespaces of its own, so that no mount and no process outlives it.
in_bare_tree() {
  local tree=$1 kept=$2 compiled=$3 environment
  shift 3
  mkdir -p "$compiled" "$tree/root/.cache/ccache"
  readarray -t environment < <(bare_environment "$tree")
  unshare --mount --pid --fork --kill-child --propagation private bash -euc '
    tree=$1 kept=$2 compiled=$3
    shift 3
    mount -t proc proc "$tree/proc"
    mount --rbind /sys "$tree/sys"
    mount --rbind /dev "$tree/dev"
    mount -t tmpfs -o mode=755 tmpfs "$tree/run"
    mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
    mount --bind "$kept" "$tree/var/cache/apt/archives"
    mount --bind "$compiled" "$tree/root/.cache/ccache"
    exec chroot "$tree" env -i "$@"
  ' bare "$tree" "$kept" "$compiled" "${environment[@]}" "$@"
}

cmd_bare() {
  local number=${1:-} tree='' mirror='' again='' suite kept
  case $number in --help | -h) bare_usage && return ;; esac
  suite=$(bare_suite "$number") || fail "bare takes 12 or 13; ./dev bare --help" 2
  shift
  while (($# > 0)); do
    case $1 in
      --folder | --mirror)
        (($# > 1)) || fail "$1 needs a value" 2
        if [ "$1" = --folder ]; then tree=$(realpath -m "$2"); else mirror=$2; fi
        shift
        ;;
      --again) again=yes ;;
      --help | -h) bare_usage && return ;;
      --) shift && break ;;
      *) fail "bare: unknown argument '$1'; ./dev bare --help" 2 ;;
    esac
    shift
  done
  [ "$(id -u)" = 0 ] || fail "bare needs root, to make a Debian and to mount in it"
  [ -n "$tree" ] || tree=$cache_dir/bare/$number
  kept=$cache_dir/bare/packages-$number
  ensure bare
  [ -n "$mirror" ] || mirror=$(machine_mirror)
  [ -n "$mirror" ] || fail "this machine's apt has no mirror of Debian; --mirror names one" 2
  if [ -z "$again" ] || [ ! -e "$tree/root/roomd" ]; then
    timed "a bare Debian $number in $tree" make_bare_tree "$tree" "$suite" "$mirror" "$kept"
  fi
  clone_into_tree "$tree"
  in_bare_tree "$tree" "$kept" "$cache_dir/bare/ccache-$number" bash -c 'cd /root/roomd && exec ./dev test "$@"' dev "$@"
}
