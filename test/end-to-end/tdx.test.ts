import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../src/evidence/bundle/tdx-item.ts';
import type { TdReport } from '../../src/evidence/intel/index.ts';
import { tdReport } from '../../src/forge/intel/defaults.ts';
import {
  type ForgedPlatform,
  forgeTdxPlatform,
  type PlatformOptions,
} from '../../src/forge/intel/platform.ts';
import { type CollateralAccess, collateralAccess } from '../../src/service/collateral/access.ts';
import { startPcsServer } from '../collateral/pcs-server.ts';
import { bindingOf, failed, Guest, newSessionKeys, reasons, type TeeItem, withKeys } from './guest.ts';
import { MRTD } from './measured.ts';
import { makeWorld, type World } from './world.ts';

/** A TDX machine, the PCS that publishes about it, and a verifier that asks there. */
async function begin(options: Partial<PlatformOptions> = {}) {
  const platform = forgeTdxPlatform({ seed: 'end to end', at: new Date(), ...options });
  const pcs = await startPcsServer({ pki: platform.pki, collateral: platform.collateral() });
  const clock = { now: () => new Date() };
  const world = await makeWorld(intelOnly(pcs.origin, () => clock.now()));
  clock.now = world.pace.clock;
  onTestFinished(() => world.close());
  return { platform, pcs, world, guest: new Guest(world, quotedBy(platform)) };
}

function intelOnly(pcsUrl: string, clock: () => Date): CollateralAccess {
  const settings = collateralSettings({ pcsUrl });
  return collateralAccess([], (trust) =>
    createCollateral({ cache: memoryCache(), settings, trust, clock, log: () => {} }),
  );
}

const quotedBy =
  (platform: ForgedPlatform<TdReport>, measured: Partial<TdReport> = {}) =>
  ({ reportData }: { readonly reportData: Uint8Array }): TeeItem => {
    const quote = platform.quote(reportData, measured);
    return { mediaType: TDX_QUOTE_MEDIA_TYPE, value: serialiseTdxItem({ quote, eventLog: null }) };
  };

const trustIntel = (world: World, { rootPem }: { readonly rootPem: string }): Promise<string> =>
  world.trustRoots('intel', rootPem, 'intel-sgx-root');
const trustImage = (world: World, more: object = {}): Promise<string> =>
  world.trustSet({ kind: 'tdx', name: 'guest-image', mrTd: [MRTD], ...more });

describe('a guest under TDX, over HTTP', () => {
  it('enrols and attests under an approved root, and is G2-tee under an approved image', async () => {
    const { world, platform, guest } = await begin();
    await trustIntel(world, platform);
    const hostId = await guest.enrol();
    const first = await guest.attest();
    expect(failed(first)).toEqual([]);
    expect(first.appraisal).toMatchObject({
      outcome: 'accepted',
      devices: [{ kind: 'host-tee', level: 'G1', facts: { device: 'attested', host: 'none' } }],
    });
    expect(reasons(first)).toEqual(['host.no-reference-set']);
    await trustImage(world);
    const second = await guest.attest();
    expect(second.appraisal).toMatchObject({
      outcome: 'accepted',
      devices: [{ label: 'G2-tee', facts: { host: 'tee', place: { keyCustody: 'operator-extractable' } } }],
      referenceSets: { matched: [{ name: 'guest-image' }] },
    });
    expect(second.appraisal.collateral.map(({ name }) => name)).toContain('tcbInfo');
    expect(second.appraisal.validUntil).not.toBeNull();
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}`, {
      token: world.tokens.operator,
    });
    expect(body).toMatchObject({
      kind: 'tee',
      tee: 'tdx',
      ekSha256: null,
      akName: null,
      platform: { intel: { fmspc: expect.stringMatching(/^[0-9a-f]{12}$/) }, amd: null },
      devices: [{ kind: 'host-tee', link: 'undeclared' }],
    });
    const status = await world.verifier.call('GET', `/v1/hosts/${hostId}/status`, {
      token: world.tokens.operator,
    });
    expect(status.body).toMatchObject({ level: 'G2', label: 'G2-tee' });
  });

  it('is sealed under a set that vouches for all of it', async () => {
    const { world, platform, guest } = await begin();
    await trustIntel(world, platform);
    const { rtMr } = tdReport(new Uint8Array(64));
    const registers = Object.fromEntries(rtMr.map((value, index) => [index, [toHex(value)]]));
    await trustImage(world, { rtMr: registers, sealed: true });
    await guest.enrol();
    expect((await guest.attest()).appraisal.devices).toMatchObject([
      { facts: { host: 'sealed', place: { keyCustody: 'sealed' } } },
    ]);
  });

  it('is not enrolled, nor attests, without trust in its root; Intel is asked nothing for it', async () => {
    const { world, pcs, platform, guest } = await begin();
    await expect(guest.enrol()).rejects.toMatchObject({
      code: 'enrolment_refused',
      status: 403,
      message: expect.stringContaining('intel.pck.root'),
    });
    expect(pcs.requests).toEqual([]);
    const root = await trustIntel(world, platform);
    await guest.enrol();
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
    await world.withdraw(root);
    const answer = await guest.attest();
    expect(answer.appraisal.outcome).toBe('refused');
    expect(failed(answer)).toContain('intel.pck.root');
  });

  it('trusts no root of another purpose', async () => {
    const { world, platform, guest } = await begin();
    await world.trustRoots('intel', platform.rootPem, 'amd-ark');
    await world.trustRoots('tpm', platform.rootPem, 'tpm-ek');
    await expect(guest.enrol()).rejects.toMatchObject({ code: 'enrolment_refused' });
  });

  describe('enrolled', () => {
    const enrolled = async () => {
      const all = await begin();
      await trustIntel(all.world, all.platform);
      await trustImage(all.world);
      await all.guest.enrol();
      return all;
    };

    it('has a code of its own for each broken binding', async () => {
      const { world, guest, platform } = await enrolled();
      const another = newSessionKeys();
      const neighbour = new Guest(world, quotedBy(platform));
      const neighboursId = await neighbour.enrol();
      const elsewhere = 'https://elsewhere.example';
      const gpu = { label: 'gpu-0', mediaType: 'application/vnd.example', value: Uint8Array.of(1) };
      const earlier = await guest.session();
      const old = await guest.bundle(earlier);
      await guest.send(earlier, old);
      const expectCodes = async (codes: string[], answer: Parameters<typeof failed>[0]): Promise<void> => {
        expect({ codes: failed(answer), outcome: answer.appraisal.outcome }).toEqual({
          codes,
          outcome: 'refused',
        });
      };
      await expectCodes(['binding.nonce'], await guest.attest({ session: { nonce: 'A'.repeat(43) } }));
      await expectCodes(['binding.audience'], await guest.attest({ session: { aud: elsewhere } }));
      await expectCodes(['binding.tenant'], await guest.attest({ session: { tenant: 'strangers' } }));
      await expectCodes(['binding.host'], await guest.attest({ session: { hostId: neighboursId } }));
      await expectCodes(['binding.session'], await guest.attest({ session: { id: earlier.id } }));
      await expectCodes(
        ['binding.expiry'],
        await guest.attest({ session: { expiresAt: '2099-01-01T00:00:00.000Z' } }),
      );
      // The whole evidence of an earlier session, and its report alone.
      const later = await guest.session();
      await expectCodes(['binding.session', 'binding.nonce', 'binding.expiry'], await guest.send(later, old));
      await expectCodes(
        ['tee.report-data'],
        await guest.attest({ over: (it) => ({ ...it, value: bindingOf(old) }) }),
      );
      // Keys that the hardware did not vouch for, and a bundle that another key signs.
      const quoted = await guest.session();
      const stolen = guest.bundle(quoted, { keys: another, over: (it) => withKeys(it, guest) });
      await expectCodes(['tee.report-data'], await guest.send(quoted, await stolen));
      const forged = await guest.session();
      const [header, payload] = (await guest.bundle(forged)).split('.');
      const [, , signature] = (await guest.bundle(forged)).split('.');
      await expectCodes(
        ['bundle.signature'],
        await guest.send(forged, `${header}.${payload}.${flip(signature)}`),
      );
      await expectCodes(['bundle.items.known'], await guest.attest({ before: async () => [gpu] }));
    });

    it('is the guest that enrolled by its TEE, and nothing else', async () => {
      const { world, guest } = await enrolled();
      const rest = await guest.session();
      await expect(guest.send(rest, 'garbage').then(failed)).resolves.toEqual(['bundle.well-formed']);
      const again = await guest.session();
      const bundle = await guest.bundle(again);
      const first = await guest.send(again, bundle);
      const { receipt: _, ...repeated } = await guest.send(again, bundle);
      expect(first).toMatchObject(repeated);
      await expect(
        guest.bundle(again, { keys: newSessionKeys() }).then((other) => guest.send(again, other)),
      ).rejects.toMatchObject({
        code: 'session_already_submitted',
      });
      expect(world.verifier.url).toContain('127.0.0.1');
    });

    it('is lowered by debugging, with the reason', async () => {
      const { guest, platform } = await enrolled();
      const { tdAttributes } = tdReport(new Uint8Array(64));
      const answer = await guest.attest({
        hardware: quotedBy(platform, { tdAttributes: tdAttributes | 1n }),
      });
      expect(answer.appraisal).toMatchObject({ outcome: 'accepted', devices: [{ level: 'G1' }] });
      expect(reasons(answer)).toContain('tdx.policy.debug');
    });

    it('is refused when it becomes an enclave, or another image that is denied', async () => {
      const { world, guest } = await enrolled();
      await trustImage(world, { name: 'denying', mrTd: ['ab'.repeat(48)], denied: { mrTd: [MRTD] } });
      const answer = await guest.attest();
      expect(answer.appraisal).toMatchObject({
        outcome: 'refused',
        violations: [{ code: 'measurement.denied' }],
      });
    });
  });

  it('is lowered where its platform is out of date, and told what to update', async () => {
    const { world, platform, guest } = await begin({ statuses: { platform: 'OutOfDate' } });
    await trustIntel(world, platform);
    await trustImage(world);
    await guest.enrol();
    const answer = await guest.attest();
    expect(answer.appraisal).toMatchObject({ outcome: 'accepted', devices: [{ level: 'G1' }] });
    expect(reasons(answer)).toContain('intel.policy.tcb-status');
    await trustImage(world, { name: 'lenient', policy: { acceptedTcbStatuses: ['UpToDate', 'OutOfDate'] } });
    expect((await guest.attest()).appraisal.devices).toMatchObject([{ label: 'G2-tee' }]);
  });

  it('is held for review where Intel revoked its platform, until a person clears it', async () => {
    const { world, platform, guest, pcs } = await begin();
    await trustIntel(world, platform);
    await trustImage(world);
    const hostId = await guest.enrol();
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
    // A recovery event: Intel revokes the level, under a newer evaluation; the cache renews a day later.
    const revoking = platform.with({
      at: world.pace.clock(),
      statuses: { platform: 'Revoked' },
      tcbInfo: { tcbEvaluationDataNumber: 99 },
      qeIdentity: { tcbEvaluationDataNumber: 99 },
    });
    pcs.publish({ pki: revoking.pki, collateral: revoking.collateral() });
    world.verifier.advance(2 * 86_400_000);
    await world.verifier.context.collateral?.source.refreshDue();
    const answer = await guest.attest();
    expect(answer.appraisal).toMatchObject({ outcome: 'refused', violations: [{ code: 'tcb.revoked' }] });
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}/status`, {
      token: world.tokens.operator,
    });
    expect(body).toMatchObject({ level: 'G0', latches: [{ code: 'tcb.revoked' }] });
    // Nor is a revoked platform enrolled.
    await expect(new Guest(world, quotedBy(platform)).enrol()).rejects.toMatchObject({
      message: expect.stringContaining('tee.tcb'),
    });
  });
});

const flip = (text = ''): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
