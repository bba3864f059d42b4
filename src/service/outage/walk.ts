import { facilitiesAfter } from '../../store/registry/facilities.ts';
import type { Job } from '../schedule/run.ts';
import { schedule } from '../schedule/schedule.ts';
import { noteOutage } from './facility.ts';

/** Facilities of one go. */
const STEP = 50;

/** The verifier was gone: tells it once for each facility, a step at a time. The state is the last that was told. */
export const tellVerifierOutage: Job = async (context, { state }) => {
  const at = context.clock();
  const step = await context.store.write(async (tx) => {
    const rows = await tx.all(facilitiesAfter, { after: state ?? '', limit: STEP });
    for (const { id, state: standing } of rows) {
      if (standing === 'authorised') await noteOutage(context, tx, { facilityId: id, cause: 'verifier', at });
    }
    return rows;
  });
  return step.length < STEP ? null : { due: at, state: step.at(-1)?.id ?? null };
};

/** Has every authorised facility watched, a step at a time: those of before too. */
export const adoptFacilities: Job = async (context, { state }) => {
  const at = context.clock();
  const step = await context.store.write(async (tx) => {
    const rows = await tx.all(facilitiesAfter, { after: state ?? '', limit: STEP });
    for (const { id, state: standing } of rows)
      if (standing === 'authorised') await schedule(tx, 'facility', id, at);
    return rows;
  });
  return step.length < STEP ? null : { due: at, state: step.at(-1)?.id ?? null };
};
