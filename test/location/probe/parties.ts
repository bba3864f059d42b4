import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  keyIdOf,
  type Permit,
  type PermitTrust,
  type ProbeReceipt,
  probeContext,
  type ReceiptContext,
  RoundTag,
  rawPublicKey,
  signTranscript,
  type TrustedLandmark,
  transcriptHash,
} from '../../../src/location/probe/index.ts';

/** A verifier, a landmark and a host, with keys of their own, at an instant that never comes. */
const ed25519 = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
export const verifier = { key: ed25519() };
export const landmark = { key: ed25519() };
export const host = { signing: ed25519(), exchange: generateKeyPairSync('x25519').privateKey };
export const other = { key: ed25519() };

export const AT = new Date('2031-05-01T12:00:00.000Z');
export const later = (ms: number): Date => new Date(AT.getTime() + ms);

export const permitFor = (changes: Partial<Permit> = {}): Permit => ({
  issuer: 'https://verifier.example',
  jti: 'permit-1',
  sessionId: 'session-1',
  hostId: 'hst_1',
  hostKey: rawPublicKey(host.signing),
  exchangeKey: rawPublicKey(host.exchange),
  facilityId: 'fac_1',
  landmarkId: 'frankfurt-1',
  landmarkKey: rawPublicKey(landmark.key),
  addresses: [
    { address: '192.0.2.7', port: 4600 },
    { address: '2001:db8::7', port: 4600 },
  ],
  rounds: 20,
  bursts: 3,
  issuedAt: AT,
  expiresAt: later(60_000),
  policyVersion: 'policy-3',
  ...changes,
});

export const permitTrust = (changes: Partial<PermitTrust> = {}): PermitTrust => ({
  keys: new Map([
    [
      Buffer.from(keyIdOf(rawPublicKey(verifier.key))).toString('base64url'),
      { issuer: 'https://verifier.example', key: verifier.key },
    ],
  ]),
  landmarkId: 'frankfurt-1',
  landmarkKey: rawPublicKey(landmark.key),
  at: later(1_000),
  clockSkewMs: 0,
  ...changes,
});

export const registered: TrustedLandmark = {
  id: 'frankfurt-1',
  key: rawPublicKey(landmark.key),
  controlGroup: 'operator-a',
  place: { latitude: 50.1109221, longitude: 8.6821267 },
  uncertaintyMeters: 50,
};

export const receiptContext = (changes: Partial<ReceiptContext> = {}): ReceiptContext => ({
  permit: permitFor(),
  landmark: registered,
  at: later(4_000),
  graceMs: 10_000,
  clockSkewMs: 0,
  ...changes,
});

/** A transcript of rounds that were answered as the protocol says. */
export function transcriptFor(valid: readonly number[], sent: number): Uint8Array {
  const context = probeContext(permitFor());
  const tags = new RoundTag(new Uint8Array(32).fill(7), context);
  const rounds = Array.from({ length: sent }, (_, seq) => {
    const nonce = new Uint8Array(32).fill(seq);
    return { nonce, tag: tags.of(seq, nonce) };
  });
  const hash = transcriptHash(context, { sent, valid }, rounds);
  if (hash === null) throw new Error('a round is missing');
  return hash;
}

export function receiptFor(changes: Partial<ProbeReceipt> = {}): Omit<ProbeReceipt, 'landmarkKeyId'> {
  const transcript = transcriptFor([0, 1, 19], 20);
  return {
    landmarkId: 'frankfurt-1',
    jti: 'permit-1',
    sessionId: 'session-1',
    hostKeyId: keyIdOf(rawPublicKey(host.signing)),
    place: registered.place,
    uncertaintyMeters: 50,
    sent: 20,
    rounds: [
      { seq: 0, rttNs: 1_200_345 },
      { seq: 1, rttNs: 1_100_001 },
      { seq: 19, rttNs: 4_000_000_000 },
    ],
    clockErrorPpm: 100,
    transcript,
    hostSignature: signTranscript(transcript, host.signing),
    peer: { address: '198.51.100.9', port: 50_000 },
    measuredAt: later(3_000),
    ...changes,
  };
}

/** The ids of the checks that failed. */
export const failed = (findings: { readonly checks: readonly { id: string; status: string }[] }): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
