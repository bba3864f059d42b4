import { expect, it, onTestFinished } from 'vitest';
import type { AgentOptions } from '../../src/agent/agent.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { TdReport } from '../../src/evidence/intel/index.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeAzureCvm } from '../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../src/forge/azure/hardware.ts';
import { mountConfigfsTsm } from '../../src/forge/configfs-tsm.ts';
import { type ForgedPlatform, forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import type { TsmOptions } from '../../src/forge/tsm-reports.ts';
import { collateralAccess } from '../../src/service/collateral/access.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { startPcsServer } from '../collateral/pcs-server.ts';
import { failed, reasons } from './guest.ts';
import { pem } from './measured.ts';
import { makeWorld, NEVER, type World } from './world.ts';

type Machines = {
  readonly epyc: ForgedSnpPlatform;
  readonly xeon: ForgedPlatform<TdReport>;
  readonly at: Date;
};
type Setting = Machines & { readonly world: World; readonly notes: string[] };

/** Machines of both makers, what these publish, and a verifier that trusts both. */
async function begin(signingKey: 'vcek' | 'vlek' = 'vcek'): Promise<Setting> {
  const at = new Date();
  const epyc = forgeSnpPlatform({ at, signingKey });
  const xeon = forgeTdxPlatform({ seed: 'agent', at });
  const kds = await startKdsServer([epyc], () => epyc.crl());
  const pcs = await startPcsServer({ pki: xeon.pki, collateral: xeon.collateral() });
  const clock = { now: () => at };
  const settings = collateralSettings({ kdsUrl: kds.origin, pcsUrl: pcs.origin });
  const world = await makeWorld(
    collateralAccess([], (trust) =>
      createCollateral({ cache: memoryCache(), settings, trust, clock: () => clock.now(), log: () => {} }),
    ),
  );
  clock.now = world.pace.clock;
  onTestFinished(() => world.close());
  await world.trustRoots('amd', pem(epyc.roots), 'amd-ark');
  await world.trustRoots('intel', xeon.rootPem, 'intel-sgx-root');
  return { epyc, xeon, at, world, notes: [] };
}

type Options = Omit<AgentOptions, 'data' | 'verifier' | 'pace'>;

/** What an agent finds behind the kernel of such a guest. */
function kernel({ notes }: Setting, options: TsmOptions): Options {
  const tsm = mountConfigfsTsm(options);
  onTestFinished(tsm.unmount);
  return {
    tsm: { reports: tsm.path, ccel: '/nonexistent/CCEL' },
    note: (sentence) => notes.push(sentence),
  };
}

const inSnp = (setting: Setting, table: boolean): Options =>
  kernel(setting, {
    provider: 'sev_guest',
    report: (inblob) => ({
      outblob: setting.epyc.report(Uint8Array.from(inblob)),
      ...(table ? { auxblob: setting.epyc.auxblob() } : {}),
    }),
  });
const inTdx = (setting: Setting): Options =>
  kernel(setting, {
    provider: 'tdx_guest',
    report: (inblob) => ({ outblob: setting.xeon.quote(Uint8Array.from(inblob)) }),
  });

async function inAzure({ world, epyc, xeon, at }: Setting, tee: 'snp' | 'tdx'): Promise<Options> {
  const { vm, akCa } = await forgeAzureCvm({
    at,
    hardware: tee === 'snp' ? snpHardware(epyc) : tdxHardware(xeon),
  });
  await world.trustRoots('azure', pem([akCa.root]), 'azure-vtpm-ak');
  return { evidence: 'azure', azureVm: vm };
}

it.each<[string, string, (setting: Setting) => Options | Promise<Options>]>([
  ['TDX', 'tdx', inTdx],
  ['SEV-SNP, with its host’s table', 'snp', (setting) => inSnp(setting, true)],
  ['SEV-SNP, without', 'snp', (setting) => inSnp(setting, false)],
  ['Azure’s SNP', 'azure', (setting) => inAzure(setting, 'snp')],
  ['Azure’s TDX', 'azure', (setting) => inAzure(setting, 'tdx')],
])('enrols, attests, and is G2-tee under a set of what it measured: %s', async (_, kind, machine) => {
  const setting = await begin();
  const { world } = setting;
  const host = world.host(await machine(setting));
  const hostId = await host.enrol(await world.enrolmentToken());
  expect(host.agent.host()).toMatchObject({ hostId, evidence: kind });

  const attester = await host.agent.attester();
  await world.trustSet({ name: 'guest-image', ...(await attester.measure()) });
  const answer = await host.agent.attest(NEVER);
  // Nobody publishes a list for Azure's CAs, and every result says so.
  const open = kind === 'azure' ? ['azure.ak-certificate.revocation'] : [];
  expect({ failed: failed(answer), reasons: reasons(answer) }).toEqual({ failed: [], reasons: open });
  expect(answer.appraisal).toMatchObject({
    outcome: 'accepted',
    devices: [{ kind: 'host-tee', label: 'G2-tee', facts: { host: 'tee' } }],
    referenceSets: { matched: [{ name: 'guest-image' }] },
  });

  world.verifier.advance(3_600_000);
  expect((await host.agent.attest(NEVER)).appraisal.outcome).toBe('accepted');
});

it('says once what the evidence does without', async () => {
  const setting = await begin();
  const { world, notes } = setting;
  for (const machine of [inTdx(setting), inSnp(setting, false)]) {
    notes.length = 0;
    const host = world.host(machine);
    await host.enrol(await world.enrolmentToken());
    await host.agent.attest(NEVER);
    expect(notes).toEqual([expect.stringMatching(/event log|certificates/)]);
  }
});

it('is a device that its exporter declared by its host key', async () => {
  const setting = await begin();
  const { world } = setting;
  const host = world.host(inSnp(setting, true));
  const sha256 = Buffer.from(host.agent.jkt, 'base64url').toString('hex');
  const declared = await world.verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: { kind: 'host-tee', identity: { type: 'host-key', sha256 }, facilityId: world.facilityId },
  });
  await host.enrol(await world.enrolmentToken());
  const { appraisal } = await host.agent.attest(NEVER);
  expect(appraisal.devices).toMatchObject([{ id: declared.body['id'], kind: 'host-tee' }]);
});

it('cannot show a VLEK that its host keeps to itself: nobody publishes the certificate', async () => {
  const setting = await begin('vlek');
  const { world } = setting;
  await world.host(inSnp(setting, true)).enrol(await world.enrolmentToken());
  await expect(world.host(inSnp(setting, false)).enrol(await world.enrolmentToken())).rejects.toMatchObject({
    code: 'enrolment_refused',
    message: expect.stringContaining('snp.'),
  });
});

it('is not enrolled as another guest than it is', async () => {
  const setting = await begin();
  const { world } = setting;
  const asTdx = world.host({ ...inSnp(setting, true), evidence: 'tdx' });
  await expect(asTdx.enrol(await world.enrolmentToken())).rejects.toMatchObject({
    code: 'tee_absent',
    expected: 'tdx',
    actual: 'snp',
  });
});

it('is enrolled by its TPM where a TPM is what it was told to show', async () => {
  const setting = await begin();
  const { world } = setting;
  const ca = makeEkCa(setting.at);
  await world.trustRoots('tpms', ca.rootPem);
  const device = new SoftwareTpm({ ca, clock: world.pace.clock });
  const host = world.host({ ...inSnp(setting, true), device, evidence: 'tpm' });
  await host.enrol(await world.enrolmentToken());
  expect(host.agent.host()).toMatchObject({ evidence: 'tpm' });
  expect((await host.agent.attest(NEVER)).appraisal.devices).toMatchObject([{ kind: 'host-tpm' }]);
});

it('shows the guest that it runs in beside the TPM that it enrolled by, in one bundle', async () => {
  const setting = await begin();
  const { world } = setting;
  const ca = makeEkCa(setting.at);
  await world.trustRoots('tpms', ca.rootPem);
  const device = new SoftwareTpm({ ca, clock: world.pace.clock });
  const host = world.host({ ...inTdx(setting), device });
  await host.enrol(await world.enrolmentToken());
  const answer = await host.agent.attest(NEVER);
  expect(failed(answer)).toEqual([]);
  expect(answer.appraisal.evidence.map(({ label }) => label)).toEqual(['binding', 'tpm', 'tdx']);
});

it('does without a guest that it may not ask, and says so', async () => {
  const setting = await begin();
  const { world, notes } = setting;
  const ca = makeEkCa(setting.at);
  await world.trustRoots('tpms', ca.rootPem);
  const device = new SoftwareTpm({ ca, clock: world.pace.clock });
  const report = (): never => {
    throw new Error('nobody asks it');
  };
  const host = world.host({ ...kernel(setting, { provider: 'arm_cca_guest', report }), device });
  await host.enrol(await world.enrolmentToken());
  const { appraisal } = await host.agent.attest(NEVER);
  expect(appraisal.evidence.map(({ label }) => label)).toEqual(['binding', 'tpm']);
  expect(notes).toEqual([expect.stringContaining('tee_provider_unknown')]);
});
