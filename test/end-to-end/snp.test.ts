import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform, type ReportChange } from '../../src/forge/amd/platform.ts';
import { type CollateralAccess, collateralAccess } from '../../src/service/collateral/access.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { failed, Guest, newSessionKeys, reasons, type TeeItem } from './guest.ts';
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
