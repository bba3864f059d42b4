import { describe, expect, it, onTestFinished } from 'vitest';
import { shown } from '../http/possession.ts';
import { ownPack } from '../policy/packs/own-pack.ts';
import { codesOf, HOSTS, licenceFor } from './composite.ts';
import { LONDON, locateGuest, REYKJAVIK } from './landmarks.ts';
import { beginLocated, declareGuest, type Located } from './located.ts';

const begin = async (options: Parameters<typeof beginLocated>[0] = {}): Promise<Located> => {
  const all = await beginLocated(options);
  onTestFinished(() => all.world.close());
  return all;
};

const G3 = { minimumLevel: 'G3' };

describe('a sealed guest in its facility', () => {
  it('is proven inside its authorised area, reaches G3 and is allowed what asks for it', async () => {
    const all = await begin();
    const { world, fleet, guest, hostId } = all;
    const self = await declareGuest(all);
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

  it('tells a rule pack how old the proof of its place is, once there is one', async () => {
    const all = await begin();
    const { world, fleet, guest } = all;
    const self = await declareGuest(all);
    await world.trust('rule-pack', ownPack('1.0.0', 120, 'oldestPlaceAgeSeconds'));
    const decide = await licenceFor(world, [self], { ...G3, rulePacks: [{ name: 'own', version: '1.0.0' }] });
    await guest.attest();
    expect(codesOf(await decide())).toEqual(['device.level-too-low', 'pack.attribute-missing']);
    await locateGuest(world, guest, fleet, { place: REYKJAVIK });
    expect(codesOf(await decide())).toEqual([]);
    world.verifier.advance(121_000);
    expect(codesOf(await decide())).toEqual(['own.stale']);
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
    const url = `${world.verifier.url}/v1/hosts/${hostId}/location/picture`;
    const picture = await fetch(url, {
      headers: shown(token, { method: 'GET', url, now: world.verifier.context.clock() }),
    });
    expect(picture.headers.get('content-type')).toContain('image/svg+xml');
    expect(await picture.text()).toContain('Iceland');
  });
});

describe('a guest that was moved', () => {
  it('is proven outside, held for review, and denied', async () => {
    const all = await begin();
    const { world, fleet, guest, hostId } = all;
    const self = await declareGuest(all);
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
    const self = await declareGuest(all);
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
    const self = await declareGuest(all);
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

  it('is shown of a bare-metal host with both of its weaknesses', async () => {
    const { world, fleet } = await begin();
    const host = await HOSTS.tpm(world);
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
