import { type HostGrantStanding, heldByHost } from '../../store/grants/grants.ts';
import type { HostGrantTable, LicenceGrantTable } from '../../store/grants/tables.ts';
import type { View } from '../../store/port.ts';

type Granted = {
  /** The newest grant, written already. */
  readonly row: LicenceGrantTable;
  /** Its devices. */
  readonly ids: readonly string[];
  readonly before: HostGrantStanding | undefined;
  readonly at: Date;
};

/**
 * How many devices a host holds under a licence with its newest grant, and until when at most. What an earlier grant names besides
 * is held until that one ends: who asks for fewer devices gives none back.
 */
export async function holdingAfter(
  view: View,
  { row, ids, before, at }: Granted,
): Promise<Pick<HostGrantTable, 'devices' | 'expires_at_ms'>> {
  const own = { devices: ids.length, expires_at_ms: row.expires_at_ms };
  const nowMs = at.getTime();
  const heldUntilMs = before?.holds_until_ms ?? 0;
  if (heldUntilMs <= nowMs) return own;
  const isRenewal = before?.devices === row.devices && before.held === ids.length;
  if (isRenewal && heldUntilMs <= row.expires_at_ms) return own;
  const live = await grantsHeld(view, { hostId: row.host_id, licenceId: row.licence_id, nowMs });
  return {
    devices: devicesOf(live).size,
    expires_at_ms: Math.max(...live.map((grant) => grant.expires_at_ms), row.expires_at_ms),
  };
}

type Holder = { readonly hostId: string; readonly licenceId: string; readonly nowMs: number };
type Held = Pick<LicenceGrantTable, 'facility_id' | 'devices' | 'expires_at_ms'>;

/** Grants of a host under one licence that have not ended. An earlier one may name more than the newest. */
export async function grantsHeld(view: View, { licenceId, ...of }: Holder): Promise<Held[]> {
  const live = await view.all(heldByHost, of);
  return live.filter((grant) => grant.licence_id === licenceId);
}

/** The devices that any of some grants names. */
export function devicesOf(grants: readonly Pick<Held, 'devices'>[]): Set<string> {
  return new Set(grants.flatMap(({ devices }) => JSON.parse(devices) as string[])); // what `rowOf` of issue.ts wrote
}
