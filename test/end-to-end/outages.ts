import type { Event } from '../../src/protocol/event.ts';
import type { World } from './world.ts';

/** What the operator of a facility hears of outages. */
export async function outagesOf({ verifier, tokens }: World): Promise<readonly Event[]> {
  const { body } = await verifier.call('GET', '/v1/events?limit=500', { token: tokens.operator });
  const items = body['items'] as readonly Event[]; // the schema was checked
  return items.filter(({ type }) => type.startsWith('facility.outage'));
}
