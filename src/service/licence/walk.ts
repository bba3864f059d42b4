import { activeLicencesAfter, unfollowedLicences } from '../../store/events/licence-subjects.ts';
import type { Job } from '../schedule/run.ts';
import { hasten, schedule } from '../schedule/schedule.ts';
import { conditionsOf } from './conditions.ts';
import { followFleet } from './subjects.ts';

/** Licences of one go: whoever walks through all of them lets others have their turn in between. */
const STEP = 50;

/** What all licences rest on has changed: has each looked at soon, and its grants, a step at a time. The state is the last that was. */
export const walkLicences: Job = async (context, { state }) => {
  const at = context.clock();
  const step = await context.store.write(async (tx) => {
    const rows = await tx.all(activeLicencesAfter, { after: state ?? '', limit: STEP });
    for (const { id } of rows) {
      await hasten(tx, 'licence', id, at);
      await schedule(tx, 'grants', id, at);
    }
    return rows;
  });
  return step.length < STEP ? null : { due: at, state: step.at(-1)?.id ?? null };
};

/** Has licences of before fleets were followed follow theirs from now on, a step at a time. */
export const adoptLicences: Job = async (context) => {
  const at = context.clock();
  const step = await context.store.write(async (tx) => {
    const rows = await tx.all(unfollowedLicences, { limit: STEP });
    for (const { id, conditions } of rows) {
      await followFleet(tx, id, conditionsOf(conditions).conditions, at);
    }
    return rows.length;
  });
  return step < STEP ? null : { due: at };
};
