import { parseWitnessKey } from '../../record/cosignature.ts';
import type { NoteVerifier } from '../../record/note.ts';

/** Somebody else who watches the log and signs what he saw (https://c2sp.org/tlog-witness). */
export type Witness = {
  /** Where to send checkpoints: its submission prefix with `/add-checkpoint` behind it. */
  readonly url: URL;
  /** Its key as it publishes it. */
  readonly key: string;
  readonly verifier: NoteVerifier;
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A witness from its submission prefix and its key; undefined where the address is not https, or http on this machine.
 *
 * @throws RecordError `verifier_key_malformed`
 */
export function witnessOf(prefix: string, key: string): Witness | undefined {
  const verifier = parseWitnessKey(key);
  const url = URL.parse(prefix);
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !isSecure || url.username !== '' || url.search !== '' || url.hash !== '')
    return undefined;
  return { url: new URL(`${url.href.replace(/\/+$/, '')}/add-checkpoint`), key, verifier };
}
