import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { domain } from '../bytes/domain.ts';
import { toUtf8 } from '../bytes/text.ts';
import { COOKIE_BYTES } from '../location/probe/index.ts';

const LIFETIME_SECONDS = 10;
const MAC_BYTES = COOKIE_BYTES - 4;

/**
 * What shows that an address receives what is sent to it, before anything is kept for it: a MAC over the address, the host's
 * token and a time, by a secret that dies with the process. Nothing is stored.
 */
export class Cookies {
  readonly #secret: Uint8Array = randomBytes(32);

  make(peer: string, token: Uint8Array, nowSeconds: number): Uint8Array {
    const time = new Uint8Array(4);
    new DataView(time.buffer).setUint32(0, nowSeconds);
    return new Uint8Array(Buffer.concat([time, this.#mac(time, peer, token)]));
  }

  holds(cookie: Uint8Array, peer: string, token: Uint8Array, nowSeconds: number): boolean {
    const time = cookie.subarray(0, 4);
    const age = nowSeconds - new DataView(cookie.buffer, cookie.byteOffset).getUint32(0);
    const right = timingSafeEqual(cookie.subarray(4), this.#mac(time, peer, token));
    return right && age >= 0 && age <= LIFETIME_SECONDS;
  }

  #mac(time: Uint8Array, peer: string, token: Uint8Array): Uint8Array {
    const input = domain('probe-cookie', time, toUtf8(peer, 'peer'), token);
    return createHmac('sha256', this.#secret).update(input).digest().subarray(0, MAC_BYTES);
  }
}
