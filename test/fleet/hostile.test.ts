import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeviceQuote, TpmDevice } from '../../src/agent/tpm/port.ts';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { NO_NVIDIA_TRUST } from '../../src/evidence/bundle/nvidia-trust.ts';
import { NO_TEE_TRUST } from '../../src/evidence/bundle/tee-trust.ts';
import { verifyBundle } from '../../src/evidence/bundle/verify.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { type Session, session as sessionSchema } from '../../src/protocol/session.ts';
import { databaseOf } from '../postgres/choice.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { fuzzRuns } from '../vectors.ts';
import { connectTo, LOG_ORIGIN, PUBLIC_URL } from './connection.ts';
import { foundFleet } from './found.ts';
import { bundleOf, newSessionKeys, openSession, proveEvidence, submitWith } from './host.ts';

const now = new Date();
const tpm = new SoftwareTpm({ ca: makeEkCa(now), clock: () => now, ek: 'ecc256' });
const sessionKeys = newSessionKeys();
const session: Session = {
  id: 'ses_1',
  nonce: randomBytes(32).toString('base64url'),
  issuedAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + 60_000).toISOString(),
  aud: PUBLIC_URL,
  tenant: 'acme',
  hostId: 'hst_1',
  accept: [],
};
const { akPublic, name: akName } = await tpm.createOrLoadAk();
const isAuthentic = (jws: string): boolean =>
  verifyBundle({
    jws,
    session,
    host: { kind: 'tpm', akPublic, akName, ekName: null },
    tee: NO_TEE_TRUST,
    nvidia: NO_NVIDIA_TRUST,
    at: now,
  }).verified !== null;
const good = await bundleOf({ tpm, sessionKeys }, session);

/** Some bytes of a text or structure become others, more or fewer. */
type Change = { readonly at: number; readonly gone: number; readonly noise: Uint8Array };
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  gone: fc.nat(8),
  noise: fc.uint8Array({ maxLength: 8 }),
});

function changed(bytes: Uint8Array, { at, gone, noise }: Change): Uint8Array {
  const place = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place + gone)]);
}

/** The TPM, with one structure of its quotes bent before the host signs the bundle around it. */
function bending(member: 'quote' | 'signature', bend: (bytes: Uint8Array) => Uint8Array): TpmDevice {
  return {
    readEndorsement: () => tpm.readEndorsement(),
    createOrLoadAk: () => tpm.createOrLoadAk(),
    activateCredential: (challenge) => tpm.activateCredential(challenge),
    readLogs: () => tpm.readLogs(),
    quote: async (request): Promise<DeviceQuote> => {
      const quote = await tpm.quote(request);
      return { ...quote, [member]: bend(quote[member]) };
    },
  };
}

describe("a host's submission", () => {
  it('is authentic whole', () => {
    expect(isAuthentic(good)).toBe(true);
  });

  it('is not when it ends early, wherever that is', () => {
    const passed = Array.from(good, (_, length) => length).filter((length) =>
      isAuthentic(good.slice(0, length)),
    );
    expect(passed).toEqual([]);
  });

  it('is not with other bytes anywhere', () => {
    fc.assert(
      fc.property(change, (wanted) => {
        const bent = Buffer.from(changed(Buffer.from(good), wanted)).toString('latin1');
        expect(isAuthentic(bent)).toBe(bent === good);
      }),
      { numRuns: fuzzRuns },
    );
  });

  it.each(['quote', 'signature'] as const)(
    "is not with another %s, though the binding's key signs around it",
    async (member) => {
      await fc.assert(
        fc.asyncProperty(change, async (wanted) => {
          let isSame = false;
          const device = bending(member, (bytes) => {
            const bent = changed(bytes, wanted);
            isSame = Buffer.compare(bent, bytes) === 0;
            return bent;
          });
          expect(isAuthentic(await bundleOf({ tpm: device, sessionKeys }, session))).toBe(isSame);
        }),
        // Each input is quoted and signed before it is judged.
        { numRuns: Math.ceil(fuzzRuns / 20) },
      );
    },
  );
});

describe("a verifier's answer to bytes that are no submission", () => {
  it('is a refusal by name, never an acceptance or a fault', async () => {
    const data = join(temporaryFolder(), 'data');
    const { hosts } = await foundFleet(data, 1);
    const verifier = await startVerifier({
      data,
      ...(await databaseOf(data)),
      host: '127.0.0.1',
      port: 0,
      publicUrl: PUBLIC_URL,
      log: pino({ level: 'silent' }),
      config: { logOrigin: LOG_ORIGIN, attestationIntervalMs: 1 },
    });
    const connection = connectTo(verifier.url);
    onTestFinished(async () => {
      connection.close();
      await verifier.close();
    });
    const [host] = hosts;
    if (host === undefined) throw new Error('no host');

    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(change, fc.uint8Array({ maxLength: 64 })), async (wanted) => {
        const opened = sessionSchema.parse(JSON.parse((await openSession(connection, host)).text));
        const bundle = Buffer.from(await bundleOf(host, opened));
        const bent = wanted instanceof Uint8Array ? wanted : changed(bundle, wanted);
        fc.pre(Buffer.compare(bent, bundle) !== 0);
        const proof = await proveEvidence(host, opened.id);
        const { status, text } = await submitWith(connection, proof, opened.id, bent);
        const { appraisal, code } = JSON.parse(text);
        statuses.add(status);
        expect(status < 500 && (appraisal?.outcome === 'refused' || typeof code === 'string')).toBe(true);
        if (appraisal !== undefined) expect(appraisal.devices).toEqual([]);
      }),
      { numRuns: Math.ceil(fuzzRuns / 20) },
    );
    expect(statuses).toContain(200);
  });
});
