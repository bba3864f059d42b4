import { describe, expect, it } from 'vitest';
import { openIncident } from '../../../src/service/incident/open.ts';
import { endIncident } from '../../../src/service/incident/rule.ts';
import { endLegalHold, placeLegalHold } from '../../../src/service/retention/legal-holds.ts';
import { planRetention } from '../../../src/service/retention/plan.ts';
import { auditStore } from '../audit/replay-all.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';
import { deleteAll } from './look.ts';
import { aged, rowsLeft } from './years.ts';

/** What a hold on each kind keeps of evidence, decisions and grants: a hold on anything here touches all of it. */
const KEPT = { appraisal: 2, decision: 2, licence_grant: 2 };
const GONE = { appraisal: 1, decision: 1, licence_grant: 1 };

const SUBJECTS: { readonly [kind: string]: (licensed: Licensed) => string } = {
  host: ({ host }) => host.hostId,
  device: ({ deviceId }) => deviceId,
  facility: ({ world }) => world.facilityId,
  party: ({ partyId }) => partyId,
  licence: ({ licenceId }) => licenceId,
};

describe('a legal hold', () => {
  it.each(Object.keys(SUBJECTS))('on a %s keeps all that it touches until it is lifted', async (kind) => {
    const licensed = await aged();
    const { context } = licensed.world;
    const subject = `${kind}:${SUBJECTS[kind]?.(licensed)}`;
    const hold = await placeLegalHold(context, licensed.auditor, { subject, reason: 'inquiry 26-114' });
    const { classes } = await planRetention(context);
    const evidence = classes.find((one) => one.class === 'evidence');
    expect(evidence?.keptBack.map(({ by }) => by).sort()).toEqual([
      `host:${licensed.host.hostId}`,
      `legal-hold:${hold.id}`,
    ]);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(KEPT);
    await endLegalHold(context, licensed.auditor, hold.id, 'inquiry closed');
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(GONE);
    expect((await auditStore(context.store)).findings).toEqual([]);
  });

  it('on an incident keeps what the incident is about, closed or not', async () => {
    const licensed = await aged();
    const { context } = licensed.world;
    const at = context.clock();
    const id = await context.store.write((tx) =>
      openIncident(context, tx, {
        ...{ kind: 'tampering', tenant: 'acme', at, evidence: [] },
        subjects: [`host:${licensed.host.hostId}`],
      }),
    );
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(KEPT);
    const hold = await placeLegalHold(context, licensed.auditor, {
      subject: `incident:${id}`,
      reason: 'inquiry 26-115',
    });
    await endIncident(context, licensed.world.people.authority.principal, id, 'explained');
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(KEPT);
    await endLegalHold(context, licensed.auditor, hold.id, 'closed as well');
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(GONE);
  });

  it('is on something that is there, and is lifted once', async () => {
    const { world } = await makeLicensed();
    const { context, people } = world;
    const by = people.auditor.principal;
    const none = `host:hst_${'0'.repeat(26)}`;
    await expect(placeLegalHold(context, by, { subject: none, reason: 'none' })).rejects.toMatchObject({
      code: 'not_found',
    });
    const subject = `facility:${world.facilityId}`;
    const hold = await placeLegalHold(context, by, { subject, reason: 'inquiry' });
    await endLegalHold(context, by, hold.id, 'done');
    await expect(endLegalHold(context, by, hold.id, 'done')).rejects.toMatchObject({ code: 'conflict' });
  });
});
