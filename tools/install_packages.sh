#!/usr/bin/env bash
# Installs those of Curvegraph's Debian packages, and of any others named as arguments, that are missing.
set -euo pipefail

packages=(
  g++ meson ninja-build pkg-config cmake
  libthrust-dev libopenblas-openmp-dev liblapacke-dev
  libboost-program-options-dev libfmt-dev nlohmann-json3-dev zlib1g-dev libjpeg62-turbo-dev libpng-dev
  libgtest-dev libgmock-dev gnuplot-nox cmark-gfm
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
