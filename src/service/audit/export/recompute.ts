/**
 * A script that needs nothing of ours: from the submission as received it computes what the hardware had to sign, with openssl, jq and
 * the shell. It stands in every export, so that nobody has to believe that a quote answers a nonce.
 */
export const RECOMPUTE = `#!/bin/sh
# Computes from submission.jws what each piece of evidence had to commit to, and checks the submission's own signature.
# Needs: sh, openssl 3, jq. Usage: ./recompute.sh [submission.jws]
set -eu
jws=\${1:-submission.jws}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# base64url, unpadded, to bytes
decode() { tr -d '\\n' | tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | openssl base64 -d -A; }

cut -d. -f2 "$jws" | decode > "$work/collection.json"
jq -r '.binding[1]' "$work/collection.json" | decode > "$work/binding"
echo "nonce:         $(jq -r .nonce "$work/binding")"
echo "session:       $(jq -r .sessionId "$work/binding")"

# The session is named by its nonce: ses_ and the first 16 bytes of a SHA-256.
{ printf 'sextant/v1/session-id\\0'; jq -r .nonce "$work/binding" | decode; } | openssl dgst -sha256 -binary |
  head -c 16 | openssl base64 -A | tr '/+' '_-' | tr -d = | sed 's/^/session of it: ses_/'
echo

# The submission's signature, by the key that the binding names.
{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; jq -r .signingKey.x "$work/binding" | decode; } > "$work/key.der"
cut -d. -f1,2 "$jws" | tr -d '\\n' > "$work/signed"
cut -d. -f3 "$jws" | decode > "$work/signature"
openssl pkeyutl -verify -pubin -inkey "$work/key.der" -keyform DER -rawin -in "$work/signed" -sigfile "$work/signature"

# What stands for an item: SHA-256 over a prefix and its bytes.
stage() {
  case $1 in
    application/vnd.sextant.nvidia-*|application/vnd.sextant.inventory+json) echo 1 ;;
    application/vnd.sextant.tpm-quote+json|application/vnd.sextant.azure-cvm+json) echo 2 ;;
    application/vnd.sextant.tdx-quote+json|application/vnd.sextant.snp-report+json) echo 3 ;;
    *) echo 0 ;;
  esac
}
cover() { # all items of an earlier stage than $1, and the binding: label -> {mediaType, sha256}, canonical JSON
  echo '{}' > "$work/covered"
  jq -r 'to_entries[] | select(.key != "__cmwc_t") | [.key, .value[0], .value[1]] | @tsv' "$work/collection.json" |
  while IFS="$(printf '\\t')" read -r label type value; do
    if [ "$label" != binding ]; then
      at=$(stage "$type")
      if [ "$at" -eq 0 ] || [ "$at" -ge "$1" ]; then continue; fi
    fi
    digest=$({ printf 'sextant/v1/bundle-item\\0'; printf %s "$value" | decode; } | openssl dgst -sha256 -r | cut -d' ' -f1)
    jq -cS --arg l "$label" --arg t "$type" --arg d "$digest" '.[$l] = {mediaType: $t, sha256: $d}' "$work/covered" > "$work/next"
    mv "$work/next" "$work/covered"
  done
  jq -cS . "$work/covered" | tr -d '\\n'
}
commit() { # purpose, stage, hash
  { printf 'sextant/v1/%s\\0' "$1"; cover "$2"; } | openssl dgst "-$3" -r | cut -d' ' -f1
}
echo "gpu-nonce:       $(commit gpu-nonce 1 sha256)"
echo "tpm-extra-data:  $(commit tpm-extra-data 2 sha256)"
echo "tee-report-data: $(commit tee-report-data 3 sha512)"
`;
