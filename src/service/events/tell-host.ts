import { type Assessment, assess } from '../../appraisal/levels.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import type { HostPrincipal } from '../principal.ts';
import { tell } from './tell.ts';

type Submitted = {
  readonly host: Pick<HostPrincipal, 'hostId' | 'tenant'>;
  readonly sessionId: string;
  readonly outcome: 'accepted' | 'refused';
  readonly reasons: readonly { readonly code: string }[];
  /** JSON of the facts about the host's own TPM or guest; null where it was refused. */
  readonly facts: string | null;
  /** What the one before it came to (`hostOutcome`); undefined where there is no such host. */
  readonly before:
    | { readonly outcome: 'accepted' | 'refused' | null; readonly facts: string | null }
    | undefined;
  readonly at: Date;
};

/**
 * Tells where a submission came to something else than the host's last one did: another outcome, or another level of what the
 * host proves of itself. Answers whether it did.
 */
export async function tellSubmission(
  context: Context,
  tx: Tx,
  { host: { hostId, tenant }, sessionId, outcome, reasons, facts, before, at }: Submitted,
): Promise<boolean> {
  const previous = before?.outcome ?? null;
  // Hosts attest by the hour and are what they were: nothing is parsed for them.
  if (previous === outcome && before?.facts === facts) return false;
  const common = { tenant, at, subject: `host:${hostId}` };
  if (previous !== outcome) {
    const codes = [...new Set(reasons.map(({ code }) => code))];
    const body = { sessionId, outcome, previous, reasons: codes };
    await tell(context, tx, { ...common, type: 'host.outcome-changed', body });
  }
  const [was, is] = [levelOf(before?.facts ?? null), levelOf(facts)];
  if (was.label !== is.label) {
    const body = {
      sessionId,
      level: is.level,
      label: is.label,
      previous: was.level,
      previousLabel: was.label,
    };
    await tell(context, tx, { ...common, type: 'host.level-changed', body });
  }
  return previous !== outcome || was.label !== is.label;
}

function levelOf(facts: string | null): Pick<Assessment, 'level' | 'label'> {
  return facts === null ? { level: 'G0', label: 'G0' } : assess(JSON.parse(facts) as Facts); // what `submitEvidence` wrote
}
