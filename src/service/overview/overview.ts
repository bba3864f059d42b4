import { formatInstant } from '../../bytes/instant.ts';
import { HOST_STATES, shownLevel } from '../../protocol/host-list.ts';
import type { Overview } from '../../protocol/overview.ts';
import {
  facilitiesEnding,
  incidentsByState,
  incidentsDue,
  licencesByStatus,
  licencesEnding,
  openHoldsOf,
} from '../../store/overview/statements.ts';
import type { View } from '../../store/port.ts';
import type { Scope } from '../access/scopes.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { countHosts } from '../host/list.ts';
import { countLandmarks } from '../location/count-landmarks.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';

/** As many as fit beside each other. */
const SHOWN = 10;

type Looking = {
  readonly context: Context;
  readonly view: View;
  readonly by: Principal;
  /** '' for everybody's. */
  readonly tenant: string;
  readonly now: Date;
};

/** How things stand at one moment, of what the caller's scopes and tenant let it read. */
export async function readOverview(context: Context, by: Principal): Promise<Overview> {
  const may = (scope: Scope): boolean => by.scopes.has(scope);
  const now = context.clock();
  return context.store.read(async (view) => {
    const looking: Looking = { context, view, by, tenant: visibleTenant(by) ?? '', now };
    return {
      at: formatInstant(now),
      hosts: may('hosts:read') ? await hosts(looking) : null,
      licences: may('licences:read') ? await licences(looking) : null,
      ends: await ends(looking, may),
      incidents: may('incidents:read') ? await incidents(looking) : null,
      holds: may('latches:read')
        ? ((await view.first(openHoldsOf, { tenant: looking.tenant }))?.count ?? 0)
        : null,
      landmarks: may('trust:read')
        ? await countLandmarks(context, view, await effectiveTrust(context, view), now)
        : null,
    };
  });
}

async function hosts({ context, view, by }: Looking): Promise<NonNullable<Overview['hosts']>> {
  const rows = await countHosts(context, view, by);
  const sum = (of: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(of).reduce((total, { count }) => total + count, 0);
  const states = HOST_STATES.map((state) => [state, sum((row) => row.state === state)] as const);
  const levels = shownLevel.options.map(
    (level) => [level, sum((row) => row.state === 'proven' && row.level === level)] as const,
  );
  return {
    total: sum(() => true),
    states: Object.fromEntries(states) as NonNullable<Overview['hosts']>['states'], // each of them, as just listed
    levels: Object.fromEntries(levels) as NonNullable<Overview['hosts']>['levels'], // likewise
  };
}

async function licences({ view, tenant }: Looking): Promise<NonNullable<Overview['licences']>> {
  const rows = await view.all(licencesByStatus, { tenant });
  const count = (status: string): number => rows.find((row) => row.status === status)?.count ?? 0;
  return { active: count('active'), suspended: count('suspended'), revoked: count('revoked') };
}

async function ends(
  { view, tenant, now }: Looking,
  may: (scope: Scope) => boolean,
): Promise<Overview['ends']> {
  const nowMs = now.getTime();
  const ofLicences = may('licences:read') ? await view.all(licencesEnding, { tenant, limit: SHOWN }) : [];
  const ofFacilities = may('facilities:read')
    ? await view.all(facilitiesEnding, { tenant, nowMs, limit: SHOWN })
    : [];
  return [
    ...ofLicences.map(({ id, at_ms }) => ({ kind: 'licence' as const, id, name: null, at_ms })),
    ...ofFacilities.map(({ id, name, at_ms }) => ({ kind: 'facility' as const, id, name, at_ms })),
  ]
    .flatMap(({ at_ms, ...what }) => (at_ms === null ? [] : [{ ...what, at_ms }]))
    .sort((a, b) => a.at_ms - b.at_ms)
    .slice(0, SHOWN)
    .map(({ at_ms, ...what }) => ({ ...what, at: formatInstant(new Date(at_ms)) }));
}

async function incidents({ view, tenant, now }: Looking): Promise<NonNullable<Overview['incidents']>> {
  const nowMs = now.getTime();
  const rows = await view.all(incidentsByState, { tenant, nowMs });
  const of = (state: string) => rows.find((row) => row.state === state);
  const due = await view.all(incidentsDue, { tenant, limit: SHOWN });
  return {
    open: of('open')?.count ?? 0,
    overdue: of('open')?.past_due ?? 0,
    reported: of('reported')?.count ?? 0,
    due: due.map(({ id, kind, due_at_ms }) => ({
      id,
      kind,
      dueAt: formatInstant(new Date(due_at_ms)),
      overdue: due_at_ms < nowMs,
    })),
  };
}
