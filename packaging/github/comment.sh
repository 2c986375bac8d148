#!/usr/bin/env bash
# Makes or replaces the comment on a pull request: REPORT is the file, REPOSITORY and NUMBER are the pull request's, CODE is how the
# check ended. Without findings it makes no comment, but an earlier one says then that nothing is left.
# A comment that cannot be made is a warning: a pull request from a fork has a token that may only read.
set -euo pipefail

mark='<!-- tightrope -->'

not_made() {
  echo "::warning title=tightrope::the comment could not be made: does the job have 'pull-requests: write'?"
  exit 0
}

# Whoever can comment can write the mark, so only comments of our own are replaced. The token of a job has no user.
if ! author="$(gh api user --jq .login 2>/dev/null)"; then
  author='github-actions[bot]'
fi
comments="$(gh api --paginate "repos/${REPOSITORY:?}/issues/${NUMBER:?}/comments")" || not_made
earlier="$(jq --raw-output --arg mark "$mark" --arg author "$author" \
  '.[] | select(.user.login == $author and (.body | startswith($mark))) | .id' <<<"$comments" | head -n 1)"

if [ -n "$earlier" ]; then
  gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$earlier" --field "body=@${REPORT:?}" || not_made
elif [ "${CODE:?}" != 0 ] || grep --quiet '^<details>' "${REPORT:?}"; then
  gh api --silent --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --field "body=@$REPORT" || not_made
fi
