import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';
import { NO_NVIDIA_TRUST } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { NO_TEE_TRUST } from '../../../src/evidence/bundle/tee-trust.ts';
import { serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import { type BundleResult, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import { fuzzRuns } from '../../vectors.ts';
import { attest, type Bent, makeHost, now, pcrs, session, signQuote, submit } from './host.ts';

const host = makeHost();
const neighbour = makeHost();
const good = submit(host);
const verify = (jws: string, at = now): BundleResult =>
  verifyBundle({ jws, session, host, tee: NO_TEE_TRUST, nvidia: NO_NVIDIA_TRUST, at });
const failed = ({ findings }: BundleResult): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

describe('verifyBundle', () => {
  it('vouches for what the enrolled host made for the session', () => {
    const { findings, verified } = verify(good);
    expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(findings.notPerformed).toEqual([]);
    expect(verified?.binding).toEqual(host.binding);
    expect(verified?.items.map(({ label }) => label)).toEqual(['binding', 'tpm']);
    expect(toHex(verified?.tpm?.quote.pcrs.get('sha256')?.get(10) ?? new Uint8Array(0))).toBe(
      '0a'.repeat(32),
    );
  });

  const other = (mediaType: string, label: string) => ({ label, mediaType, value: Uint8Array.of(1) });
  it.each<[string, Bent]>([
    ['binding.audience', { binding: { aud: 'https://other.example' } }],
    ['binding.tenant', { binding: { tenant: 'globex' } }],
    ['binding.host', { binding: { hostId: 'host-2' } }],
    ['binding.session', { binding: { sessionId: 'session-2' } }],
    ['binding.nonce', { binding: { nonce: 'A'.repeat(43) } }],
    ['binding.expiry', { binding: { expiresAt: '2026-03-01T13:00:00.000Z' } }],
    ['bundle.signature', { signedBy: neighbour.signingPrivate }],
    ['bundle.items.known', { more: [other('application/vnd.example', 'gpu-0')] }],
    ['bundle.items.tpm', { withoutQuote: true }],
    ['bundle.items.tpm', { more: [other(TPM_QUOTE_MEDIA_TYPE, 'tpm-1')] }],
    ['tpm.item.well-formed', { tpmItem: Uint8Array.of(1, 2, 3) }],
    ['tpm.ak.enrolled', { akPublic: neighbour.akPublic }],
    ['tpm.quote.signature', { quotedBy: neighbour.akPrivate }],
    ['tpm.quote.extra-data', { extraData: new Uint8Array(32) }],
    ['tpm.quote.pcr-digest', { pcrDigest: new Uint8Array(32) }],
  ])('%s fails alone', (id, bent) => {
    const result = verify(submit(host, bent));
    expect(failed(result)).toEqual([id]);
    expect(result.verified).toBeNull();
  });

  it('session.open fails alone at the instant of expiry and without a clock', () => {
    const expiry = new Date(session.expiresAt);
    expect(verify(good, new Date(expiry.getTime() - 1)).verified).not.toBeNull();
    for (const at of [expiry, new Date(expiry.getTime() + 1), new Date(Number.NaN)]) {
      expect(failed(verify(good, at))).toEqual(['session.open']);
      expect(verify(good, at).verified).toBeNull();
    }
  });

  it('tpm.ak.name fails alone when the enrolled key is not the one that was activated', () => {
    const { akPublic } = host;
    const result = verifyBundle({
      jws: good,
      session,
      host: { kind: 'tpm', akPublic, akName: neighbour.akName, ekName: null },
      tee: NO_TEE_TRUST,
      nvidia: NO_NVIDIA_TRUST,
      at: now,
    });
    expect(failed(result)).toEqual(['tpm.ak.name']);
    expect(result.verified).toBeNull();
  });

  it.each<[string, Bent]>([
    ['a binding under another media type', { bindingMediaType: 'application/json' }],
    ['a binding that is not canonical', { bindingBytes: new TextEncoder().encode('{"v": 1}') }],
  ])('bundle.well-formed fails alone for %s', (_, bent) => {
    expect(failed(verify(submit(host, bent)))).toEqual(['bundle.well-formed']);
  });

  it('tpm.quote.well-formed fails alone for structures that end early', () => {
    const quote = attest(new Uint8Array(32)).subarray(0, -1);
    const signature = signQuote(quote, host.akPrivate);
    const { akPublic } = host;
    const banks = new Map([['sha256' as const, pcrs]]);
    const tpmItem = serialiseTpmItem({ quote, signature, akPublic, pcrs: banks, eventLog: null });
    expect(failed(verify(submit(host, { tpmItem })))).toEqual(['tpm.quote.well-formed']);
  });

  it("refuses another host's quote relabelled with this host's key", () => {
    const stolen = submit(host, { quotedBy: neighbour.akPrivate, akPublic: neighbour.akPublic });
    expect(failed(verify(stolen))).toEqual(['tpm.ak.enrolled', 'tpm.quote.signature']);
  });

  it('refuses a register relabelled as another', () => {
    const moved = new Map([...pcrs].map(([index, value]) => [index === 10 ? 16 : index, value]));
    const result = verify(submit(host, { pcrs: moved }));
    expect(failed(result)).toContain('tpm.quote.pcr-selection');
    expect(result.verified).toBeNull();
  });

  it('refuses a commitment made for another purpose', () => {
    const jws = submit(host, { extraData: commitment('gpu-nonce', Uint8Array.of(1), []) });
    expect(failed(verify(jws))).toEqual(['tpm.quote.extra-data']);
  });

  it('refuses bundles that repeat an earlier one inside another session', () => {
    const next = { ...session, id: 'session-2', nonce: `${'B'.repeat(42)}E` };
    const result = verifyBundle({
      jws: good,
      session: next,
      host,
      tee: NO_TEE_TRUST,
      nvidia: NO_NVIDIA_TRUST,
      at: now,
    });
    expect(failed(result)).toEqual(['binding.session', 'binding.nonce']);
  });

  it('refuses every truncation and every changed character', () => {
    for (let at = 0; at < good.length; at += 7) {
      expect(verify(good.slice(0, at)).verified).toBeNull();
      const changed = good[at] === 'A' ? 'B' : 'A';
      expect(verify(good.slice(0, at) + changed + good.slice(at + 1)).verified).toBeNull();
    }
  });

  it('never throws and never passes anything but the bundle itself', () => {
    const near = fc
      .tuple(fc.nat(good.length), fc.string({ maxLength: 6 }))
      .map(([at, noise]) => good.slice(0, at) + noise + good.slice(at + noise.length));
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (jws) => {
        expect(verify(jws).verified === null).toBe(jws !== good);
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('never throws and never passes a well-signed bundle around noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64, minLength: 1 }), (tpmItem) => {
        expect(verify(submit(host, { tpmItem })).verified).toBeNull();
      }),
      // Each input is signed twice before it is judged.
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});
