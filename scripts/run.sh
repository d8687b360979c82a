#!/usr/bin/env bash
# Builds Poolglass and opens its window, installing what is missing. Without a display it renders the rooms to
# build/rooms/*.png and prints the step-through as text instead.
#
#   scripts/run.sh [-- ARGUMENT...]     arguments after -- go to poolglass
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -gt 0 ] && [ "$1" != -- ]; then
  echo "usage: scripts/run.sh [-- ARGUMENT...]   (arguments after -- go to poolglass)" >&2
  exit 2
fi

# shellcheck source=scripts/build.sh
source scripts/build.sh
install_packages "${build_packages[@]}" "${run_packages[@]}"
build OFF poolglass
poolglass=$(realpath "$build_dir")/poolglass

if [ $# -gt 1 ]; then
  cd "$caller"  # so that relative file names mean what the caller means
  exec "$poolglass" "${@:2}"
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exec "$poolglass"; fi

echo "No display here, so the window stays closed; the rooms as pictures, and the step-through in words:"
mkdir -p build/rooms
for room in step chain shift head; do
  "$poolglass" shot --room "$room" "build/rooms/$room.png"
  echo "  $PWD/build/rooms/$room.png"
done
"$poolglass" describe --room step --all
