# shellcheck shell=bash
# What run.sh and test.sh share. Sourced, not run; expects to be in the repository's root.
#
# POOLGLASS_BUILD_DIR      where to build (default build/release)
# POOLGLASS_CMAKE_OPTIONS  options for CMake, separated by blanks
# CI=true                  warnings are errors

# shellcheck source=scripts/packages.sh
source scripts/packages.sh
build_dir=${POOLGLASS_BUILD_DIR:-build/release}

# build TESTS TARGET: configures with tests (ON) or without (OFF) when the folder is new or an option differs, and
# builds. Both scripts share one folder, so that whichever comes second finds its work half done; tests, once
# configured, stay. Without tests, kernels are compiled for this machine's SIMD target alone, in half the time.
build() {
  local tests=$1 target=$2 simd=native options quiet=()
  if grep -qs '^POOLGLASS_TESTS:BOOL=ON' "$build_dir/CMakeCache.txt"; then tests=ON; fi
  if [ "$tests" = ON ]; then simd=all; fi
  read -ra options <<<"${POOLGLASS_CMAKE_OPTIONS:-}"
  options=(-DCMAKE_BUILD_TYPE=Release "-DPOOLGLASS_TESTS=$tests" "-DPOOLGLASS_SIMD=$simd"
    "-DPOOLGLASS_WERROR=${CI:-OFF}" -DPOOLGLASS_UNITY=ON "${options[@]}")
  if [ ! -f "$build_dir/build.ninja" ] || [ "$(cat "$build_dir/options.txt" 2>/dev/null)" != "${options[*]}" ]; then
    cmake -S . -B "$build_dir" -G Ninja "${options[@]}"
    printf '%s\n' "${options[*]}" >"$build_dir/options.txt"
  fi
  if [ ! -t 1 ]; then quiet=(-- --quiet); fi  # on a terminal, progress is one line
  cmake --build "$build_dir" --target "$target" "${quiet[@]}"
}
