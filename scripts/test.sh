#!/usr/bin/env bash
# Builds everything and passes every test, installing what is missing.
#
#   scripts/test.sh [-- ARGUMENT...]     arguments after -- go to ctest (-R name, -V, ...)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -gt 0 ] && [ "$1" != -- ]; then
  echo "usage: scripts/test.sh [-- ARGUMENT...]   (arguments after -- go to ctest)" >&2
  exit 2
fi

# shellcheck source=scripts/build.sh
source scripts/build.sh
install_packages "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}"
build ON all
ctest --test-dir "$build_dir" --output-on-failure --no-tests=error -j "$(nproc)" "${@:2}"
