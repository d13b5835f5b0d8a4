#!/usr/bin/env bash
# One comment for each stack: the one that begins with the same hidden mark is edited.
set -euo pipefail
mark=$(head -n 1 "$COMMENT")
body=$(jq -Rs '{body: .}' <"$COMMENT")
comments="repos/$GITHUB_REPOSITORY/issues/$PULL/comments"
id=$(gh api --paginate "$comments" | jq -rs --arg mark "$mark" \
    'add | map(select(.user.type == "Bot" and (.body | startswith($mark)))) | first | .id // empty')
if [ -n "$id" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --input - <<<"$body" >/dev/null
else
    gh api --method POST "$comments" --input - <<<"$body" >/dev/null
fi
