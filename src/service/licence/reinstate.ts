import type { LicenceTable } from '../../store/attestation/tables.ts';
import { putLicenceStanding } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { schedule } from '../schedule/schedule.ts';
import { lookAtLicence } from './lifecycle.ts';

/**
 * Lets a suspended licence be reinstated only once nothing about it is violated any more: holds are cleared, parties not denied,
 * facilities authorised, devices not missing. What is merely unproven may follow; its grace begins anew.
 *
 * @throws RequestError `conflict` with everything that is violated
 */
export async function readmit(context: Context, tx: Tx, licence: LicenceTable, at: Date): Promise<void> {
  const { lifecycle } = await lookAtLicence(context, tx, licence, at);
  const violated = lifecycle.reasons.filter(({ kind }) => kind === 'violated');
  if (violated.length > 0) {
    throw new RequestError('conflict', 'what is violated must be mended before it is reinstated', {
      errors: violated.slice(0, 100).map(({ code, subject, sentence, mend }) => ({
        path: subject ?? `licence:${licence.id}`,
        expected: 'nothing violated',
        actual: `${code}: ${sentence}`,
        ...(mend === undefined ? {} : { mend }),
      })),
    });
  }
  await tx.run(putLicenceStanding, {
    licence_id: licence.id,
    failing: '{}',
    suspends_at_ms: null,
    cause: null,
    judged_at_ms: null,
    reinstated_at_ms: at.getTime(),
  });
  await schedule(tx, 'licence', licence.id, at);
}
