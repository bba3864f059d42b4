import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide.ts';
import type { DecisionInput } from '../../../src/policy/inputs.ts';
import { licenceConditions } from '../../../src/policy/licence.ts';
import { parseGrant } from '../../../src/record/grant/index.ts';
import { hostsToGrant } from '../../../src/service/grant/hosts.ts';
import { halfLifeMs } from '../../../src/service/grant/lease.ts';
import { makeLicensed } from '../events/licensed.ts';

const AT = new Date('2026-03-01T12:00:00.250Z');
/** Milliseconds from now: some in the past, none beyond a week. */
const end = fc.option(fc.integer({ min: -10_000, max: 7 * 86_400_000 }), { nil: null });
const after = (ms: number | null): Date | null => (ms === null ? null : new Date(AT.getTime() + ms));

const ends = fc.record({
  nonceAgeMs: fc.integer({ min: 0, max: 90_000_000 }),
  maxAgeSeconds: fc.integer({ min: 60, max: 86_400 }),
  leaseSeconds: fc.option(fc.integer({ min: 60, max: 604_800 }), { nil: undefined }),
  licence: fc.integer({ min: 1, max: 7 * 86_400_000 }),
  keys: end,
  usable: end,
  serial: end,
  place: end,
  audit: end,
  facility: end,
  party: end,
});
type Ends = typeof ends extends fc.Arbitrary<infer T> ? T : never;

/** Two hosts under one licence: what ends for the second is far away. */
function weigh(one: Ends): { readonly input: DecisionInput; readonly last: number } {
  const conditions = licenceConditions.parse({
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: after(one.licence)?.toISOString(),
    parties: ['p'],
    facilities: ['f'],
    devices: ['a', 'b'],
    minimumFacts: { place: { verdict: 'proven-inside', grade: 'A', f: 0 } },
    evidenceMaxAgeSeconds: one.maxAgeSeconds,
    referenceSets: 'not-required',
    rulePacks: 'none',
    waivers: ['operator-claimed-serial', 'gpu-binding', 'operator-extractable'],
    ...(one.leaseSeconds === undefined ? {} : { leaseSeconds: one.leaseSeconds }),
  });
  const nonceIssuedAt = new Date(AT.getTime() - one.nonceAgeMs);
  const facts = {
    device: 'attested',
    host: 'sealed',
    place: {
      verdict: 'proven-inside',
      grade: 'A',
      toleratedLiars: 1,
      insideGeofence: true,
      keyCustody: 'sealed',
    },
    audit: { auditedAt: '2026-01-01T00:00:00Z', tamperSignal: false },
    gpuBinding: 'tdisp',
  } as const;
  const device = (id: string, of: Pick<Ends, 'keys' | 'usable' | 'serial' | 'place' | 'audit'>) => ({
    id,
    kind: 'gpu',
    model: null,
    userId: null,
    lifecycle: 'verified',
    usableUntil: after(of.usable),
    facilityId: 'f',
    hostId: `host-${id}`,
    serialLink: 'manufacturer-manifest' as const,
    serialLinkUntil: after(of.serial),
    modelDisagreement: null,
    evidence: {
      outcome: 'accepted' as const,
      facts,
      referenceSets: [],
      nonceIssuedAt,
      validUntil: after(of.keys),
      placeAt: null,
      placeUntil: after(of.place),
      auditUntil: after(of.audit),
    },
  });
  const far = { keys: null, usable: null, serial: null, place: 9e8, audit: 9e8 };
  const input: DecisionInput = {
    licence: { id: 'l', status: 'active', conditions },
    requested: null,
    purpose: null,
    clusters: [],
    devices: [device('a', one), device('b', far)],
    facilities: [
      {
        id: 'f',
        authorisation: 'authorised',
        authorisedFrom: new Date(0),
        authorisedUntil: after(one.facility),
        tier: null,
      },
    ],
    parties: [
      {
        id: 'p',
        standing: 'clear',
        clearUntil: after(one.party),
        listVersion: null,
        currentListVersion: null,
        deniedParents: [],
      },
    ],
    latches: [],
    at: AT,
  };
  const nothing = Number.POSITIVE_INFINITY;
  const offsets = [one.licence, one.keys, one.usable, one.serial, one.place, one.facility, one.party];
  const last = Math.min(
    one.maxAgeSeconds * 1000 - one.nonceAgeMs,
    (one.leaseSeconds ?? 3600) * 1000,
    ...offsets.map((offset) => offset ?? nothing),
  );
  return { input, last: AT.getTime() + last };
}

describe('a grant', () => {
  it('ends with the first of everything that it rests on, to the second and never after it', () => {
    let allowed = 0;
    fc.assert(
      fc.property(ends, (one) => {
        const { input, last } = weigh(one);
        const verdict = decide(input);
        const gathered = { licence: { ...input.licence, conditionsSha256: '' }, devices: input.devices };
        // The gate could read all of them.
        const hosts = hostsToGrant(gathered as never, { ...verdict, at: AT.toISOString() });
        if (verdict.outcome === 'deny') {
          expect(hosts).toEqual([]);
          return;
        }
        allowed++;
        const untilMs = hosts.find(({ hostId }) => hostId === 'host-a')?.until.getTime() ?? Number.NaN;
        expect(untilMs).toBeLessThanOrEqual(last);
        expect(untilMs % 1000).toBe(0);
        // What else ends of this host alone: the age of a proof of place or audit, where the licence counts it.
        const own = verdict.devices.find(({ id }) => id === 'a')?.validUntil ?? '';
        const lease = AT.getTime() + (one.leaseSeconds ?? 3600) * 1000;
        expect(untilMs).toBe(Math.floor(Math.min(lease, Date.parse(own)) / 1000) * 1000);
      }),
      { numRuns: 300 },
    );
    expect(allowed).toBeGreaterThan(30);
  });

  it('of one host is not shortened by another’s evidence', () => {
    const base = {
      nonceAgeMs: 0,
      maxAgeSeconds: 86_400,
      leaseSeconds: 86_400,
      licence: 9e7,
      serial: null,
      usable: null,
    };
    const { input } = weigh({ ...base, keys: 5_000, place: 8e7, audit: 8e7, facility: null, party: null });
    const gathered = { licence: { ...input.licence, conditionsSha256: '' }, devices: input.devices };
    const hosts = hostsToGrant(gathered as never, { ...decide(input), at: AT.toISOString() }); // as above
    expect(hosts.map(({ until }) => until.toISOString())).toEqual([
      '2026-03-01T12:00:05.000Z',
      '2026-03-02T12:00:00.000Z',
    ]);
  });

  it('may be renewed from half of its life on', () => {
    expect(halfLifeMs(1000, 4001)).toBe(2501);
  });

  it('ends with evidence, lease, licence, screening or authorisation, whichever is first', async () => {
    const { world, licenceId, partyId, post, get } = await makeLicensed();
    const { conditions } = (await get(`/v1/licences/${licenceId}`)).body;
    const lifeOf = async (more: object = {}): Promise<number> => {
      const licence = await post('/v1/licences', { tenant: 'chips', conditions: { ...conditions, ...more } });
      const { body } = await post('/v1/decisions', { licenceId: licence.body.id });
      const { exp, iat } = parseGrant(body.grants[0].grant).claims;
      return exp - iat;
    };
    expect(await lifeOf()).toBe(3600);
    expect(await lifeOf({ leaseSeconds: 86_400 })).toBe(3600);
    expect(await lifeOf({ leaseSeconds: 600 })).toBe(600);
    expect(await lifeOf({ validUntil: '2026-03-01T12:07:00Z' })).toBe(420);
    const screening = { standing: 'clear', reason: 'anew', clearUntil: '2026-03-01T12:06:00Z' };
    await post(`/v1/parties/${partyId}/screening`, screening);
    expect(await lifeOf()).toBe(360);
    const { digest } = (await get(`/v1/facilities/${world.facilityId}`)).body;
    const authorisation = { digest, authorisedUntil: '2026-03-01T12:05:00Z', reason: 'for now' };
    await post(`/v1/facilities/${world.facilityId}/authorisation`, authorisation);
    expect(await lifeOf()).toBe(300);
  });
});
