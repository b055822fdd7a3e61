#!/usr/bin/env bash
# Mutation testing: breaks the functions in small ways, one after the other, and sees whether a test notices. Takes forty
# minutes or so; `npm run test:mutation -- --mutate "lambdas/http/*.ts"` does a part. Works on a copy, so that what it
# needs is not part of everybody's `npm ci`.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar -cf - --null -T - | tar -xf - -C "$copy"
cd "$copy"
npm ci --silent
npm install --silent --no-save @stryker-mutator/core@9.6.1 @stryker-mutator/vitest-runner@9.6.1
npx stryker run "$@"
