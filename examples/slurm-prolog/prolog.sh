#!/bin/sh
# Slurm's Prolog on each node: a job with GPUs begins only where this host's grant is good for as many, now.
# What cannot be judged does not begin: Slurm drains the node and holds the job when this ends with anything but 0.
#
# `sextant agent run --licence lic_… --list-devices` keeps the grant; what follows comes from /etc/sextant/prolog.env:
#   SEXTANT_GRANT    where the agent keeps it: <data>/grant-lic_….json
#   SEXTANT_ISSUER   the verifier's public URL
#   SEXTANT_TENANT   whose cluster this is
#   SEXTANT_KEYS     folder with grant-keys.json and status-list-keys.json of that verifier, fetched once and compared
set -eu
[ -n "${SLURM_JOB_GPUS:-}" ] || exit 0 # no GPU, no licence

refuse() {
  echo "sextant: job ${SLURM_JOB_ID:-?} does not begin on ${SLURMD_NODENAME:-this node}: $*" >&2
  exit 1
}
settings=${SEXTANT_PROLOG_ENV:-/etc/sextant/prolog.env}
# shellcheck source=/dev/null
[ ! -f "$settings" ] || . "$settings"
: "${SEXTANT_GRANT:?}" "${SEXTANT_ISSUER:?}" "${SEXTANT_TENANT:?}" "${SEXTANT_KEYS:?}"
[ -r "$SEXTANT_GRANT" ] || refuse "there is no grant at $SEXTANT_GRANT"

# The newest list of statuses: the one kept beside the grant is soon too old to count. Only this verifier is asked.
list=$(mktemp)
trap 'rm -f "$list"' EXIT
uri=$(node -p 'const { grant } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).grant;
  JSON.parse(Buffer.from(grant.split(".")[1], "base64url")).status.status_list.uri' "$SEXTANT_GRANT" 2>/dev/null) ||
  refuse "no grant is kept in $SEXTANT_GRANT: the verifier denied it, look into it"
case $uri in
"$SEXTANT_ISSUER"/*) curl -fsS --max-time 10 -o "$list" "$uri" || refuse "the list of statuses cannot be had" ;;
*) refuse "the grant is of another verifier" ;;
esac

judgement=$(${SEXTANT:-sextant} grant verify "$SEXTANT_GRANT" --json --profile basic \
  --issuer "$SEXTANT_ISSUER" --tenant "$SEXTANT_TENANT" --status-list "$list" \
  --keys "$SEXTANT_KEYS/grant-keys.json" --status-keys "$SEXTANT_KEYS/status-list-keys.json") ||
  refuse "its grant is refused: $(printf %s "$judgement" |
    node -p 'JSON.parse(require("fs").readFileSync(0)).checks.flatMap(({ id, status }) => status === "fail" ? [id] : []).join(", ")' 2>/dev/null)"

# Listed by the grant, so that a TPM that is licensed too counts for no GPU.
granted=$(printf %s "$judgement" |
  node -p 'JSON.parse(require("fs").readFileSync(0)).claims.devices.list?.filter(({ kind }) => kind === "gpu").length ?? "unlisted"')
[ "$granted" != unlisted ] || refuse "the grant does not list its devices: run the agent with --list-devices"
case $SLURM_JOB_GPUS in *[!0-9,]*) refuse "its GPUs cannot be counted: $SLURM_JOB_GPUS" ;; esac
asked=$(printf '%s,' "$SLURM_JOB_GPUS" | tr -cd , | wc -c)
[ "$asked" -le "$granted" ] || refuse "the grant covers $granted GPUs; the job has $asked"
