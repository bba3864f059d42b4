import type { Tx } from '../../store/port.ts';
import type { ActRequest, ActType } from '../acts.ts';
import type { Context } from '../context.ts';
import { reconsiderLicences } from '../licence/reconsider.ts';
import { schedule } from '../schedule/schedule.ts';
import { tell } from './tell.ts';
import { TOLD_ACTS } from './told-acts.ts';

/**
 * Tells of an act that changed something, with the index of its leaf: whoever hears of it can ask for the receipt. Licences that
 * may stand otherwise for it are looked at again.
 */
export async function tellAct(
  context: Pick<Context, 'clock' | 'random'>,
  tx: Tx,
  { type, tenant, at, body }: ActRequest,
  leafIndex: number,
): Promise<void> {
  const told = TOLD_ACTS[type];
  if (told === undefined) return;
  const [kind, member] = told.subject;
  const subject = member === undefined ? String(body[kind]) : `${kind}:${body[member] ?? member}`;
  await tell(context, tx, {
    type: typeof told.type === 'function' ? told.type(body) : told.type,
    tenant,
    at,
    subject,
    body: {
      ...Object.fromEntries(
        told.members.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
      ),
      leafIndex,
    },
  });
  if (type === 'facility.authorised') await schedule(tx, 'facility', String(body['facilityId']), at);
  if (SHAKES_ALL.has(type)) await schedule(tx, 'walk-licences', 'all', at);
  else if (SHAKES.has(type)) await reconsiderLicences(tx, subject, at);
}

/** Acts after which licences that name their subject may stand otherwise, and those after which any may. */
const SHAKES: ReadonlySet<ActType> = new Set<ActType>([
  'party.screened',
  'screening.imported',
  'know-your-customer.recorded',
  'device.changed',
  'device.retired',
  'host.enrolled',
  'host.suspended',
  'host.reinstated',
  'latch.set',
  'latch.cleared',
]);
const SHAKES_ALL: ReadonlySet<ActType> = new Set<ActType>([
  'trust-input.effective',
  'trust-input.superseded',
  'trust-input.withdrawn',
  'screening-list.declared',
  'facility.authorised',
  'facility.withdrawn',
  'landmarks.set-aside',
  'device-manifest.imported',
]);
