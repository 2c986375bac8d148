#!/usr/bin/env bash
# The scripts of the action, with stand-ins for `tightrope`, `cargo` and `gh` that write down how they were called.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
export PATH="$folder/bin:$PATH" RUNNER_TEMP="$folder/temp" CALLS="$folder/calls"
passed=0 failed=0

stand_in() { # name; what it does besides is the standard input
  {
    cat <<'STAND_IN'
#!/usr/bin/env bash
{ printf '%s' "${0##*/}"; printf ' [%s]' "$@"; echo; } >>"$CALLS"
STAND_IN
    cat
  } >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

begin() { # the name of a case
  name="$1"
  rm -rf "$RUNNER_TEMP" "$folder/work"
  mkdir -p "$RUNNER_TEMP" "$folder/work"
  : >"$CALLS"
  export GITHUB_OUTPUT="$RUNNER_TEMP/output" GITHUB_PATH="$RUNNER_TEMP/path" GITHUB_STEP_SUMMARY="$RUNNER_TEMP/summary"
  touch "$GITHUB_OUTPUT" "$GITHUB_PATH" "$GITHUB_STEP_SUMMARY"
}

same() { # what is, what should be
  if [ "$1" = "$2" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  is     %s\n  should %s\n' "$name" "$1" "$2"
  fi
}

run() { # a script; what it prints is in $printed, how it ends in $ended
  ended=0
  printed="$(cd "$folder/work" && bash "$here/$1" 2>&1)" || ended=$?
}

installs() {
  stand_in cargo <<'STAND_IN'
exit "${CARGO_ENDS:-0}"
STAND_IN
  export ACTION_FOLDER=/action GITHUB_SERVER_URL=https://github.com ACTION_REPOSITORY=owner/tightrope TIGHTROPE_VERSION=
  begin 'the source that came with the action is built'
  run install.sh
  same "$ended $(cat "$CALLS")" "0 cargo [install] [--locked] [--root] [$RUNNER_TEMP/tightrope] [--path] [/action]"
  same "$(cat "$GITHUB_PATH")" "$RUNNER_TEMP/tightrope/bin"
  begin 'another version is built from its revision'
  TIGHTROPE_VERSION=v1.2.3 run install.sh
  same "$(cat "$CALLS")" "cargo [install] [--locked] [--root] [$RUNNER_TEMP/tightrope] [--git] [https://github.com/owner/tightrope] [--rev] [v1.2.3] [tightrope]"
  begin 'an action of the same repository has no other version'
  TIGHTROPE_VERSION=v1.2.3 ACTION_REPOSITORY='' run install.sh
  same "$ended $(cat "$CALLS")" '2 '
  begin 'what is in the cache is not built again'
  mkdir -p "$RUNNER_TEMP/tightrope/bin"
  cp "$folder/bin/cargo" "$RUNNER_TEMP/tightrope/bin/tightrope"
  run install.sh
  same "$ended $(cat "$CALLS")" '0 '
  begin 'a build that fails fails the job'
  CARGO_ENDS=101 run install.sh
  same "$ended" 101
  begin 'one that is installed is taken, and missed'
  TIGHTROPE_VERSION=installed run install.sh
  same "$ended" 2
  stand_in tightrope <<<'true'
  TIGHTROPE_VERSION=installed run install.sh
  same "$ended" 0
}

checks() {
  local out="$RUNNER_TEMP/tightrope-report"
  local always="tightrope [check] [--output] [github] [--output] [sarif=$out/tightrope.sarif] [--output] [markdown=$out/tightrope.md]"
  stand_in tightrope <<'STAND_IN'
for argument in "$@"; do
  case "$argument" in
    sarif=* | markdown=*) if [ "$ENDS" != 2 ]; then echo "a report" >"${argument#*=}"; fi ;;
  esac
done
echo "::error file=a::b"
exit "$ENDS"
STAND_IN
  export PATHS=. AGAINST='' BASELINE='' FAIL_ON='' ARGUMENTS=''
  for ends in 0 1; do
    begin "a check that ends with $ends is told with its files"
    ENDS=$ends run check.sh
    same "$ended $printed" '0 ::error file=a::b'
    same "$(cat "$CALLS")" "$always [--] [.]"
    same "$(tr '\n' ' ' <"$GITHUB_OUTPUT")" "code=$ends sarif=$out/tightrope.sarif md=$out/tightrope.md "
    same "$(cat "$GITHUB_STEP_SUMMARY")" 'a report'
  done
  begin 'one that could not be done has no files'
  ENDS=2 run check.sh
  same "$ended $(cat "$GITHUB_OUTPUT")" '0 code=2'
  begin 'a line is an argument, whatever is in it'
  # shellcheck disable=SC2016 # Nothing may be expanded.
  PATHS=$'a b.yaml\n\n  $(touch evil);x*  \r\n-rf' ARGUMENTS=$'--parameter\nStage=a "b"\n' FAIL_ON=note BASELINE='my baseline.json' ENDS=0 run check.sh
  # shellcheck disable=SC2016
  same "$(cat "$CALLS")" "$always"' [--baseline] [my baseline.json] [--fail-on] [note] [--parameter] [Stage=a "b"] [--] [a b.yaml] [$(touch evil);x*] [-rf]'
  begin 'what a pull request is compared with is fetched when it is not there'
  git init --quiet --initial-branch=main "$RUNNER_TEMP/origin"
  local revision
  for number in 1 2; do
    git -C "$RUNNER_TEMP/origin" -c user.name=a -c user.email=a@b commit --quiet --allow-empty --message "$number"
    revision="${revision:-$(git -C "$RUNNER_TEMP/origin" rev-parse HEAD)}"
  done
  git clone --quiet --depth=1 "file://$RUNNER_TEMP/origin" "$folder/work" 2>&1
  AGAINST=$revision ENDS=0 run check.sh
  same "$ended $(cat "$CALLS")" "0 $always [--against] [$revision] [--] [.]"
  same "$(git -C "$folder/work" cat-file -t "$revision")" commit
  begin 'what is nowhere to be fetched stops the job'
  git init --quiet "$folder/work"
  AGAINST=$revision ENDS=0 run check.sh
  same "$((ended > 0)) $(cat "$CALLS" "$GITHUB_OUTPUT")" '1 '
}

comments() {
  stand_in gh <<'STAND_IN'
case "$*" in
  *user*) if [ -n "$LOGIN" ]; then echo "$LOGIN"; else echo '{"message": "no"}'; exit 1; fi ;;
  *--paginate*) if [ -n "$COMMENTS" ]; then echo "$COMMENTS"; else exit 1; fi ;;
  *) exit "${WRITES:-0}" ;;
esac
STAND_IN
  export REPOSITORY=owner/shop NUMBER=7 CODE=1 REPORT="$folder/report.md" LOGIN='' COMMENTS='[]'
  local mine='{"id": 3, "user": {"login": "github-actions[bot]"}, "body": "<!-- tightrope -->\nold"}'
  local forged='{"id": 1, "user": {"login": "mallory"}, "body": "<!-- tightrope -->\nforged"}'
  local other='{"id": 2, "user": {"login": "github-actions[bot]"}, "body": "see <!-- tightrope -->"}'
  local made="gh [api] [--silent] [--method] [POST] [repos/owner/shop/issues/7/comments] [--field] [body=@$REPORT]"
  local replaced="gh [api] [--silent] [--method] [PATCH] [repos/owner/shop/issues/comments/3] [--field] [body=@$REPORT]"
  printf '<!-- tightrope -->\n<details>\n' >"$REPORT"
  begin 'the first comment is made'
  run comment.sh
  same "$ended $(tail -n 1 "$CALLS")" "0 $made"
  begin 'an earlier one is replaced, and no other'
  COMMENTS="[$forged, $other] [$mine]" run comment.sh
  same "$ended $(tail -n 1 "$CALLS")" "0 $replaced"
  begin 'nobody else has one replaced'
  COMMENTS="[$forged]" run comment.sh
  same "$(tail -n 1 "$CALLS")" "$made"
  begin 'a token of a user has its own comments'
  LOGIN=mallory COMMENTS="[$mine, $forged]" run comment.sh
  same "$(tail -n 1 "$CALLS")" "${replaced/comments\/3/comments/1}"
  begin 'findings that fail nothing are told too'
  CODE=0 run comment.sh
  same "$(tail -n 1 "$CALLS")" "$made"
  printf '<!-- tightrope -->\nno findings\n' >"$REPORT"
  begin 'without findings there is no comment'
  CODE=0 run comment.sh
  same "$ended $(grep -c -e POST -e PATCH "$CALLS")" '0 0'
  begin 'without findings an earlier one is replaced'
  CODE=0 COMMENTS="[$mine]" run comment.sh
  same "$(tail -n 1 "$CALLS")" "$replaced"
  for broken in COMMENTS= WRITES=1; do
    begin "a comment that cannot be made is a warning ($broken)"
    export "${broken?}"
    run comment.sh
    same "$ended ${printed%%::the*}" '0 ::warning title=tightrope'
    COMMENTS='[]'
  done
}

installs
checks
comments
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
