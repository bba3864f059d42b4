import { scheduleOf } from '../../store/events/schedules.ts';
import { endChallenges } from '../challenge/end.ts';
import type { Context } from '../context.ts';
import { forgetSpentProofs } from '../dpop/forget.ts';
import { reviewGrants } from '../grant/review.ts';
import { overdueIncident } from '../incident/overdue.ts';
import { followLicence } from '../licence/follow.ts';
import { adoptLicences, walkLicences } from '../licence/walk.ts';
import { endOutage, watchFacility } from '../outage/facility.ts';
import { HEARTBEAT, heartbeat } from '../outage/verifier.ts';
import { adoptFacilities, tellVerifierOutage } from '../outage/walk.ts';
import { watchDevices } from '../registry/watch-devices.ts';
import { deleteByRule } from '../retention/job.ts';
import type { Jobs } from './run.ts';
import { schedule } from './schedule.ts';

/** What is done about each kind of thing that is due. */
export const JOBS: Jobs = {
  incident: overdueIncident,
  challenge: endChallenges,
  devices: watchDevices,
  licence: followLicence,
  grants: reviewGrants,
  'walk-licences': walkLicences,
  'adopt-licences': adoptLicences,
  heartbeat,
  facility: watchFacility,
  outage: endOutage,
  'verifier-outage': tellVerifierOutage,
  'adopt-facilities': adoptFacilities,
  retention: deleteByRule,
  proofs: forgetSpentProofs,
};

const RETENTION = { kind: 'retention', subject: 'all' } as const;
const PROOFS = { kind: 'proofs', subject: 'all' } as const;

/** What a verifier that starts looks at first. */
export async function scheduleAtStart(context: Context): Promise<void> {
  const at = context.clock();
  await context.store.write(async (tx) => {
    await schedule(tx, 'adopt-licences', 'all', at);
    await schedule(tx, 'adopt-facilities', 'all', at);
    await schedule(tx, 'devices', 'all', at);
    const row = await tx.first(scheduleOf, HEARTBEAT);
    if (row === undefined) await schedule(tx, HEARTBEAT.kind, HEARTBEAT.subject, at);
    for (const { kind, subject } of [RETENTION, PROOFS]) {
      if ((await tx.first(scheduleOf, { kind, subject })) === undefined)
        await schedule(tx, kind, subject, at);
    }
  });
}
