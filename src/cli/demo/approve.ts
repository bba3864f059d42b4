import type { JsonValue } from '../../bytes/json.ts';
import type { Cast } from './cast.ts';
import { StoryError } from './story.ts';

/** Has somebody propose a trust input, and the authority put it in force. @returns its id */
export async function approve(
  cast: Cast,
  proposer: 'authority' | 'operator',
  kind: string,
  content: JsonValue,
): Promise<string> {
  const proposed = await cast[proposer].post('/v1/trust-inputs', { kind, content });
  return putInForce(cast, proposed.text('id'), proposed.text('digest'));
}

/** Puts in force what the verifier itself offers to every installation. @returns its id, and how licences name it */
export async function approveOffered(
  cast: Cast,
  kind: string,
): Promise<{ id: string; name: string; version: string }> {
  const inputs = await cast.authority.get('/v1/trust-inputs?limit=500');
  const offered = inputs
    .list('items')
    .find((input) => input.text('kind') === kind && input.text('proposedBy') === 'verifier');
  if (offered === undefined) throw new StoryError(`the verifier offers no ${kind}`);
  const id = await putInForce(cast, offered.text('id'), offered.text('digest'));
  return { id, name: offered.text('name'), version: offered.text('version') };
}

async function putInForce({ authority }: Cast, id: string, digest: string): Promise<string> {
  await authority.post(`/v1/trust-inputs/${id}/approval`, { digest });
  return id;
}
