#!/usr/bin/env bash
# Runs the tests of `npm test` several times (10), each with a seed of its own for what is random and for their order
# within a file, and counts the runs that failed: `npm run test:repeat -- 3 test/e2e/exports`. SEED=100 begins with seed 101.
set -uo pipefail
cd "$(dirname "$0")/.."

runs=${1:-10}
shift || true
logs=$(mktemp -d)
failed=()
for ((run = 1; run <= runs; run++)); do
  seed=$((${SEED:-0} + run))
  log=$logs/seed-$seed.log
  SECONDS=0
  if TEST_SEED=$seed npx vitest run --exclude test/long --silent=passed-only --sequence.shuffle.tests --sequence.seed="$seed" "$@" >"$log" 2>&1; then
    outcome="passed"
  else
    outcome="FAILED ($log)"
    failed+=("$seed")
  fi
  tests=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | sed -n 's/^ *Tests *//p')
  echo "seed $seed: $outcome, ${tests:-no tests}, $SECONDS s"
done
echo "${#failed[@]} of $runs runs failed${failed:+: seeds ${failed[*]}}."
[ ${#failed[@]} = 0 ]
