import { describe, expect, it, onTestFinished } from 'vitest';
import { tpmAttester } from '../../src/agent/tpm/attester.ts';
import type { Item } from '../../src/evidence/bundle/cmw.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../src/evidence/bundle/tdx-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { failed, Guest, type Hardware, reasons } from './guest.ts';
import { MRTD, pem } from './measured.ts';
import { outagesOf } from './outages.ts';
import { type StubVendors, stubCollateral } from './stub-collateral.ts';
import { makeWorld } from './world.ts';

const xeon = forgeTdxPlatform({ seed: 'enrolment', at: new Date() });
const epyc = forgeSnpPlatform({ at: new Date() });

const tdx: Hardware = ({ reportData }) => ({
  mediaType: TDX_QUOTE_MEDIA_TYPE,
  value: serialiseTdxItem({ quote: xeon.quote(reportData), eventLog: null }),
});
const snp: Hardware = ({ reportData }) => ({
  mediaType: SNP_REPORT_MEDIA_TYPE,
  value: serialiseSnpItem({ report: epyc.report(reportData) }),
});

/** A verifier that trusts both makers, over vendors that the test has in hand. */
async function begin(more: Partial<StubVendors> = {}) {
  const amd = { certificates: epyc.certificates(), crl: epyc.crl() };
  const vendors: StubVendors = { intel: xeon.collateral(), amd, asked: [], ...more };
  const world = await makeWorld(stubCollateral(vendors));
  onTestFinished(() => world.close());
  const root = await world.trustRoots('intel', xeon.rootPem, 'intel-sgx-root');
  await world.trustRoots('amd', pem(epyc.roots), 'amd-ark');
  const operator = world.tokens.operator;
  const read = async (path: string) => (await world.verifier.call('GET', path, { token: operator })).body;
  return { vendors, world, root, read, guest: new Guest(world, tdx) };
}

describe('the enrolment of a confidential guest', () => {
  it('answers the same evidence by the same key again, and takes no other', async () => {
    const { guest, read } = await begin();
    const challenge = await guest.begin();
    const evidence = await guest.evidenceFor(challenge);
    const first = await guest.prove(challenge, evidence);
    expect(first).toMatchObject({ again: false, devices: [{ kind: 'host-tee' }], receipt: {} });
    expect(await guest.prove(challenge, evidence)).toMatchObject({
      hostId: (first as { hostId: string }).hostId, // as the answer's schema says
      again: false,
    });
    const other = await guest.evidenceFor(challenge, guest.key.jkt, snp);
    await expect(guest.prove(challenge, other)).rejects.toMatchObject({ code: 'activation_refused' });
    expect(await read('/v1/enrolments')).toMatchObject({
      items: [
        {
          kind: 'tee',
          outcome: 'completed',
          checks: expect.arrayContaining([
            expect.objectContaining({ id: 'tee.report-data', status: 'pass' }),
          ]),
        },
      ],
    });
  });

  it('refuses a report that names another key, another challenge or nothing, and spends the challenge', async () => {
    const { guest, world, read } = await begin();
    const neighbour = new Guest(world, tdx);
    const token = await world.enrolmentToken();
    const refusal = { code: 'enrolment_refused', message: expect.stringContaining('tee.report-data') };
    for (const evidenceOf of [
      async (challenge: Awaited<ReturnType<Guest['begin']>>) =>
        guest.evidenceFor(challenge, neighbour.key.jkt),
      async () => guest.evidenceFor(await neighbour.begin(token)),
      async () => tdx({ reportData: new Uint8Array(64), extraData: new Uint8Array(32) }),
    ]) {
      const challenge = await guest.begin(token);
      await expect(guest.prove(challenge, await evidenceOf(challenge))).rejects.toMatchObject(refusal);
      // Right now, and too late: it was for one submission.
      await expect(guest.prove(challenge, await guest.evidenceFor(challenge))).rejects.toMatchObject({
        code: 'activation_refused',
      });
    }
    // The token is still good.
    expect(await guest.enrol(token)).toMatch(/^hst_/);
    const { items } = (await read('/v1/enrolments')) as { items: { outcome: string }[] };
    expect(items.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['refused', 'refused', 'refused', 'completed']),
    );
  });

  it('is for the key that began it, and for the kind that it began with', async () => {
    const { guest, world } = await begin();
    const challenge = await guest.begin();
    const thief = new Guest(world, tdx);
    const stolen = thief.prove(challenge, await guest.evidenceFor(challenge));
    await expect(stolen).rejects.toMatchObject({ code: 'not_found', status: 404 });
    const activated = guest.client.post({
      path: `/v1/enrolments/${challenge.enrolmentId}/activation`,
      body: { mediaType: 'application/json', content: JSON.stringify({ proof: 'A'.repeat(43) }) },
    });
    await expect(activated).rejects.toMatchObject({ code: 'conflict' });
    const media = { mediaType: 'application/json', value: Uint8Array.of(1) };
    await expect(guest.prove(challenge, media)).rejects.toMatchObject({ code: 'invalid_request' });
    world.verifier.advance(301_000);
    const late = guest.prove(challenge, await guest.evidenceFor(challenge));
    await expect(late).rejects.toMatchObject({ code: 'enrolment_expired' });
  });

  it('gives one host for one key', async () => {
    const { guest, world } = await begin();
    const [one, two] = [await guest.begin(), await guest.begin()];
    await guest.prove(one, await guest.evidenceFor(one));
    await expect(guest.prove(two, await guest.evidenceFor(two))).rejects.toMatchObject({
      code: 'host_key_taken',
      status: 409,
    });
    await expect(guest.begin()).rejects.toMatchObject({ code: 'host_key_taken' });
    // Another guest of the same machine is another host: PPID and chip id are shared by all of them.
    expect(await new Guest(world, tdx).enrol()).toMatch(/^hst_/);
  });

  it('is consumed by nothing while a vendor does not answer, and goes on with the same bytes', async () => {
    const { guest, vendors, world } = await begin({
      failure: { code: 'collateral_unavailable', retryAfterMs: 7_000 },
    });
    const challenge = await guest.begin();
    const evidence = await guest.evidenceFor(challenge);
    await expect(guest.prove(challenge, evidence)).rejects.toMatchObject({
      code: 'collateral_unavailable',
      status: 503,
      retryAfterMs: 7_000,
    });
    await expect(guest.prove(challenge, evidence)).rejects.toMatchObject({ code: 'collateral_unavailable' });
    expect(await outagesOf(world)).toMatchObject([
      { type: 'facility.outage-began', data: { cause: 'vendor' } },
    ]);
    delete vendors.failure;
    expect(await guest.prove(challenge, evidence)).toMatchObject({ again: false });
  });

  it('is refused, and says so, where the vendor does not know the platform', async () => {
    const { guest, vendors, world } = await begin();
    delete vendors.intel;
    await expect(guest.enrol()).rejects.toMatchObject({
      code: 'enrolment_refused',
      message: expect.stringContaining('tee.collateral'),
    });
    expect(vendors.asked[0]).toMatchObject({ tee: 'tdx', ca: 'platform' });
    const without = await makeWorld();
    onTestFinished(() => without.close());
    await without.trustRoots('intel', xeon.rootPem, 'intel-sgx-root');
    await expect(new Guest(without, tdx).enrol()).rejects.toMatchObject({
      message: expect.stringContaining('this verifier asks no vendor'),
    });
    expect(world.facilityId).toMatch(/^fac_/);
  });

  it('makes the verifier ask for few made-up chips', async () => {
    const { world, vendors } = await begin();
    const token = await world.enrolmentToken();
    const guest = new Guest(world, ({ reportData }) => {
      const chip = forgeSnpPlatform({ at: new Date() });
      const value = serialiseSnpItem({ report: chip.report(reportData) });
      return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
    });
    const codes: string[] = [];
    for (let times = 0; times < 10; times++) {
      const challenge = await guest.begin(token);
      await guest
        .prove(challenge, await guest.evidenceFor(challenge))
        .catch(({ code }: { readonly code: string }) => codes.push(code));
    }
    expect(vendors.asked.length).toBe(8);
    expect(codes).toEqual([...Array(8).fill('enrolment_refused'), 'too_early', 'too_early']);
  });
});

describe('an enrolled guest', () => {
  it('keeps its nonce while a vendor does not answer', async () => {
    const { guest, vendors } = await begin();
    await guest.enrol();
    const session = await guest.session();
    const bundle = await guest.bundle(session);
    vendors.failure = { code: 'collateral_timeout' };
    await expect(guest.send(session, bundle)).rejects.toMatchObject({
      code: 'collateral_unavailable',
      status: 503,
    });
    delete vendors.failure;
    expect((await guest.send(session, bundle)).appraisal.outcome).toBe('accepted');
  });

  it('is refused without a hold where the vendor has nothing', async () => {
    const { guest, vendors } = await begin();
    await guest.enrol();
    delete vendors.intel;
    const answer = await guest.attest();
    expect(answer.appraisal).toMatchObject({ outcome: 'refused', violations: [] });
    expect(reasons(answer)).toContain('tee.collateral');
  });

  it('counts under what is approved now: an image, then its withdrawal, then the fall of the root', async () => {
    const { guest, world, root, read } = await begin();
    const hostId = await guest.enrol();
    await guest.attest();
    const label = async () => (await read(`/v1/hosts/${hostId}/status`))['label'];
    expect(await label()).toBe('G1');
    const image = await world.trustSet({ kind: 'tdx', name: 'image', mrTd: [MRTD] });
    expect(await label()).toBe('G2-tee');
    const preview = await world.verifier.call('POST', '/v1/trust-inputs/preview', {
      token: world.tokens.operator,
      body: { change: 'withdraw', trustInputId: image },
    });
    expect(preview.body).toMatchObject({ hosts: 1, lost: [{ hostId }] });
    await world.withdraw(image);
    expect(await label()).toBe('G1');
    // The same root again, under another name: one of the two may go.
    await world.withdraw(await world.trustRoots('intel-2', xeon.rootPem, 'intel-sgx-root'));
    expect(await label()).toBe('G1');
    await world.withdraw(root);
    expect(await label()).toBe('G0');
  });

  it('carries what its operator names, on its word; a TPM among it proves nothing', async () => {
    const { world, read } = await begin();
    await world.trustSet({ kind: 'tdx', name: 'image', mrTd: [MRTD] });
    const declare = async (kind: string, serial: string): Promise<string> => {
      const { body } = await world.verifier.call('POST', '/v1/devices', {
        token: world.tokens.exporter,
        body: { kind, serial, facilityId: world.facilityId },
      });
      return String(body['id']);
    };
    const [gpu, tpm, self] = [
      await declare('gpu', 'GPU-1'),
      await declare('host-tpm', 'TPM-1'),
      await declare('host-tee', 'GUEST-1'),
    ];
    const devices = [
      { kind: 'gpu', serial: 'GPU-1' },
      { kind: 'host-tpm', serial: 'TPM-1' },
      { kind: 'host-tee', serial: 'GUEST-1' },
    ];
    const guest = new Guest(world, tdx);
    const hostId = await guest.enrol(await world.enrolmentToken({ devices }));
    await guest.attest();
    const { devices: held } = (await read(`/v1/hosts/${hostId}`)) as { devices: { id: string }[] };
    expect(held.map(({ id }) => id).toSorted()).toEqual([gpu, self].toSorted());
    expect(await read(`/v1/devices/${gpu}/status`)).toMatchObject({
      hostId,
      level: 'G0',
      facts: { device: 'declared', host: 'tee' },
    });
    expect(await read(`/v1/devices/${self}/status`)).toMatchObject({
      label: 'G2-tee',
      facts: { device: 'attested', host: 'tee' },
    });
    const { exporter: token } = world.tokens;
    const { body } = await world.verifier.call('GET', `/v1/devices/${tpm}/status`, { token });
    expect(body).toMatchObject({ hostId: null, facts: { host: 'none' } });
  });

  it('is a device of the register by its host key', async () => {
    const { world, guest, read } = await begin();
    await world.trustSet({ kind: 'tdx', name: 'image', mrTd: [MRTD] });
    const sha256 = Buffer.from(guest.key.jkt, 'base64url').toString('hex');
    const wrong = await world.verifier.call('POST', '/v1/devices', {
      token: world.tokens.exporter,
      body: { kind: 'host-tee', identity: { type: 'tpm-ek', sha256 }, facilityId: world.facilityId },
    });
    expect(wrong.status).toBe(400);
    const { body } = await world.verifier.call('POST', '/v1/devices', {
      token: world.tokens.exporter,
      body: { kind: 'host-tee', identity: { type: 'host-key', sha256 }, facilityId: world.facilityId },
    });
    const hostId = await guest.enrol();
    await guest.attest();
    expect(await read(`/v1/devices/${body['id']}/status`)).toMatchObject({
      hostId,
      label: 'G2-tee',
      serialLink: 'none',
    });
    expect(await read(`/v1/hosts/${hostId}`)).toMatchObject({
      hostKeySha256: sha256,
      devices: [{ id: body['id'], kind: 'host-tee', link: 'host-key' }],
    });
  });
});

describe('a host that enrolled by its TPM and runs in a guest', () => {
  it('shows both, each committing to what came before', async () => {
    const { world } = await begin();
    const ca = makeEkCa(new Date());
    await world.trustRoots('tpms', ca.rootPem);
    await world.trustSet({ kind: 'tdx', name: 'image', mrTd: [MRTD] });
    const device = new SoftwareTpm({ ca, clock: world.pace.clock });
    const host = world.host({ device });
    await host.enrol(await world.enrolmentToken());
    const guest = new Guest(world, tdx, host.client.hostKey);
    const { collect } = tpmAttester(device, host.choice);
    const before = async (binding: Uint8Array): Promise<Item[]> => [await collect(binding, [])];
    const both = await guest.attest({ before });
    expect(failed(both)).toEqual([]);
    expect(both.appraisal).toMatchObject({ outcome: 'accepted', devices: [{ kind: 'host-tpm' }] });
    expect(both.appraisal.evidence.map(({ label }) => label)).toEqual(['binding', 'tpm', 'tee']);
    const apart = await guest.attest({ before, commits: false });
    expect(failed(apart)).toEqual(['tee.report-data.items']);
  });
});
