import { refusalAt } from '../../store/grants/denials.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from './tell.ts';

type Refusal = {
  readonly host: { readonly hostId: string; readonly tenant: string };
  readonly licenceId: string;
  readonly decisionId: string;
  /** As the host is told them. */
  readonly reasons: readonly { readonly code: string }[];
  /** When it was refused before, where no grant came after that; null where one did, or it never was. */
  readonly deniedAtMs: number | null;
  readonly at: Date;
};

/**
 * Tells the operator of a host that it was refused a grant: where it was not refused before, or for other reasons, by their codes. A host that asks
 * on and is refused for the same is no news. In the unit of work of the refusal, before it takes the place of the one before.
 */
export async function tellRefusal(
  context: Context,
  tx: Tx,
  { host: { hostId, tenant }, licenceId, decisionId, reasons, deniedAtMs, at }: Refusal,
): Promise<void> {
  const codes = codesOf(reasons);
  if (deniedAtMs !== null) {
    const before = await tx.first(refusalAt, { hostId, licenceId, atMs: deniedAtMs });
    // What is not kept any more may have been anything.
    if (before !== undefined && isSame(codes, codesOf(JSON.parse(before.reasons) as typeof reasons))) return; // what `renewGrant` wrote
  }
  const body = { licenceId, outcome: 'refused', decisionId, reasons: codes };
  await tell(context, tx, { type: 'host.grant-changed', tenant, at, subject: `host:${hostId}`, body });
}

function codesOf(reasons: readonly { readonly code: string }[]): string[] {
  return [...new Set(reasons.map(({ code }) => code))].sort();
}

function isSame(codes: readonly string[], others: readonly string[]): boolean {
  return codes.length === others.length && codes.every((code, place) => code === others[place]);
}
