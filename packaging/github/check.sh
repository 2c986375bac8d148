#!/usr/bin/env bash
# Runs `tightrope check` and tells the steps that follow how it ended, and which files it wrote. It fails only when it cannot do
# that: whether the job fails is decided after the files went where they belong.
set -euo pipefail

folder="${RUNNER_TEMP:?}/tightrope-report"
rm -rf "$folder"
mkdir -p "$folder"

# The lines of a text that are not blank, without the blanks around them, into `list`. Without a reference to an array, which the
# bash of macOS does not have.
lines() {
  local line
  list=()
  while IFS=$' \t' read -r line || [ -n "$line" ]; do
    if [ -n "$line" ]; then list+=("$line"); fi
  done <<<"${1//$'\r'/}"
}

lines "${PATHS:-.}"
paths=(${list[@]+"${list[@]}"})
arguments=(--output github --output "sarif=$folder/tightrope.sarif" --output "markdown=$folder/tightrope.md")
if [ -n "${AGAINST:-}" ]; then
  # A checkout of depth 1 does not have what a pull request is compared with.
  if ! git cat-file -e "$AGAINST^{commit}" 2>/dev/null; then
    git fetch --quiet --no-tags --depth=1 origin -- "$AGAINST"
  fi
  arguments+=(--against "$AGAINST")
fi
if [ -n "${BASELINE:-}" ]; then arguments+=(--baseline "$BASELINE"); fi
if [ -n "${FAIL_ON:-}" ]; then arguments+=(--fail-on "$FAIL_ON"); fi
lines "${ARGUMENTS:-}"
arguments+=(${list[@]+"${list[@]}"})

code=0
tightrope check "${arguments[@]}" -- ${paths[@]+"${paths[@]}"} || code=$?

{
  echo "code=$code"
  for format in sarif md; do
    if [ -s "$folder/tightrope.$format" ]; then echo "$format=$folder/tightrope.$format"; fi
  done
} >>"${GITHUB_OUTPUT:?}"
if [ -s "$folder/tightrope.md" ]; then
  cat "$folder/tightrope.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
