import type { CryptoKey } from 'jose';
import type { KeyCache } from './proof.ts';

/** Several fleets' worth of hosts, about 1 KiB each. */
const MAX_HOSTS = 16_384;

export type CachedHost = {
  readonly hostId: string;
  readonly tenant: string;
  readonly key: CryptoKey;
};

/**
 * Enrolled hosts by the thumbprint of their key, least recently enrolled forgotten first. Strangers never enter: nobody
 * can push the hosts out by signing proofs with ever new keys.
 */
export class HostCache implements KeyCache {
  readonly #hosts = new Map<string, CachedHost>();

  get(jkt: string): CryptoKey | undefined {
    return this.#hosts.get(jkt)?.key;
  }

  host(jkt: string): CachedHost | undefined {
    return this.#hosts.get(jkt);
  }

  keep(jkt: string, host: CachedHost): void {
    this.#hosts.delete(jkt);
    this.#hosts.set(jkt, host);
    if (this.#hosts.size <= MAX_HOSTS) return;
    for (const oldest of this.#hosts.keys()) {
      this.#hosts.delete(oldest);
      break;
    }
  }
}
