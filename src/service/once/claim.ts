import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { toUtf8 } from '../../bytes/text.ts';

/** How long an answer is kept under its key. */
export const KEPT_FOR_MS = 24 * 3_600_000;

/** What one caller asks to be done once: by which key, and what exactly. */
export type Claim = {
  readonly caller: string;
  /** As the client sent it: opens what is kept. */
  readonly key: string;
  /** Names the key in the store. */
  readonly keySha256: string;
  /** Of method, target and body: the same key with anything else is another request. */
  readonly requestSha256: string;
};

export type ClaimedRequest = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
};

export function claimOf(caller: string, key: string, request: ClaimedRequest): Claim {
  const { method, target, mediaType, body } = request;
  const parts = [text(method), text(target), text(mediaType), body];
  return {
    caller,
    key,
    keySha256: hash('sha256', domain('idempotency-key', text(caller), text(key)), 'hex'),
    requestSha256: hash('sha256', domain('idempotent-request', ...parts), 'hex'),
  };
}

/** What a sealed value is about: see seal.ts. */
export function about({ caller, requestSha256 }: Claim, what: 'outcome' | 'answer'): Uint8Array {
  return domain('kept-act', text(what), text(caller), text(requestSha256));
}

function text(value: string): Uint8Array {
  return toUtf8(value, 'claim');
}
