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
# configured, stay.
build() {
  local tests=$1 target=$2 options
  if grep -qs '^POOLGLASS_TESTS:BOOL=ON' "$build_dir/CMakeCache.txt"; then tests=ON; fi
  read -ra options <<<"${POOLGLASS_CMAKE_OPTIONS:-}"
  options=(-DCMAKE_BUILD_TYPE=Release "-DPOOLGLASS_TESTS=$tests" "-DPOOLGLASS_WERROR=${CI:-OFF}" "${options[@]}")
  if [ ! -f "$build_dir/build.ninja" ] || [ "$(cat "$build_dir/options.txt" 2>/dev/null)" != "${options[*]}" ]; then
    cmake -S . -B "$build_dir" -G Ninja "${options[@]}"
    printf '%s\n' "${options[*]}" >"$build_dir/options.txt"
  fi
  cmake --build "$build_dir" --target "$target"
}
