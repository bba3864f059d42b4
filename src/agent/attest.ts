import { z } from 'zod';
import { toUtf8 } from '../bytes/text.ts';
import { serialiseBinding } from '../evidence/bundle/binding.ts';
import { type Item, serialiseCollection } from '../evidence/bundle/cmw.ts';
import { signJws } from '../evidence/bundle/jws.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE } from '../evidence/bundle/labels.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../protocol/evidence.ts';
import {
  type Binding,
  BUNDLE_MEDIA_TYPE,
  type Session,
  session as sessionSchema,
} from '../protocol/session.ts';
import type { Tracer } from '../service/telemetry/trace/tracer.ts';
import type { Attester, Collector } from './attester.ts';
import { type Pace, resend } from './repeat.ts';
import { bindingKeys, type SessionKeys } from './session-keys.ts';
import { follow } from './traced.ts';
import { readAnswer } from './verifier/answer.ts';
import type { Client } from './verifier/client.ts';

export type Attesting = {
  readonly client: Client;
  /** In the order of commitment: GPUs, TPM, TEE. */
  readonly evidence: readonly EvidencePart[];
  /** Keys no older than a day: asked for once an attestation. */
  readonly sessionKeys: () => SessionKeys;
  readonly pace: Pace;
  readonly tracer?: Tracer | undefined;
};

export type EvidencePart = {
  readonly collect: Collector;
  /** Not what the host enrolled by: left out where this verifier does not read it. */
  readonly isBeside: boolean;
};

/** What a host enrolled by, as a part of its evidence. */
export function partOf(attester: Pick<Attester, 'collect'>, isBeside = false): EvidencePart {
  return {
    collect: async (binding, earlier) => [await attester.collect(binding, earlier)],
    isBeside,
  };
}

/**
 * One attestation: a session, its binding, evidence over the commitment to it, the signed bundle, the appraisal. Should the
 * answer be lost on the way, the same bytes are sent again and the verifier's stored answer comes back.
 *
 * @throws AgentError, Refusal; an appraisal that refuses is an answer, not an error
 */
export async function attestOnce(attesting: Attesting, signal: AbortSignal): Promise<EvidenceAnswer> {
  const { client, pace, tracer } = attesting;
  const session = await follow(tracer, 'agent.session', 'client', () => openSession(client, signal));
  const bundle = await follow(tracer, 'agent.collect', 'internal', () => makeBundle(attesting, session));
  const send = (): Promise<unknown> =>
    follow(tracer, 'agent.submit', 'client', () => submit(client, session.id, bundle, signal));
  const answer = await resend(send, new Date(session.expiresAt), pace, signal);
  return readAnswer(z.object(evidenceAnswer.shape), answer, client.address);
}

export async function openSession(client: Client, signal: AbortSignal): Promise<Session> {
  const answer = await client.post({ path: '/v1/sessions', signal });
  return readAnswer(z.object(sessionSchema.shape), answer, client.address);
}

export function submit(
  client: Client,
  sessionId: string,
  bundle: string,
  signal: AbortSignal,
): Promise<unknown> {
  return client.post({
    path: `/v1/sessions/${encodeURIComponent(sessionId)}/evidence`,
    body: { mediaType: BUNDLE_MEDIA_TYPE, content: bundle },
    signal,
  });
}

/** The compact JWS that answers a session: docs/architecture.md, sessions and evidence. */
export async function makeBundle(
  { evidence, sessionKeys }: Pick<Attesting, 'evidence' | 'sessionKeys'>,
  session: Session,
): Promise<string> {
  const keys = sessionKeys();
  const binding = serialiseBinding(bindingFor(session, keys));
  const items: Item[] = [];
  for (const { collect, isBeside } of evidence) {
    const collected = await collect(binding, items);
    // Older verifiers refuse a bundle with an item that they do not know.
    const read = collected.filter(({ mediaType }) => !isBeside || session.accept.includes(mediaType));
    items.push(...read);
  }
  const bound = { label: BINDING_LABEL, mediaType: BINDING_MEDIA_TYPE, value: binding };
  return signJws(toUtf8(serialiseCollection([bound, ...items]), 'bundle'), keys.signing);
}

function bindingFor(session: Session, keys: SessionKeys): Binding {
  const { aud, tenant, hostId, id, nonce, expiresAt } = session;
  return { v: 1, aud, tenant, hostId, sessionId: id, nonce, expiresAt, ...bindingKeys(keys) };
}
