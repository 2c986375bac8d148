#!/usr/bin/env bash
# Puts `tightrope` on the path of the steps that follow. TIGHTROPE_VERSION says which one:
#   nothing      the source that came with this action, so the one that `uses:` names
#   installed    the one that the job has on its path already
#   a revision   a tag or commit of the repository that this action is from
# No archives are released yet, so it is built; the action keeps what was built in its cache.
set -euo pipefail

version="${TIGHTROPE_VERSION:-}"
folder="${RUNNER_TEMP:?}/tightrope"

if [ "$version" = installed ]; then
  if ! command -v tightrope >/dev/null; then
    echo "::error title=tightrope::version is 'installed', and there is no tightrope on the path"
    exit 2
  fi
  exit 0
fi
echo "$folder/bin" >>"${GITHUB_PATH:?}"
if [ -x "$folder/bin/tightrope" ]; then
  exit 0
fi
if [ -z "$version" ]; then
  from=(--path "${ACTION_FOLDER:?}")
elif [ -n "${ACTION_REPOSITORY:-}" ]; then
  from=(--git "${GITHUB_SERVER_URL:?}/$ACTION_REPOSITORY" --rev "$version" tightrope)
else
  echo "::error title=tightrope::an action that is part of the repository has no other version than its own"
  exit 2
fi
cargo install --locked --root "$folder" "${from[@]}"
