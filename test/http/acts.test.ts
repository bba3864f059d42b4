import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import type { Route } from '../../src/http/route.ts';
import { verifierRoutes } from '../../src/http/routes.ts';
import { createPrincipal } from '../../src/service/access/principals.ts';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import { mintToken } from '../../src/service/access/tokens.ts';
import { latch } from '../../src/service/latch/latch.ts';
import type { Principal } from '../../src/service/principal.ts';
import { type Answer, ask } from '../service/attestation/agent.ts';
import { type Licensed, makeLicensed } from '../service/events/licensed.ts';
import { hold, makePossession } from './possession.ts';

/**
 * What changes something leaves a leaf. A route whose answer carries a receipt proves it by every answer; of each of the others its acts
 * stand here, and it is done. A new route that changes something and does neither fails the test.
 */
const LEAVES: { readonly [operation: string]: readonly string[] } = {
  createPrincipal: ['principal.created'],
  mintToken: ['token.minted'],
  bindToken: ['token.bound'],
  revokeToken: ['token.revoked'],
  declarePrincipalParty: ['principal.party-declared'],
  disablePrincipal: ['principal.disabled'],
  mintEnrolmentToken: ['enrolment-token.minted'],
  revokeEnrolmentToken: ['enrolment-token.revoked'],
  addWebhook: ['webhook.added'],
  rotateWebhookSecret: ['webhook.secret-rotated'],
  replayEvents: ['webhook.replayed'],
  removeWebhook: ['webhook.removed'],
  suspendHost: ['host.suspended'],
  reinstateHost: ['host.reinstated'],
  clearLatch: ['latch.cleared'],
  clearLatches: ['latch.cleared'],
};

/** Routes that change something, answer without a receipt and are done elsewhere or leave nothing to tell. */
const ELSEWHERE: { readonly [operation: string]: string } = {
  testWebhook:
    'one message that tells of nothing: no state changes, and a proof is asked for because it reaches out',
};

let all: Licensed;
let administrator: string;

/** Routes for people; what hosts, guests and landmarks do is in their own suites, and each of their acts in test/durability. */
function changing(): Route[] {
  const { routes } = verifierRoutes(all.world.context, {
    metrics: createMetrics(),
    metricsAccess: 'public',
    version: 'test',
  });
  return routes.filter(
    ({ authorise }) =>
      authorise.scheme === 'binder' || (authorise.scheme === 'bearer' && authorise.effect === 'changes'),
  );
}

/** Whether every success that a route declares names the leaf of its act. */
function showsLeaf({ responses }: Route): boolean {
  return Object.values(responses).every(({ schema }) => {
    if (schema === undefined) return false;
    const text = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }));
    return text.includes('"receipt"') || text.includes('"leafIndex"');
  });
}

async function acts(): Promise<string[]> {
  const { body } = await all.get('/v1/log/acts/0');
  expect(body.acts.length).toBeLessThan(256);
  return body.acts.map(({ type }: { readonly type: string }) => type);
}

async function begin(): Promise<void> {
  all = await makeLicensed();
  const { context } = all.world;
  const by: Principal = {
    id: 'root',
    name: 'root',
    role: 'administrator',
    tenant: 'verifier',
    scopes: new Set(ROLE_SCOPES.administrator),
  };
  const { id } = await createPrincipal(context, by, { name: 'a', role: 'administrator', tenant: 'verifier' });
  const key = makePossession();
  const wish = { principalId: id, label: 'a', expiresInSeconds: 3600, key: key.jkt };
  administrator = hold((await mintToken(context, by, wish)).token, key);
}

/** Each operation of the table, done; later ones go by what earlier ones answered. */
function steps(): { readonly [operation: string]: () => Promise<Answer> } {
  const { world, host } = all;
  const { operator, authority } = world.people;
  const said = new Map<string, Answer>();
  const of = (operation: string, member = 'id'): string => String(said.get(operation)?.body[member]);
  const keep = async (operation: string, answer: Promise<Answer>): Promise<Answer> => {
    said.set(operation, await answer);
    return answer;
  };
  const as = (bearer: string, path: string, json: object | null = {}, method = 'POST') =>
    ask(world, path, { method, bearer, ...(json === null ? {} : { json }) });
  const held = async (): Promise<string> => {
    const subject = { kind: 'host' as const, id: host.hostId };
    const about = { tenant: 'acme', at: world.context.clock(), code: 'x', sentence: 'held', sessionId: null };
    await world.context.store.write((tx) => latch(world.context, tx, { ...about, subject }));
    const { body } = await all.get('/v1/latches');
    const open = body.items.find((each: { readonly clearedAt: unknown }) => each.clearedAt === null);
    return String(open.id);
  };
  const reason = 'as the test has it';
  return {
    createPrincipal: () =>
      keep('principal', as(administrator, '/v1/principals', { name: 'n', role: 'auditor', tenant: 't' })),
    mintToken: () =>
      keep(
        'token',
        as(administrator, '/v1/tokens', {
          principalId: of('principal'),
          label: 'l',
          bindWithinSeconds: 3600,
        }),
      ),
    bindToken: () => as(hold(of('token', 'token'), makePossession()), '/v1/tokens/binding', null),
    revokeToken: () => as(administrator, `/v1/tokens/${of('token')}/revocation`, { reason }),
    declarePrincipalParty: () =>
      as(administrator, `/v1/principals/${of('principal')}/party`, { partyId: all.partyId }),
    disablePrincipal: () => as(administrator, `/v1/principals/${of('principal')}/disabling`, { reason }),
    mintEnrolmentToken: () =>
      keep(
        'enrolment',
        as(operator.token, '/v1/enrolment-tokens', { facilityId: world.facilityId, expiresInSeconds: 3600 }),
      ),
    revokeEnrolmentToken: () => as(operator.token, `/v1/enrolment-tokens/${of('enrolment')}`, null, 'DELETE'),
    addWebhook: () => keep('webhook', as(operator.token, '/v1/webhooks', { url: 'https://hooks.example/' })),
    rotateWebhookSecret: () => as(operator.token, `/v1/webhooks/${of('webhook')}/secret`, null),
    replayEvents: () => as(operator.token, `/v1/webhooks/${of('webhook')}/replay`, { after: 0 }),
    removeWebhook: () => as(operator.token, `/v1/webhooks/${of('webhook')}`, null, 'DELETE'),
    suspendHost: () => as(authority.token, `/v1/hosts/${host.hostId}/suspension`, { reason }),
    reinstateHost: () => as(authority.token, `/v1/hosts/${host.hostId}/reinstatement`, { reason }),
    clearLatch: async () => as(authority.token, `/v1/latches/${await held()}/clearing`, { reason }),
    clearLatches: async () => {
      const latchId = await held();
      return as(authority.token, '/v1/latch-clearings', { latchIds: [latchId], reason });
    },
  };
}

describe('whatever people change', () => {
  it('leaves a leaf, by its answer or in the log', async () => {
    await begin();
    const bare = changing().filter((route) => !showsLeaf(route));
    expect(bare.map(({ operationId }) => operationId).sort()).toEqual(
      [...Object.keys(LEAVES), ...Object.keys(ELSEWHERE)].sort(),
    );
    for (const [operation, act] of Object.entries(steps())) {
      const before = await acts();
      const { status, body } = await act();
      expect([operation, status < 300 ? 'done' : JSON.stringify(body)]).toEqual([operation, 'done']);
      const added = (await acts()).slice(before.length).filter((type) => type !== 'latch.set');
      for (const expected of LEAVES[operation] ?? ['nothing'])
        expect.soft(added, operation).toContain(expected);
    }
  });
});
