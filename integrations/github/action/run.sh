#!/usr/bin/env bash
# Runs recon for the action. Inputs come through the environment, never through the script's text.
set -euo pipefail
stack=(-C "$DESIRED")
[ -z "${OVERLAY:-}" ] || stack+=(--env "$OVERLAY")
output=${GITHUB_OUTPUT:-/dev/null}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
comment=${RUNNER_TEMP:-/tmp}/recon-comment.md
say() { echo "$1" >>"$output"; }
changes() { # exit code 2 means changes, and is no failure of the step
    case $1 in
        0) say changes=false ;;
        2) say changes=true ;;
        *) say changes=unknown && exit "$1" ;;
    esac
}

case $COMMAND in
    check)
        recon check "${stack[@]}" --format github
        ;;
    plan)
        recon check "${stack[@]}" --format github
        code=0
        recon plan "${stack[@]}" ${SANDBOX:+"--sandbox=$SANDBOX"} --detailed-exitcode --out "$PLAN_FILE" --format markdown >"$comment" || code=$?
        say "comment=$comment"
        cat "$comment" >>"$summary"
        changes "$code"
        ;;
    apply)
        recon apply "$PLAN_FILE" "${stack[@]}" ${SANDBOX:+"--sandbox=$SANDBOX"} --auto-approve
        ;;
    drift)
        code=0
        recon drift "${stack[@]}" ${SANDBOX:+"--sandbox=$SANDBOX"} --format markdown >"$comment" || code=$?
        cat "$comment" >>"$summary"
        changes "$code"
        [ "$code" = 0 ] || { cat "$comment" && exit 1; }
        ;;
    *)
        echo "::error::command is check, plan, apply or drift, not $COMMAND" && exit 64
        ;;
esac
