import { describe, expect, it, onTestFinished } from 'vitest';
import type { AzureCollected } from '../../src/agent/azure/port.ts';
import { parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import { toHex } from '../../src/bytes/text.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { AZURE_CVM_MEDIA_TYPE, serialiseAzureItem } from '../../src/evidence/bundle/azure-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { type CvmChange, type ForgedAzureCvm, forgeAzureCvm } from '../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { collateralAccess } from '../../src/service/collateral/access.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { startPcsServer } from '../collateral/pcs-server.ts';
import { bindingOf, failed, Guest, reasons, type TeeItem } from './guest.ts';
import { MRTD, pem, SNP_MEASUREMENT } from './measured.ts';
import { makeWorld, type World } from './world.ts';

/** Azure: machines of both makers, their vendors' servers, one CA above the vTPMs, and a verifier. */
async function begin() {
  const at = new Date();
  const epyc = forgeSnpPlatform({ at });
  const xeon = forgeTdxPlatform({ seed: 'azure', at });
  const kds = await startKdsServer([epyc], () => epyc.crl());
  const pcs = await startPcsServer({ pki: xeon.pki, collateral: xeon.collateral() });
  const clock = { now: () => new Date() };
  const settings = collateralSettings({ kdsUrl: kds.origin, pcsUrl: pcs.origin });
  const world = await makeWorld(
    collateralAccess([], (trust) =>
      createCollateral({ cache: memoryCache(), settings, trust, clock: () => clock.now(), log: () => {} }),
    ),
  );
  clock.now = world.pace.clock;
  onTestFinished(() => world.close());
  const snp = await forgeAzureCvm({ at, hardware: snpHardware(epyc) });
  const tdx = await forgeAzureCvm({ at, hardware: tdxHardware(xeon), akCa: snp.akCa });
  return { world, snp, tdx };
}

const collectedBy =
  (vm: ForgedAzureCvm, change: CvmChange = {}, quotedBy = vm) =>
  async ({ extraData }: { readonly extraData: Uint8Array }): Promise<TeeItem> => {
    const { vtpm, ...parts } = await vm.evidence(extraData, change);
    const { quote, signature, pcrs } = (await quotedBy.evidence(extraData)).vtpm;
    const item = { ...parts, ...vtpm, ...(quotedBy === vm ? {} : { quote, signature, pcrs }) };
    return { mediaType: AZURE_CVM_MEDIA_TYPE, value: serialiseAzureItem(item) };
  };

/** All of one VM's, but for the members that another's collector gave. */
const mixed =
  (
    vm: ForgedAzureCvm,
    another: ForgedAzureCvm,
    members: readonly (keyof AzureCollected)[],
    extend: readonly number[] = [],
  ) =>
  async ({ extraData }: { readonly extraData: Uint8Array }): Promise<TeeItem> => {
    const choice = parsePcrChoice('sha256:0-9,14');
    for (const index of extend) another.tpm.extend(index, new Uint8Array(32).fill(1));
    const theirs = await another.vm.collect({ extraData, choice });
    const taken = Object.fromEntries(members.map((name) => [name, theirs[name]]));
    const item = { ...(await vm.vm.collect({ extraData, choice })), ...taken };
    return { mediaType: AZURE_CVM_MEDIA_TYPE, value: serialiseAzureItem(item) };
  };

const MEASURED = { snp: { measurement: [SNP_MEASUREMENT] }, tdx: { mrTd: [MRTD] } } as const;
const PURPOSE = { snp: 'amd-ark', tdx: 'intel-sgx-root' } as const;
const trustHardware = (world: World, { hardware }: ForgedAzureCvm): Promise<string> =>
  world.trustRoots(`${hardware.tee}-root`, pem(hardware.roots), PURPOSE[hardware.tee]);
const trustAzure = (world: World, { akCa }: ForgedAzureCvm): Promise<string> =>
  world.trustRoots('azure-vtpm', pem([akCa.root]), 'azure-vtpm-ak');

describe.each(['snp', 'tdx'] as const)('an Azure confidential VM on %s, over HTTP', (tee) => {
  const trusted = async () => {
    const { world, ...vms } = await begin();
    await trustHardware(world, vms[tee]);
    await trustAzure(world, vms[tee]);
    return { world, vm: vms[tee], guest: new Guest(world, collectedBy(vms[tee])) };
  };

  it('enrols and attests under approved roots, and is G2-tee with the boot that its vTPM measured', async () => {
    const { world, vm, guest } = await trusted();
    const hostId = await guest.enrol();
    const first = await guest.attest();
    expect(failed(first)).toEqual([]);
    expect(first.appraisal).toMatchObject({
      outcome: 'accepted',
      devices: [{ kind: 'host-tee', level: 'G1' }],
    });
    const { pcrs } = await vm.tpm.quote({
      extraData: new Uint8Array(32),
      choice: parsePcrChoice('sha256:0,4,7'),
    });
    const values = [...(pcrs.get('sha256') ?? [])].map(([index, value]) => [index, [toHex(value)]]);
    const vtpm = { bank: 'sha256', pcrs: Object.fromEntries(values) };
    await world.trustSet({ kind: tee, name: 'image', ...MEASURED[tee], vtpm });
    const second = await guest.attest();
    expect({ reasons: reasons(second), devices: second.appraisal.devices }).toMatchObject({
      devices: [{ label: 'G2-tee' }],
    });
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}`, {
      token: world.tokens.operator,
    });
    expect(body).toMatchObject({
      tee: `azure-${tee}`,
      platform: { vtpmAkSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('is refused without trust in its hardware, and without trust in its vTPM', async () => {
    const { world, ...vms } = await begin();
    const vm = vms[tee];
    const guest = new Guest(world, collectedBy(vm));
    const hardwareCheck = tee === 'snp' ? 'snp.chain.' : 'intel.pck.root';
    await trustAzure(world, vm);
    await expect(guest.enrol()).rejects.toMatchObject({
      code: 'enrolment_refused',
      message: expect.stringContaining(hardwareCheck),
    });
    const { world: other, ...others } = await begin();
    await trustHardware(other, others[tee]);
    await expect(new Guest(other, collectedBy(others[tee])).enrol()).rejects.toMatchObject({
      code: 'enrolment_refused',
      message: expect.stringContaining('azure.ak-certificate.chain'),
    });
  });

  it('has a code of its own for each broken binding', async () => {
    const { world, vm, guest } = await trusted();
    await guest.enrol();
    const another = await forgeAzureCvm({ at: new Date(), hardware: vm.hardware, akCa: vm.akCa });
    const codes = async (bent: Parameters<Guest['attest']>[0]): Promise<string[]> => {
      const answer = await guest.attest(bent);
      expect(answer.appraisal.outcome).toBe('refused');
      return failed(answer);
    };
    // The vTPM quotes another challenge.
    const over = <T>(item: T): T & { readonly value: Uint8Array } => ({ ...item, value: Uint8Array.of(1) });
    expect(await codes({ over })).toEqual(['tpm.quote.extra-data']);
    expect(await codes({ session: { nonce: 'A'.repeat(43) } })).toEqual(['binding.nonce']);
    // Another VM's vTPM quotes, this VM's hardware vouches.
    expect(await codes({ hardware: collectedBy(vm, {}, another) })).toEqual(['tpm.quote.signature']);
    // Another VM's report beside this one's quote, and another's certificate of its key.
    expect(await codes({ hardware: mixed(vm, another, ['hclReport', 'tdQuote']) })).toEqual([
      'azure.ak-certificate.key',
      'tpm.quote.signature',
    ]);
    expect(await codes({ hardware: mixed(vm, another, ['akCertificate']) })).toEqual([
      'azure.ak-certificate.key',
    ]);
    // PCRs of another VM than its vTPM quoted.
    expect(await codes({ hardware: mixed(vm, another, ['pcrs'], [9]) })).toEqual(['tpm.quote.pcr-digest']);
    // A quote that this VM made for another session.
    const earlier = await guest.session();
    const old = await guest.bundle(earlier);
    await guest.send(earlier, old);
    expect(await codes({ over: (item) => ({ ...item, value: bindingOf(old) }) })).toEqual([
      'tpm.quote.extra-data',
    ]);
    // The hardware vouches for other claims than those that name the key.
    expect(await codes({ hardware: collectedBy(vm, { reportData: new Uint8Array(64) }) })).toContain(
      'azure.var-data.digest',
    );
    expect(world.facilityId).toMatch(/^fac_/);
  });
});

it("refuses a VM on another maker's hardware than it enrolled with", async () => {
  const { world, snp, tdx } = await begin();
  for (const vm of [snp, tdx]) await trustHardware(world, vm);
  await trustAzure(world, snp);
  const guest = new Guest(world, collectedBy(snp));
  await guest.enrol();
  expect(failed(await guest.attest({ hardware: collectedBy(tdx) }))).toEqual(['tee.kind.enrolled']);
});
