import { openKept } from '../session/key.ts';
import { proofOf } from '../session/proof.ts';
import { problemOf, unanswered } from './problem.ts';

export type Sending = {
  readonly method: string;
  /** Below this origin, with its query. */
  readonly path: string;
  /** Sent as JSON, unless it is bytes or a blob: then with its own type. */
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal | undefined;
};

/** Beyond this the clocks of browser and verifier count as apart: answers tell whole seconds, and take a while. */
const CLOCKS_APART_MS = 5_000;

/** By how much the verifier's clock is ahead of this one, as its last answer told. */
let aheadMs = 0;

/** The instant as the verifier has it: what proofs say, and what ages and countdowns are reckoned from. */
export function verifierNow(): Date {
  return new Date(Date.now() + aheadMs);
}

/**
 * One request with a proof of its own. The cookie goes along by itself, to this origin alone; redirects are followed nowhere.
 * @throws Problem for whatever is not 2xx; the `AbortError` of its signal
 */
export async function send(sending: Sending): Promise<Response> {
  const response = await sendOnce(sending);
  const apart = noteClock(response);
  if (response.ok) return response;
  const problem = await problemOf(response);
  // A proof that the verifier's clock refused is made again by that clock, once.
  if (!(apart && problem.code === 'dpop_invalid')) throw problem;
  const again = await sendOnce(sending);
  if (again.ok) return again;
  throw await problemOf(again);
}

async function sendOnce({ method, path, body, headers, signal }: Sending): Promise<Response> {
  const { key, sessionHash } = await openKept();
  const url = new URL(path, location.origin);
  const proof = await proofOf(key, { method, url, now: verifierNow(), sessionHash });
  const json = body !== undefined && !(body instanceof Blob);
  try {
    return await fetch(url, {
      method,
      headers: { dpop: proof, ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unanswered();
  }
}

/** Whether it found the clocks newly apart. */
function noteClock(response: Response): boolean {
  const told = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(told)) return false;
  const differenceMs = told - Date.now();
  const changed = Math.abs(differenceMs - aheadMs) > CLOCKS_APART_MS;
  if (changed) aheadMs = Math.abs(differenceMs) > CLOCKS_APART_MS ? differenceMs : 0;
  return changed;
}
