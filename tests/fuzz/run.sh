#!/usr/bin/env bash
# Runs the fuzz targets of a folder, two at a time, each from its seeds and with its dictionary.
#
#   tests/fuzz/run.sh BUILD_DIR [SECONDS]      default: 60 each
#
# What they find beyond the seeds stays in BUILD_DIR/fuzz/NAME and is where the next run begins; an input that breaks
# something is kept as BUILD_DIR/fuzz/NAME-crash-... (or -timeout-, -oom-). Ends with a line per target: runs, coverage,
# outcome; and with 1 when one of them found something.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(realpath "$1") seconds=${2:-60}
mkdir -p "$build/fuzz"

fuzz() {
  local name=$1 work=$build/fuzz/$1 status=0 scratch
  scratch=$(mktemp -d)
  mkdir -p "$work"
  TMPDIR=$scratch UBSAN_OPTIONS=halt_on_error=1 timeout $((seconds + 120)) "$build/tests/fuzz_$name" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$build/fuzz/$name-" -dict="$here/$name.dict" "$work" "$here/corpus/$name" \
    >"$work.log" 2>&1 || status=$?
  rm -rf "$scratch"
  echo "$status" >"$work.status"
}

names=(npy picture onnx text chain session command)
running=0
for name in "${names[@]}"; do
  fuzz "$name" &
  running=$((running + 1))
  if [ "$running" -ge 2 ]; then
    wait -n
    running=$((running - 1))
  fi
done
wait

found=0
for name in "${names[@]}"; do
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz/$name.log")
  coverage=$(grep -oE 'cov: [0-9]+' "$build/fuzz/$name.log" | tail -1 | cut -c6- || true)
  status=$(cat "$build/fuzz/$name.status")
  outcome="nothing found"
  if [ "$status" -ne 0 ]; then
    outcome="FAILED with status $status, see $build/fuzz/$name.log"
    found=1
  fi
  printf '%-8s %10s runs, %6s edges covered, %s\n' "$name" "${runs:-?}" "${coverage:-?}" "$outcome"
done
exit "$found"
