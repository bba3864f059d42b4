import { judgeLifecycle, type Lifecycle } from '../../policy/lifecycle.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { licenceStanding, provenSubjects } from '../../store/events/licence-subjects.ts';
import type { LicenceStandingTable } from '../../store/events/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { gather } from '../decision/gather.ts';
import { groundOf } from '../decision/ground.ts';
import { lastOutage } from '../outage/verifier.ts';
import { packsOverFleet } from './fleet-packs.ts';

export type LicenceLook = {
  readonly licence: LicenceTable;
  readonly lifecycle: Lifecycle;
  readonly standing: LicenceStandingTable | undefined;
  /** Devices that are proven now and were never before. */
  readonly newlyProven: readonly string[];
};

/** How a licence stands with its fleet, in a snapshot or unit of work of the caller's: all of its devices are read, and its rule packs are asked. */
export async function lookAtLicence(
  context: Context,
  view: View,
  licence: LicenceTable,
  at: Date,
): Promise<LicenceLook> {
  const { id: licenceId } = licence;
  const ground = await groundOf(view, licenceId, at);
  if (ground === undefined) throw new TypeError('a licence is never deleted');
  const gathered = await gather(context, view, ground, { action: 'use' });
  const standing = await view.first(licenceStanding, { licenceId });
  const proven = await view.all(provenSubjects, { licenceId });
  const provenBefore = new Set(proven.map(({ subject }) => subject.slice('device:'.length)));
  const reinstated = standing?.reinstated_at_ms ?? null;
  const packs = await packsOverFleet(context, view, { ground, gathered, provenBefore, at });
  return {
    licence,
    standing,
    lifecycle: judgeLifecycle({
      ...gathered,
      provenBefore,
      failing: readFailing(standing),
      reinstatedAt: reinstated === null ? null : new Date(reinstated),
      outage: await lastOutage(context, view, at),
      packs,
      at,
    }),
    newlyProven: gathered.devices.flatMap(({ id, evidence }) =>
      evidence?.outcome === 'accepted' && !provenBefore.has(id) ? [id] : [],
    ),
  };
}

/** Since when each code failed, as of the last look. */
export function readFailing(standing: LicenceStandingTable | undefined): Record<string, Date> {
  const since = JSON.parse(standing?.failing ?? '{}') as Record<string, number>; // what `keepStanding` wrote
  return Object.fromEntries(Object.entries(since).map(([code, ms]) => [code, new Date(ms)]));
}

/** What is kept of the last look at a licence; undefined before the first. */
export async function standingOf(
  { store }: Pick<Context, 'store'>,
  { id }: Pick<LicenceTable, 'id'>,
): Promise<LicenceStandingTable | undefined> {
  return store.read((view) => view.first(licenceStanding, { licenceId: id }));
}
