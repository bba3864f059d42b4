import type { RefusalReason } from '../../location/probe/index.ts';
import { AgentError } from '../errors.ts';

const MENDS: { readonly [reason in RefusalReason]: string } = {
  cookie:
    'Its address for this host changed on the way: is there a NAT that changes ports from packet to packet?',
  permit: "Does the landmark trust this verifier's permit keys, and are both clocks right?",
  used: 'A permit counts once: the next attestation brings new ones.',
  signature: 'The permit is for other keys than this host has: attest again.',
  key: 'The exchange key is unusable: remove session-keys.json and attest again.',
  busy: 'It measures as many hosts as it may: the next attestation brings new permits.',
  stopping: 'It is being stopped: the next attestation brings new permits.',
  transcript: "This host's signature over its rounds did not hold: has its key changed meanwhile?",
};

export function refused(landmarkId: string, reason: RefusalReason): AgentError {
  return new AgentError('landmark_refused', `landmark ${landmarkId} refuses: ${reason}`, MENDS[reason], {
    actual: reason,
  });
}

/** @param forged datagrams that came in its name and were not by its key */
export function silent(landmarkId: string, forged: number, cause?: unknown): AgentError {
  const mend = 'Does outgoing UDP reach it? A bound that is missing proves less, and forbids nothing.';
  if (forged === 0)
    return new AgentError('landmark_silent', `landmark ${landmarkId} does not answer`, mend, { cause });
  return new AgentError(
    'landmark_unproven',
    `what answers in the name of landmark ${landmarkId} has not its key`,
    'Somebody stands between, or the landmark has a new key that the verifier does not know.',
    { expected: 'messages by the key that the permit pins', actual: `${forged} by others` },
  );
}

export function disputed(landmarkId: string): AgentError {
  return new AgentError(
    'landmark_disputed',
    `landmark ${landmarkId} lists rounds that this host did not answer so`,
    'Report it: the landmark is faulty or lies. Nothing was signed.',
  );
}

export function unusable(why: string, cause?: unknown): AgentError {
  return new AgentError(
    'permit_unusable',
    `the permit cannot be used: ${why}`,
    'Attest again for new ones.',
    {
      cause,
    },
  );
}
