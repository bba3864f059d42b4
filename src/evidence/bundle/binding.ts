import { canonicalJson } from '../../bytes/canonical-json.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '../../bytes/text.ts';
import { type Binding, binding as bindingSchema, type Session } from '../../protocol/session.ts';
import type { CheckList } from '../check.ts';

const MAX_BINDING_BYTES = 4096;
const KEY_BYTES = 32;

/** The item's bytes for a binding: RFC 8785. Agents hash exactly these. */
export function serialiseBinding(binding: Binding): Uint8Array {
  return toUtf8(canonicalJson(binding), 'binding');
}

/**
 * Reads the item `binding`. Only the canonical form is read: what was hashed and what is read are then one text, and
 * no member can hide in a second copy, an unknown name or an alternative spelling of a number.
 *
 * @throws FormatError `bad_value`, `not_canonical`, `duplicate`, `too_long`, `budget_exceeded`
 */
export function parseBinding(bytes: Uint8Array): Binding {
  const text = fromUtf8(bytes, 'binding');
  const value = parseJson(text, { maxBytes: MAX_BINDING_BYTES, maxDepth: 2, maxNodes: 64 });
  if (canonicalJson(value) !== text) {
    throw new FormatError('not_canonical', 'the binding is not canonical JSON (RFC 8785)', {
      path: 'binding',
    });
  }
  const result = bindingSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = ['binding', ...(issue?.path ?? [])].join('.');
    throw new FormatError('bad_value', `${path}: ${issue?.message ?? 'not a binding'}`, { path });
  }
  const { signingKey, exchangeKey, nonce } = result.data;
  requireKeyBytes(signingKey.x, 'binding.signingKey.x');
  requireKeyBytes(exchangeKey.x, 'binding.exchangeKey.x');
  requireKeyBytes(nonce, 'binding.nonce');
  return result.data;
}

/** Ed25519 and X25519 public keys (RFC 8037) and our nonces all have 32 bytes. */
function requireKeyBytes(text: string, path: string): void {
  const { length } = fromBase64Url(text, path);
  if (length === KEY_BYTES) return;
  throw new FormatError('bad_value', `${path} has ${length} bytes, not ${KEY_BYTES}`, {
    path,
    expected: `${KEY_BYTES} bytes`,
    actual: `${length} bytes`,
  });
}

/** What a session promised, as the store keeps it; the binding must repeat each of these. */
export type BoundSession = Pick<Session, 'id' | 'nonce' | 'expiresAt' | 'aud' | 'tenant' | 'hostId'>;

/**
 * Compares the binding with the session for which it should have been made. Each field is a check of its own: a replayed
 * nonce, another verifier's session and a neighbour's host id are different attacks and get different answers.
 */
export function verifyBinding(binding: Binding, session: BoundSession, checks: CheckList): void {
  const compare = (id: string, expected: string, actual: string): void => {
    checks.expect(id, actual === expected, expected, actual, 'binding');
  };
  compare('binding.audience', session.aud, binding.aud);
  compare('binding.tenant', session.tenant, binding.tenant);
  compare('binding.host', session.hostId, binding.hostId);
  compare('binding.session', session.id, binding.sessionId);
  compare('binding.nonce', session.nonce, binding.nonce);
  compare('binding.expiry', session.expiresAt, binding.expiresAt);
}
