import { describe, expect, it, onTestFinished } from 'vitest';
import { loadHostKey } from '../../src/agent/host-key.ts';
import { tpmAttester } from '../../src/agent/tpm/attester.ts';
import type { TpmDevice } from '../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import { toHex } from '../../src/bytes/text.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { Item } from '../../src/evidence/bundle/cmw.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform, type ReportChange } from '../../src/forge/amd/platform.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { type CollateralAccess, collateralAccess } from '../../src/service/collateral/access.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { bindingOf, failed, Guest, newSessionKeys, reasons, type TeeItem, withKeys } from './guest.ts';
import { pem, SNP_MEASUREMENT } from './measured.ts';
import { makeWorld, type World } from './world.ts';

/** An EPYC machine, the KDS that knows it, and a verifier that asks there. */
async function begin(product: ForgedSnpPlatform['product'] = 'Genoa') {
  const platform = forgeSnpPlatform({ at: new Date(), product });
  const list = { revoked: [] as number[] };
  const kds = await startKdsServer([platform], () => platform.crl({ revoked: list.revoked }));
  const clock = { now: () => new Date() };
  const world = await makeWorld(amdOnly(kds.origin, () => clock.now()));
  clock.now = world.pace.clock;
  onTestFinished(() => world.close());
  return { platform, kds, world, list, guest: new Guest(world, reportedBy(platform)) };
}

function amdOnly(kdsUrl: string, clock: () => Date): CollateralAccess {
  const settings = collateralSettings({ kdsUrl });
  return collateralAccess([], (trust) =>
    createCollateral({ cache: memoryCache(), settings, trust, clock, log: () => {} }),
  );
}

const reportedBy =
  (platform: ForgedSnpPlatform, change: ReportChange = {}, table: 'table' | 'none' = 'table') =>
  ({ reportData }: { readonly reportData: Uint8Array }): TeeItem => {
    const auxblob = table === 'table' ? platform.auxblob() : null;
    const value = serialiseSnpItem({ report: platform.report(reportData, change), auxblob });
    return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
  };

const rootPem = ({ roots }: ForgedSnpPlatform): string => pem(roots);
const trustAmd = (world: World, platform: ForgedSnpPlatform): Promise<string> =>
  world.trustRoots('amd', rootPem(platform), 'amd-ark');
const trustImage = (world: World, more: object = {}): Promise<string> =>
  world.trustSet({ kind: 'snp', name: 'guest-image', measurement: [SNP_MEASUREMENT], ...more });

/** A quote over the same binding, before the report. */
const quotedFirst =
  (device: TpmDevice) =>
  async (binding: Uint8Array): Promise<Item[]> => [
    await tpmAttester(device, parsePcrChoice('sha256:0-9,14')).collect(binding, []),
  ];

describe('a guest under SEV-SNP, over HTTP', () => {
  it('enrols and attests under an approved root, and is G2-tee under an approved image', async () => {
    const { world, platform, guest, kds } = await begin();
    await trustAmd(world, platform);
    await trustImage(world);
    const hostId = await guest.enrol();
    const answer = await guest.attest();
    expect(failed(answer)).toEqual([]);
    expect(answer.appraisal).toMatchObject({ outcome: 'accepted', devices: [{ label: 'G2-tee' }] });
    // The host's table had the certificates: AMD was asked for its revocation list alone.
    expect(kds.requests).toEqual(['/vcek/v1/Genoa/crl', expect.stringContaining('/cert_chain')]);
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}`, {
      token: world.tokens.operator,
    });
    expect(body).toMatchObject({
      tee: 'snp',
      platform: { intel: null, amd: { product: 'Genoa', chipId: toHex(platform.chipId), cspId: null } },
    });
  });

  it('needs no certificates of its host', async () => {
    const { world, platform, kds } = await begin();
    await trustAmd(world, platform);
    const guest = new Guest(world, reportedBy(platform, {}, 'none'));
    await guest.enrol();
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
    const certificates = kds.requests.filter((path) => path.includes(toHex(platform.chipId)));
    expect(certificates).toHaveLength(1);
  });

  it('is not enrolled, nor attests, without trust in its root; AMD is asked nothing for it', async () => {
    const { world, kds, platform, guest } = await begin();
    await world.trustRoots('elsewhere', rootPem(platform), 'intel-sgx-root');
    await expect(guest.enrol()).rejects.toMatchObject({
      code: 'enrolment_refused',
      message: expect.stringContaining('snp.chain.'),
    });
    expect(kds.requests).toEqual([]);
    const root = await trustAmd(world, platform);
    await guest.enrol();
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
    await world.withdraw(root);
    const answer = await guest.attest();
    expect(answer.appraisal.outcome).toBe('refused');
    expect(failed(answer).some((id) => id.startsWith('snp.chain.'))).toBe(true);
  });

  it('has a code of its own for each broken binding', async () => {
    const { world, platform, guest } = await begin();
    await trustAmd(world, platform);
    await guest.enrol();
    const another = new Guest(world, reportedBy(platform));
    const codes = async (bent: Parameters<Guest['attest']>[0]): Promise<string[]> => {
      const answer = await guest.attest(bent);
      expect(answer.appraisal.outcome).toBe('refused');
      return failed(answer);
    };
    expect(await codes({ session: { nonce: 'A'.repeat(43) } })).toEqual(['binding.nonce']);
    expect(await codes({ session: { hostId: await another.enrol() } })).toEqual(['binding.host']);
    expect(await codes({ over: (item) => ({ ...item, value: Uint8Array.of(1) }) })).toEqual([
      'tee.report-data',
    ]);
    const spare = { label: 'gpu-0', mediaType: 'application/vnd.example', value: Uint8Array.of(1) };
    expect(await codes({ before: async () => [spare] })).toEqual(['bundle.items.known']);
    // A neighbour on the same chip has all of it but the host's keys.
    const session = await guest.session();
    const relayed = await another.bundle(session, { keys: newSessionKeys() });
    await expect(another.send(session, relayed)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('enrols by a report with its own key and this challenge, signed by the chip of its certificates', async () => {
    const { world, platform, guest } = await begin();
    await trustAmd(world, platform);
    const another = new Guest(world, reportedBy(platform));
    const refused = (id: string) => ({ code: 'enrolment_refused', message: expect.stringContaining(id) });
    const others = await guest.begin();
    await expect(guest.prove(others, await guest.evidenceFor(others, another.key.jkt))).rejects.toMatchObject(
      refused('tee.report-data'),
    );
    const earlier = await guest.begin();
    const later = await guest.begin();
    await expect(guest.prove(later, await guest.evidenceFor(earlier))).rejects.toMatchObject(
      refused('tee.report-data'),
    );
    // Another chip's key, beside this one's certificates.
    const impostor = forgeSnpPlatform({ at: new Date(), hwid: platform.chipId });
    const forged = await guest.begin();
    const hardware = ({ reportData }: { readonly reportData: Uint8Array }): TeeItem => ({
      mediaType: SNP_REPORT_MEDIA_TYPE,
      value: serialiseSnpItem({ report: impostor.report(reportData), auxblob: platform.auxblob() }),
    });
    await expect(
      guest.prove(forged, await guest.evidenceFor(forged, guest.key.jkt, hardware)),
    ).rejects.toMatchObject(refused('snp.report.signature'));
  });

  it('is refused with a report of another session, or over the keys of another guest', async () => {
    const { world, platform, guest } = await begin();
    await trustAmd(world, platform);
    await guest.enrol();
    const another = new Guest(world, reportedBy(platform));
    await another.enrol();
    const codes = async (bent: Parameters<Guest['attest']>[0]): Promise<string[]> =>
      failed(await guest.attest(bent));
    const earlier = await guest.session();
    const old = await guest.bundle(earlier);
    expect((await guest.send(earlier, old)).appraisal.outcome).toBe('accepted');
    expect(await codes({ over: (item) => ({ ...item, value: bindingOf(old) }) })).toEqual([
      'tee.report-data',
    ]);
    expect(failed(await guest.send(await guest.session(), old))).toEqual([
      'binding.session',
      'binding.nonce',
      'binding.expiry',
    ]);
    const theirs = await another.bundle(await another.session());
    expect(await codes({ over: (item) => ({ ...item, value: bindingOf(theirs) }) })).toEqual([
      'tee.report-data',
    ]);
    // The keys of a thief in the binding; the hardware vouched for the guest's.
    expect(await codes({ keys: newSessionKeys(), over: (item) => withKeys(item, guest) })).toEqual([
      'tee.report-data',
    ]);
  });

  it('is refused with an item that its hardware knows nothing of, or without one that it knows', async () => {
    const { world, platform, guest } = await begin();
    await trustAmd(world, platform);
    await guest.enrol();
    const device = new SoftwareTpm({ ca: makeEkCa(new Date()), clock: world.pace.clock });
    const before = quotedFirst(device);
    const codes = async (bent: Parameters<Guest['attest']>[0]): Promise<string[]> =>
      failed(await guest.attest({ before, ...bent }));
    expect(await codes({})).toEqual(['bundle.items.tpm']);
    expect(await codes({ commits: false })).toEqual(['bundle.items.tpm', 'tee.report-data.items']);
    expect(await codes({ leavesOut: true })).toEqual(['tee.report-data']);
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
  });

  it('stands beside the TPM by which its host enrolled, where its report commits to the quote', async () => {
    const { world, platform } = await begin();
    await trustAmd(world, platform);
    const ca = makeEkCa(new Date());
    await world.trustRoots('tpms', ca.rootPem);
    const host = world.host({ device: new SoftwareTpm({ ca, clock: world.pace.clock }) });
    await host.enrol(await world.enrolmentToken());
    const key = loadHostKey(host.agent.folder) ?? undefined;
    const guest = new Guest(world, reportedBy(platform), key);
    const before = quotedFirst(host.agent.device);
    const together = await guest.attest({ before });
    expect({ failed: failed(together), outcome: together.appraisal.outcome }).toEqual({
      failed: [],
      outcome: 'accepted',
    });
    // A guest that knows nothing of this machine's TPM, and one whose TPM was left out.
    expect(failed(await guest.attest({ before, commits: false }))).toEqual(['tee.report-data.items']);
    expect(failed(await guest.attest({ before, leavesOut: true }))).toEqual([
      'bundle.items.tpm',
      'tee.report-data',
    ]);
  });

  it('is lowered by a policy that allows debugging, with the reason', async () => {
    const { world, platform, guest } = await begin();
    await trustAmd(world, platform);
    await trustImage(world);
    await guest.enrol();
    const debugging = reportedBy(platform, { policy: 0x3001fn | (1n << 19n) });
    const answer = await guest.attest({ hardware: debugging });
    expect(answer.appraisal).toMatchObject({ outcome: 'accepted', devices: [{ level: 'G1' }] });
    expect(reasons(answer)).toContain('snp.policy.debug');
  });

  it('is not relied on under Milan unless a policy accepts that by name, and then says why it is weak', async () => {
    const { world, platform, guest } = await begin('Milan');
    await trustAmd(world, platform);
    await trustImage(world);
    await guest.enrol();
    const lowered = await guest.attest();
    expect(lowered.appraisal.devices).toMatchObject([{ level: 'G1' }]);
    expect(reasons(lowered)).toContain('snp.policy.product');
    await trustImage(world, { name: 'old-machines', policy: { products: ['Milan'] } });
    const accepted = await guest.attest();
    expect(accepted.appraisal.devices).toMatchObject([{ label: 'G2-tee' }]);
    expect(accepted.appraisal.weaknesses.length).toBeGreaterThan(0);
  });

  it('is refused once the ASK above its chip is revoked', async () => {
    const { world, platform, guest, list } = await begin();
    await trustAmd(world, platform);
    await guest.enrol();
    expect((await guest.attest()).appraisal.outcome).toBe('accepted');
    list.revoked.push(0x20002);
    world.verifier.advance(2 * 86_400_000);
    await world.verifier.context.collateral?.source.refreshDue();
    const answer = await guest.attest();
    expect({ outcome: answer.appraisal.outcome, codes: failed(answer) }).toEqual({
      outcome: 'refused',
      codes: ['snp.revocation'],
    });
    expect(answer.appraisal.violations).toEqual([]);
  });
});
