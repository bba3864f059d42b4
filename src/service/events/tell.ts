import { canonicalJson } from '../../bytes/canonical-json.ts';
import type { ActBody } from '../../record/leaf.ts';
import { insertEvent } from '../../store/events/events.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { EventType } from './types.ts';

export type Telling = {
  readonly type: EventType;
  /** Who hears of it, besides the authority and its auditors. */
  readonly tenant: string;
  readonly at: Date;
  /** What it happened to, as `<kind>:<id>`. */
  readonly subject: string;
  /** Identifiers, codes and instants: whoever may know more asks for it. Nothing in it says where a host is. */
  readonly body: ActBody;
};

/**
 * Writes an event to the outbox, in the unit of work of what it tells of: both happen, or neither. Delivery follows the commit
 * (docs/events.md), so that a process that is killed in between forgets nothing.
 */
export async function tell(
  context: Pick<Context, 'clock' | 'random'>,
  tx: Tx,
  { type, tenant, at, subject, body }: Telling,
): Promise<void> {
  const id = newIdentifier('evt', context);
  await tx.run(insertEvent, { id, tenant, type, subject, at_ms: at.getTime(), body: canonicalJson(body) });
}
