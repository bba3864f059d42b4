import type { Reason } from '../../protocol/reason.ts';
import { forgetTurnedAway, noteTurnedAway, turnedAwayOfHost } from '../../store/grants/turned-away.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';
import type { HostPrincipal } from '../principal.ts';

/** Identifiers that are kept of a host: its agent may ask under any. */
const KEPT = 8;
/** Asked for again under the same, it is noted anew no sooner; and so many identifiers within it are all that is noted or told. */
const AGAIN_MS = 3_600_000;

/** It says nothing of whether there is such a licence: that is nobody's business whom it does not name. */
export const NO_DEVICE_OF_HOST: Reason = {
  code: 'request.no-device-of-host',
  kind: 'unproven',
  sentence:
    'The agent asked under this identifier, and no such licence names a device that this host proves to hold.',
  mend: "Compare the identifier with the one that sextant agent run --licence was given. Whoever holds the licence has it name a device of this host, declared for the host's facility with the identity that the host proves: the host's own TPM or guest, or a GPU.",
};

type TurnedAway = { readonly licenceId: string; readonly atMs: number };

/**
 * Keeps for the operator of a host that its agent asked under an identifier and was turned away before anything was decided, and tells him once. What
 * was asked was rolled back: this is a unit of work of its own, and most repetitions cost a read.
 */
export async function keepTurnedAway(
  context: Context,
  { hostId, tenant }: Pick<HostPrincipal, 'hostId' | 'tenant'>,
  licenceId: string,
): Promise<void> {
  const at = context.clock();
  const isEnough = async (view: View): Promise<boolean> => {
    const rows = await view.all(turnedAwayOfHost, { hostId });
    const lately = rows.filter(({ at_ms }) => at_ms > at.getTime() - AGAIN_MS);
    return lately.length >= KEPT || lately.some(({ licence_id }) => licence_id === licenceId);
  };
  if (await context.store.read(isEnough)) return;
  await context.store.write(async (tx) => {
    const rows = await tx.all(turnedAwayOfHost, { hostId });
    const before = rows.find(({ licence_id }) => licence_id === licenceId);
    await tx.run(noteTurnedAway, { host_id: hostId, licence_id: licenceId, at_ms: at.getTime() });
    if (before !== undefined) return;
    const [oldest] = rows.slice(KEPT - 1);
    if (oldest !== undefined)
      await tx.run(forgetTurnedAway, { host_id: hostId, licence_id: oldest.licence_id });
    const body = { licenceId, outcome: 'refused', decisionId: null, reasons: [NO_DEVICE_OF_HOST.code] };
    await tell(context, tx, { type: 'host.grant-changed', tenant, at, subject: `host:${hostId}`, body });
  });
}

/** What the host was turned away with: under licences by which it stands otherwise, and under none. */
export async function turnedAwayFrom(
  view: View,
  hostId: string,
): Promise<{ readonly known: ReadonlyMap<string, number>; readonly others: readonly TurnedAway[] }> {
  const rows = await view.all(turnedAwayOfHost, { hostId });
  return {
    known: new Map(rows.map(({ licence_id, at_ms }) => [licence_id, at_ms])),
    others: rows
      .filter(({ granted }) => granted === null)
      .map((row) => ({ licenceId: row.licence_id, atMs: row.at_ms })),
  };
}
