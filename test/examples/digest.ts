import { hash } from 'node:crypto';

/** As proofs commit to a grant (RFC 9449, 4.2: `ath`). */
export function sha256Base64Url(text: string): string {
  return hash('sha256', text, 'base64url');
}
