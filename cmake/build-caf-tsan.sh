#!/bin/sh
# build-caf-tsan.sh PREFIX: libcaf_core built with -fsanitize=thread, for the tsan preset. Debian's own library is
# not instrumented, so that the thread sanitizer does not see its atomics and reports races that are none.
#
# Takes the source package of the libcaf-dev that is installed. The machine's package sources stay as they are:
# deb-src stands in a private list with private index files. Needs no root, but libcaf-dev, dpkg-dev, cmake and
# ninja. Does nothing where PREFIX is complete.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 PREFIX" >&2; exit 2; }
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
say() { echo "caf-tsan: $*"; }

package=$(dpkg-query -W -f '${source:Package}' libcaf-dev)
version=$(dpkg-query -W -f '${source:Version}' libcaf-dev)
stamp="$package $version $(${CXX:-c++} -dumpfullversion)"
if [ "$(cat "$prefix/complete" 2>/dev/null)" = "$stamp" ]; then
  say "$prefix is complete"
  exit 0
fi
rm -rf "$prefix/complete" "$prefix/include" "${prefix:?}/lib"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work" # apt reads as the user _apt
mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"

# The Debian mirrors that the machine already uses, whatever its lists look like, as source mirrors.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
signed=
if [ -e $keyring ]; then signed=" [signed-by=$keyring]"; fi
apt-get indextargets --format "deb-src$signed \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
  'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u > "$work/parts/debian.list"
if [ ! -s "$work/parts/debian.list" ]; then
  echo "caf-tsan: apt knows no Debian mirror; run apt-get update first" >&2
  exit 1
fi
private_apt() {
  apt-get -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/parts" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)" \
    -o APT::Get::List-Cleanup=false "$@"
}

say "fetching $package $version"
private_apt update
mkdir "$work/source"
cd "$work/source"
private_apt source --only-source "$package=$version" || {
  say "no Debian patches to be had; the upstream tarball of the same package will do"
  rm -rf "$work/source"/*
  private_apt source --only-source --download-only --tar-only "$package=$version"
  tar -xf ./*.orig.tar.*
}
source=$(find "$work/source" -mindepth 1 -maxdepth 1 -type d)

# Newer compilers want includes that upstream's files of that age leave out.
say "building libcaf_core (a few minutes)"
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=None \
  -DCMAKE_CXX_FLAGS="-std=c++17 -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread -w \
    -include cstdint -include algorithm" \
  -DCMAKE_SHARED_LINKER_FLAGS=-fsanitize=thread -DCMAKE_EXE_LINKER_FLAGS=-fsanitize=thread \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" \
  -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
  -DCAF_NO_IO=ON -DCAF_NO_OPENSSL=ON -DCAF_NO_OPENCL=ON -DCAF_NO_PYTHON=ON -DCAF_NO_TOOLS=ON \
  -DCAF_NO_EXAMPLES=ON -DCAF_NO_UNIT_TESTS=ON -DCAF_BUILD_STATIC=OFF
cmake --build "$work/build"
say "installing into $prefix"
cmake --install "$work/build" > /dev/null

[ -e "$prefix/lib/libcaf_core.so" ] && [ -e "$prefix/include/caf/all.hpp" ]
echo "$stamp" > "$prefix/complete"
say "done"
