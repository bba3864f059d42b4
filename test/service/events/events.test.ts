import { describe, expect, it } from 'vitest';
import { tell } from '../../../src/service/events/tell.ts';
import { EVENT_TYPES } from '../../../src/service/events/types.ts';
import { ask, attest } from '../attestation/agent.ts';
import { logged } from '../attestation/world.ts';
import { makeLicensed, typesOf } from './licensed.ts';

describe('events', () => {
  it('tell of acts in order, with the leaf of each', async () => {
    const { world, events, host, licenceId, partyId } = await makeLicensed();
    const all = await events();
    expect(typesOf(all)).toEqual([
      'trust-input.proposed',
      'trust-input.effective',
      'facility.proposed',
      'facility.authorised',
      'device.registered',
      'party.registered',
      'party.screened',
      'trust-input.proposed',
      'trust-input.effective',
      'host.enrolled',
      'host.outcome-changed',
      'host.level-changed',
      'licence.granted',
    ]);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, place) => place + 1));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const [screened] = all.filter(({ type }) => type === 'party.screened');
    expect(screened).toMatchObject({
      tenant: 'chips',
      subject: `party:${partyId}`,
      data: { standing: 'clear' },
    });
    const receipt = await ask(world, `/v1/log/receipts/${screened?.data['leafIndex']}`, {
      method: 'GET',
      bearer: world.people.authority.token,
    });
    expect(receipt.body.act.type).toBe('party.screened');
    expect(all.slice(-4, -1)).toMatchObject([
      { subject: `host:${host.hostId}`, tenant: 'acme', data: { again: false } },
      { type: 'host.outcome-changed', data: { outcome: 'accepted', previous: null } },
      { type: 'host.level-changed', data: { label: 'G2-tpm', previous: 'G0' } },
    ]);
    expect(all.at(-1)).toMatchObject({ subject: `licence:${licenceId}`, data: { holder: 'chips' } });
  });

  it('tell of a host only when its outcome or level becomes another', async () => {
    const { world, events, host } = await makeLicensed();
    const before = (await events()).length;
    await attest(world, host);
    expect(await events(before)).toEqual([]);
    await attest(world, host, { binding: { tenant: 'x' } });
    expect(await events(before)).toMatchObject([
      { type: 'host.outcome-changed', data: { outcome: 'refused', previous: 'accepted' } },
      { type: 'host.level-changed', data: { level: 'G0', previousLabel: 'G2-tpm' } },
    ]);
    await attest(world, host);
    expect(typesOf(await events(before + 2))).toEqual(['host.outcome-changed', 'host.level-changed']);
  });

  it('tell of holds, suspensions and rulings on a licence by their own names', async () => {
    const { world, events, host, licenceId, post } = await makeLicensed();
    const before = (await events()).length;
    const reason = 'for a test';
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason });
    await post(`/v1/hosts/${host.hostId}/reinstatement`, { reason });
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'suspended', reason });
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'active', reason });
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'revoked', reason });
    await post(`/v1/facilities/${world.facilityId}/withdrawal`, { reason });
    expect(typesOf(await events(before))).toEqual([
      'host.suspended',
      'host.reinstated',
      'licence.suspended',
      'licence.reinstated',
      'licence.revoked',
      'facility.withdrawn',
    ]);
  });

  it('tell of a decision that flips, and of none that is said again, by question', async () => {
    const { world, licenceId, deviceId, post, ...licensed } = await makeLicensed();
    const before = (await licensed.events()).length;
    const events = async (after: number) =>
      (await licensed.events(after)).filter(({ type }) => type !== 'grant.issued');
    const decide = (more: object = {}) => post('/v1/decisions', { licenceId, ...more });
    await decide();
    await decide();
    await decide({ dryRun: true });
    world.pass(3_600_000);
    await decide({ dryRun: true });
    expect(await events(before)).toEqual([]);
    // Another question, denied the first time that it is asked.
    await decide({ devices: [deviceId] });
    expect(await events(before)).toEqual([]);
    const denied = await decide();
    await decide();
    expect(await events(before)).toMatchObject([
      {
        type: 'decision.flipped',
        tenant: 'chips',
        subject: `licence:${licenceId}`,
        data: { decisionId: denied.body.id, outcome: 'deny', reasons: ['evidence.stale'] },
      },
    ]);
  });

  it('are shown to whoever may read what they are about, in the tenants that they see', async () => {
    const { world, get, events } = await makeLicensed();
    const seen = async (bearer: string) => typesOf((await get('/v1/events', bearer)).body.items);
    const { operator, exporter, auditor } = world.people;
    expect(await seen(operator.token)).toEqual([
      'host.enrolled',
      'host.outcome-changed',
      'host.level-changed',
    ]);
    expect(await seen(exporter.token)).toEqual([
      'facility.proposed',
      'facility.authorised',
      'device.registered',
      'party.registered',
      'party.screened',
      'licence.granted',
    ]);
    expect(await seen(auditor.token)).toEqual(typesOf(await events()));
  });

  it('are read page by page, past what is not shown', async () => {
    const { get, events, world } = await makeLicensed();
    const read: number[] = [];
    for (let next: number | null = 0; next !== null; ) {
      const { body } = await get(`/v1/events?limit=3&after=${next}`, world.people.auditor.token);
      read.push(...body.items.map(({ sequence }: { sequence: number }) => sequence));
      next = body.next;
    }
    expect(read).toEqual((await events()).map(({ sequence }) => sequence));
    const refused = await get('/v1/events?after=-1');
    expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'query.after' }] });
  });

  it('are written with what they tell of, or not at all', async () => {
    const { world, events } = await makeLicensed();
    const before = (await events()).length;
    const { context } = world;
    const told = { type: 'host.suspended', tenant: 'acme', subject: 'host:x', body: {} } as const;
    await expect(
      context.store.write(async (tx) => {
        await tell(context, tx, { ...told, at: context.clock() });
        throw new Error('the act failed');
      }),
    ).rejects.toThrow('the act failed');
    expect(await events(before)).toEqual([]);
    expect(await logged(world, 'host.suspended')).toEqual([]);
  });

  it('have names that docs/events.md lists, each once', async () => {
    const { readFileSync } = await import('node:fs');
    const page = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...EVENT_TYPES].sort());
  });
});
