import { equalBytes } from '../../bytes/equal.ts';
import { SextantError } from '../../bytes/errors.ts';
import { type Endpoint, type Permit, parsePermit, rawPublicKey } from '../../location/probe/index.ts';
import { AgentError } from '../errors.ts';
import { Answering, type HostKeys } from './answering.ts';
import { silent, unusable } from './failure.ts';
import { openPath, type Path } from './path.ts';

/** Kept short: a lost datagram of the untimed half costs this much, and nothing of the bound. */
const RESEND_MS = 250;
/** That often without an answer: nobody is there. */
const MAX_TRIES = 12;
/** A landmark waits about a second for a round: whoever says nothing for so long is gone. */
const IDLE_MS = 8_000;
/** What a measurement may take beyond its permit's life, for its last messages. */
const AFTERMATH_MS = 5_000;

export type RespondOptions = {
  readonly signal: AbortSignal;
  /** Default 250 ms. */
  readonly resendMs?: number;
};

/**
 * Lets one landmark measure this host: opens the path, answers its probes, signs what it answered.
 *
 * @param permit as the verifier issued it, for these very keys
 * @returns the landmark's receipt, for the verifier to judge: this host has verified the landmark's key, and nothing else
 * @throws AgentError `permit_unusable`, `landmark_silent`, `landmark_unproven`, `landmark_refused`, `landmark_disputed`; the
 *   signal's reason when it was aborted
 */
export async function respondToLandmark(
  permit: Uint8Array,
  keys: HostKeys,
  options: RespondOptions,
): Promise<Uint8Array> {
  const content = readPermit(permit, keys);
  let last: unknown;
  for (const address of content.addresses) {
    options.signal.throwIfAborted();
    try {
      return await respondAt(address, content, permit, keys, options);
    } catch (error) {
      // Another address of the same landmark may be reachable; a refusal is the landmark's word at any of them.
      if (!(error instanceof AgentError && error.code === 'landmark_silent')) throw error;
      last = error;
    }
  }
  throw last;
}

function readPermit(bytes: Uint8Array, keys: HostKeys): Permit {
  let permit: Permit;
  try {
    permit = parsePermit(bytes).content.permit;
  } catch (cause) {
    if (!(cause instanceof SextantError)) throw cause;
    throw unusable(cause.message, cause);
  }
  const mine =
    equalBytes(permit.hostKey, rawPublicKey(keys.signing)) &&
    equalBytes(permit.exchangeKey, rawPublicKey(keys.exchange));
  if (!mine) throw unusable("it is for other keys than this host's");
  return permit;
}

function respondAt(
  address: Endpoint,
  permit: Permit,
  bytes: Uint8Array,
  keys: HostKeys,
  { signal, resendMs = RESEND_MS }: RespondOptions,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const answering = new Answering(permit, bytes, keys);
  let timer: NodeJS.Timeout | undefined;
  let path: Path | null = null;

  let heard = true;
  const quiet = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const repeat = (datagram: Uint8Array, tries = 1): void => {
    quiet();
    path?.send(datagram);
    timer = setTimeout(() => {
      if (tries < MAX_TRIES) repeat(datagram, tries + 1);
      else reject(silent(permit.landmarkId, answering.forged));
    }, resendMs);
  };
  const receive = (datagram: Uint8Array): void => {
    const reply = answering.reply(datagram);
    if (reply !== null) {
      path?.send(reply);
      // On a busy machine the landmark runs only once this process sleeps: nothing is done here that can wait.
      heard = true;
      if (timer !== undefined) quiet();
      return;
    }
    const step = answering.receive(datagram);
    if (step.next === 'repeat') repeat(step.datagram);
    else if (step.next === 'done') resolve(step.receipt);
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      reject(error);
    }
  };
  path = openPath(address, {
    connected: () => repeat(answering.open()),
    received: (datagram) => guarded(() => receive(datagram)),
    failed: (cause) => reject(silent(permit.landmarkId, answering.forged, cause)),
  });
  const idle = setInterval(() => {
    if (!heard && timer === undefined) reject(silent(permit.landmarkId, answering.forged));
    heard = false;
  }, IDLE_MS);
  const lifetimeMs = permit.expiresAt.getTime() - permit.issuedAt.getTime();
  const deadline = setTimeout(
    () => reject(silent(permit.landmarkId, answering.forged)),
    Math.min(lifetimeMs, 60_000) + AFTERMATH_MS,
  );
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    quiet();
    clearInterval(idle);
    clearTimeout(deadline);
    signal.removeEventListener('abort', abort);
    path?.close();
  });
}
