import { describe, expect, it, onTestFinished } from 'vitest';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { codesOf, HOSTS, licenceFor } from './composite.ts';
import { Guest, type Hardware } from './guest.ts';
import { LONDON, locateGuest, REYKJAVIK, registerFleet } from './landmarks.ts';
import { pem, SNP_MEASUREMENT } from './measured.ts';
import { type StubVendors, stubCollateral } from './stub-collateral.ts';
import { makeWorld } from './world.ts';

const ICELAND = {
  authorisedArea: { kind: 'countries', name: 'Iceland', countries: ['IS'], reading: 'land-only' },
};

/** A sealed guest under SEV-SNP at a facility in Iceland, and ten landmarks. */
async function begin({ sealed = true } = {}) {
  const platform = forgeSnpPlatform({ at: new Date() });
  const vendors: StubVendors = { asked: [], amd: { certificates: [], crl: platform.crl() } };
  const world = await makeWorld(stubCollateral(vendors));
  onTestFinished(() => world.close());
  await world.trustRoots('amd', pem(platform.roots), 'amd-ark');
  await world.trustSet({ kind: 'snp', name: 'guest-image', measurement: [SNP_MEASUREMENT], sealed });
  await world.authorise(ICELAND);
  const fleet = await registerFleet(world);
  const hardware: Hardware = ({ reportData }) => {
    const value = serialiseSnpItem({ report: platform.report(reportData), auxblob: platform.auxblob() });
    return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
  };
  const guest = new Guest(world, hardware);
  const hostId = await guest.enrol();
  return { world, fleet, guest, hostId, vendors };
}

type Setting = Awaited<ReturnType<typeof begin>>;

/** The guest and a GPU that its operator says it holds, on the register. */
async function declareDevices({ world, guest }: Setting) {
  const register = async (body: object): Promise<string> => {
    const { token } = { token: world.tokens.exporter };
    const answer = await world.verifier.call('POST', '/v1/devices', {
      token,
      body: { facilityId: world.facilityId, ...body },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return String(answer.body['id']);
  };
  const thumbprint = Buffer.from(guest.key.jkt, 'base64url').toString('hex');
  return register({ kind: 'host-tee', identity: { type: 'host-key', sha256: thumbprint } });
}

const G3 = { minimumLevel: 'G3' };

describe('a sealed guest in its facility', () => {
  it('is proven inside its authorised area, reaches G3 and is allowed what asks for it', async () => {
    const all = await begin();
    const { world, fleet, guest, hostId } = all;
    const self = await declareDevices(all);
    const decide = await licenceFor(world, [self], G3);
    await guest.attest();
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    const answer = await locateGuest(world, guest, fleet, { place: REYKJAVIK });
    expect(answer).toMatchObject({
      disclosure: 'full',
      verdict: { verdict: 'proven-inside', area: 'Iceland', grade: 'A', reason: null },
      devices: [{ kind: 'host-tee', level: 'G3', facts: { place: { keyCustody: 'sealed' } } }],
      receipt: { act: { type: 'location', body: { verdict: 'proven-inside', area: 'Iceland' } } },
    });
    expect(answer.verdict.f).toBeGreaterThanOrEqual(1);
    expect(answer.receipts?.every(({ counts }) => counts)).toBe(true);
    expect(answer.weaknesses.map(({ code }) => code)).toEqual(['gpu-binding']);
    const claims = JSON.parse(Buffer.from(answer.ear.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.submods.location).toMatchObject({
      ear_status: 'affirming',
      'sextant.location': { verdict: 'proven-inside', area: 'Iceland', grade: 'A' },
    });
    const decision = await decide();
    expect(decision).toMatchObject({
      outcome: 'allow',
      devices: [{ level: 'G3' }],
      validUntil: answer.expiresAt,
    });
    const status = await world.verifier.call('GET', `/v1/hosts/${hostId}/status`, {
      token: world.tokens.operator,
    });
    expect(status.body).toMatchObject({ level: 'G3' });
  });

  it('is shown with its region and as a picture', async () => {
    const { world, fleet, guest, hostId } = await begin();
    await locateGuest(world, guest, fleet, { place: REYKJAVIK });
    const token = world.tokens.operator;
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}/location`, { token });
    expect(body).toMatchObject({
      verdict: { verdict: 'proven-inside' },
      now: { verdict: 'proven-inside', grade: 'A' },
      region: { type: 'FeatureCollection' },
    });
    const picture = await fetch(`${world.verifier.url}/v1/hosts/${hostId}/location/picture`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(picture.headers.get('content-type')).toContain('image/svg+xml');
    expect(await picture.text()).toContain('Iceland');
  });
});

describe('a guest that was moved', () => {
  it('is proven outside, held for review, and denied', async () => {
    const all = await begin();
    const { world, fleet, guest, hostId } = all;
    const self = await declareDevices(all);
    const decide = await licenceFor(world, [self]);
    const answer = await locateGuest(world, guest, fleet, { place: LONDON });
    expect(answer.verdict).toMatchObject({
      verdict: 'proven-outside',
      area: 'Iceland',
      elsewhere: { country: 'GB' },
    });
    expect(answer.verdict.f).toBeGreaterThanOrEqual(1);
    expect(codesOf(await decide())).toEqual(['host.held', 'device.place-forbidden']);
    // Attesting anew forgets the place and not the hold.
    await guest.attest();
    expect(codesOf(await decide())).toContain('host.held');
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}/status`, {
      token: world.tokens.operator,
    });
    expect(body).toMatchObject({ latches: [{ code: 'place.proven-outside' }] });
  });

  it('proves nothing by delay, and nothing by leaving receipts out; neither holds it', async () => {
    const all = await begin();
    const { world, fleet, guest } = all;
    const self = await declareDevices(all);
    const decide = await licenceFor(world, [self], G3);
    const slow = await locateGuest(world, guest, fleet, {
      place: LONDON,
      bent: () => ({ rounds: [{ seq: 0, rttNs: 90_000_000 }] }),
    });
    expect(slow.verdict).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'location.outside-possible' },
    });
    const silent = await locateGuest(world, guest, fleet, { place: LONDON, without: () => true });
    expect(silent.verdict).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'location.no-landmarks' },
    });
    const partial = await locateGuest(world, guest, fleet, {
      place: LONDON,
      without: ({ id }) => id.startsWith('lon'),
    });
    expect(partial.verdict.verdict).toBe('inconclusive');
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
  });
});

describe('what a proof of place rests on', () => {
  it('is waived by its name, and by no other', async () => {
    const all = await begin({ sealed: false });
    const { world, fleet, guest } = all;
    const self = await declareDevices(all);
    const place = { verdict: 'proven-inside', grade: 'B', f: 1 };
    const minimum = { minimumLevel: undefined, minimumFacts: { host: 'tee', place } };
    const answer = await locateGuest(world, guest, fleet, { place: REYKJAVIK });
    expect(answer.weaknesses.map(({ code }) => code)).toEqual(['operator-extractable', 'gpu-binding']);
    expect(answer.devices).toMatchObject([
      { label: 'G2-tee', facts: { place: { verdict: 'proven-inside' } } },
    ]);
    const strict = await licenceFor(world, [self], minimum);
    expect(codesOf(await strict())).toEqual(['device.keys-extractable']);
    const wrong = await licenceFor(world, [self], { ...minimum, waivers: ['gpu-binding'] });
    expect(codesOf(await wrong())).toEqual(['device.keys-extractable']);
    const right = await licenceFor(world, [self], { ...minimum, waivers: ['operator-extractable'] });
    expect(await right()).toMatchObject({
      outcome: 'allow',
      devices: [{ waived: ['operator-extractable'] }],
    });
    const level = await licenceFor(world, [self], {
      ...G3,
      waivers: ['operator-extractable', 'gpu-binding'],
    });
    expect(codesOf(await level())).toEqual(['device.level-too-low']);
  });

  it('lets a located bare-metal host be used only by both names', async () => {
    const { world, fleet, vendors } = await begin();
    const host = await HOSTS.tpm(world);
    expect(vendors.asked).toBeDefined();
    const answer = await locateGuest(world, host, fleet, { place: REYKJAVIK });
    expect(answer).toMatchObject({
      verdict: { verdict: 'proven-inside' },
      devices: [
        { kind: 'host-tpm', label: 'G2-tpm', facts: { place: { keyCustody: 'operator-extractable' } } },
      ],
    });
    expect(answer.weaknesses.map(({ code }) => code)).toEqual(['operator-extractable', 'gpu-binding']);
  });
});
