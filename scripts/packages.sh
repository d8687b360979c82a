# shellcheck shell=bash disable=SC2034
# The one list of Debian packages, by purpose, and the function that installs what is missing. Sourced, not run.

build_packages=(
  g++ cmake ninja-build pkg-config
  libhwy-dev                                          # engine
  nlohmann-json3-dev libcli11-dev libjpeg62-turbo-dev libpng-dev libzip-dev  # files and command line
  libimgui-dev libglfw3-dev libglm-dev libepoxy-dev libegl-dev
  fonts-inter fonts-jetbrains-mono fonts-dejavu-core fonts-droid-fallback fonts-nanum  # embedded into the binary
)
run_packages=(libgl1 libegl1 libgl1-mesa-dri)         # OpenGL, in software where there is no graphics card
test_packages=(doctest-dev python3 xvfb xdotool x11-xkb-utils python3-onnx libonnx-testdata)
lint_packages=(git binutils g++-aarch64-linux-gnu clang-format shellcheck desktop-file-utils appstream)
fuzz_packages=(clang libclang-rt-14-dev)                  # libFuzzer
bench_packages=(libbenchmark-dev libdnnl-dev libxnnpack-dev libpthreadpool-dev)

# install_packages PACKAGE... : does nothing, and takes no time, when all of them are there.
install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    if command -v cmake >/dev/null; then return; fi  # not Debian, but ready to look for the libraries
    echo "This is not a Debian system: install CMake 3.25, Ninja, a C++20 compiler and the libraries that README.md" \
      "lists, or have those fetched with POOLGLASS_CMAKE_OPTIONS=-DPOOLGLASS_FETCH_DEPENDENCIES=ON." >&2
    return 1
  fi
  local installed package missing=()
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Packages are missing, and there is no sudo to install them with. As root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${#missing[@]} missing Debian packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install --no-install-recommends "${missing[@]}")
  # The package lists are refreshed only when they do not know a package, or know a version that is gone.
  if ! apt-get -qq --simulate install "${missing[@]}" >/dev/null 2>&1; then "${apt[@]}" update; fi
  "${install[@]}" </dev/null || { "${apt[@]}" update && "${install[@]}" </dev/null; }
}
