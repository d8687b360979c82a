#!/usr/bin/env bash
# Builds the benchmark, installing what is missing, and times the engine beside oneDNN, XNNPACK and, where
# libtorch-dev is installed (it is large), PyTorch; every result is verified first. Takes about eight minutes.
#
#   scripts/bench.sh [-- ARGUMENT...]    arguments after -- go to the benchmark (--benchmark_filter=spp, ...)
#
# Writes build/bench/engine.json, every median, and build/bench/ratios.json, the table printed at the end. Where the
# folder of another harness is found (PEERS, default ../shared/bench), the engine also runs there: its named cases, then
# those of tests/bench/more_cases.txt, to build/bench/peers_cases.csv and peers_more_cases.csv. Pass
# PEER_ARGUMENTS="--filter spp --threads 1" to narrow that down.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -gt 0 ] && [ "$1" != -- ]; then
  echo "usage: scripts/bench.sh [-- ARGUMENT...]   (arguments after -- go to the benchmark)" >&2
  exit 2
fi

# shellcheck source=scripts/packages.sh
source scripts/packages.sh
install_packages "${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}"
out=build/bench
cmake -S . -B "$out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPOOLGLASS_APP=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON
cmake --build "$out" --target bench_pooling
"$out/tests/bench_pooling" --benchmark_enable_random_interleaving=true --benchmark_repetitions=5 \
  --benchmark_min_time=0.03 --benchmark_report_aggregates_only=true \
  --benchmark_out="$out/engine.json" --benchmark_out_format=json --ratios_out="$out/ratios.json" "${@:2}"

peers=${PEERS:-../shared/bench}
if [ -f "$peers/candidate.h" ]; then
  cmake -S . -B "$out" -DPOOLGLASS_PEERS="$(realpath "$peers")"
  cmake --build "$out" --target peer_poolglass
  cmake -S "$peers" -B "$out/peers"
  cmake --build "$out/peers"
  for cases in "$peers/cases.txt" tests/bench/more_cases.txt; do
    table="$out/peers_$(basename "$cases" .txt).csv"
    # shellcheck disable=SC2086
    "$out/peers/peers" --cases "$cases" --module "$out/tests/peer_poolglass.so" --skip naive,proto \
      --csv "$table" ${PEER_ARGUMENTS:-}
    python3 tests/bench/compare.py "$table"
  done
fi
