import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Agent, type AgentOptions, openAgent } from '../../src/agent/agent.ts';
import { loadHostKey } from '../../src/agent/host-key.ts';
import type { Pace } from '../../src/agent/repeat.ts';
import { currentSessionKeys, type SessionKeys } from '../../src/agent/session-keys.ts';
import { type PcrChoice, parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import { type Client, verifierClient } from '../../src/agent/verifier/client.ts';
import type { Page } from '../../src/http/page/page.ts';
import type { AnchorPurpose } from '../../src/protocol/anchor-purpose.ts';
import type { CollateralAccess } from '../../src/service/collateral/access.ts';
import type { ServiceConfig } from '../../src/service/context.ts';
import { startTestVerifier, type TestVerifier } from '../http/verifier.ts';
import { auditStore } from '../service/audit/replay-all.ts';
import { dataRoot } from '../store/data-root.ts';

/**
 * A verifier over HTTP with an authorised facility and trusted manufacturers, all of it set up through its interface, and
 * hosts with agents of their own. Agents live by the verifier's clock, which tests move.
 */
export type World = {
  readonly verifier: TestVerifier;
  readonly pace: Pace;
  /** Puts manufacturers' roots in force: proposed by one, approved by another. */
  readonly trustRoots: (name: string, certificates: string, purpose?: AnchorPurpose) => Promise<string>;
  /** Puts a reference set in force likewise. */
  readonly trustSet: (set: object) => Promise<string>;
  /** Puts anything in force likewise. */
  readonly trust: (kind: string, content: object) => Promise<string>;
  /** Authorises the facility anew. */
  readonly authorise: (more: object) => Promise<void>;
  /** Takes a trust input out of force. */
  readonly withdraw: (id: string) => Promise<void>;
  readonly facilityId: string;
  /** Bearer tokens. */
  readonly tokens: Readonly<Record<'exporter' | 'operator' | 'authority', string>>;
  readonly enrolmentToken: (wish?: object) => Promise<string>;
  readonly host: (options: Omit<AgentOptions, 'data' | 'verifier' | 'pace'>) => Host;
  readonly close: () => Promise<void>;
};

/** One host: its agent, and what an attacker who owns the host has in hand. */
export type Host = {
  readonly agent: Agent;
  readonly client: Client;
  readonly choice: PcrChoice;
  readonly sessionKeys: () => SessionKeys;
  /** Enrols and answers the host's id. */
  readonly enrol: (token: string) => Promise<string>;
};

const AREA = { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 };

export type WorldOptions = {
  /** Served beside the interface. */
  readonly page?: Page | undefined;
  readonly config?: Partial<ServiceConfig>;
};

export async function makeWorld(
  collateral: CollateralAccess | null = null,
  { page, config = {} }: WorldOptions = {},
): Promise<World> {
  const lives = { sessionTtlMs: 300_000, enrolmentTtlMs: 300_000 };
  const verifier = await startTestVerifier({ ...lives, ...config }, collateral, page);
  const { token: exporter } = await verifier.principal('exporter', 'chips');
  const { token: operator } = await verifier.principal('operator', 'acme');
  const { token: proposer } = await verifier.principal('authority', 'bureau');
  const { token: approver } = await verifier.principal('authority', 'bureau');
  const data = mkdtempSync(join(dataRoot, 'sextant-hosts-'));

  const make = async (token: string, path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await verifier.call('POST', path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const facility = await make(exporter, '/v1/facilities', {
    name: 'Hall 1',
    country: 'IS',
    operatorTenant: 'acme',
    area: AREA,
  });
  await make(proposer, `/v1/facilities/${facility['id']}/authorisation`, {
    digest: facility['digest'],
    reason: 'in order',
  });

  const trust = async (kind: string, content: object): Promise<string> => {
    const input = await make(proposer, '/v1/trust-inputs', { kind, content });
    await make(approver, `/v1/trust-inputs/${input['id']}/approval`, { digest: input['digest'] });
    return String(input['id']);
  };
  const pace: Pace = {
    clock: verifier.context.clock,
    sleep: async (ms) => verifier.advance(ms),
    random: () => 0.5,
  };
  let hosts = 0;
  return {
    verifier,
    pace,
    trustRoots: (name, certificates, purpose = 'tpm-ek') =>
      trust('anchors', { name, version: '1', purpose, certificates }),
    trustSet: (set) => trust('reference-set', { version: '1', publisher: 'acme', sealed: false, ...set }),
    trust,
    authorise: async (more) =>
      void (await make(proposer, `/v1/facilities/${facility['id']}/authorisation`, {
        digest: facility['digest'],
        reason: 'anew',
        ...more,
      })),
    withdraw: async (id) =>
      void (await make(proposer, `/v1/trust-inputs/${id}/withdrawal`, { reason: 'test' })),
    facilityId: String(facility['id']),
    tokens: { exporter, operator, authority: proposer },
    enrolmentToken: async (wish = {}) =>
      String(
        (await make(operator, '/v1/enrolment-tokens', { facilityId: facility['id'], ...wish }))['token'],
      ),
    host: (options) => {
      const agent = openAgent({ ...options, data: join(data, `${hosts++}`), verifier: verifier.url, pace });
      const hostKey = loadHostKey(agent.folder);
      if (hostKey === null) throw new Error('the agent made no host key');
      return {
        agent,
        client: verifierClient({ address: new URL(verifier.url), hostKey, clock: pace.clock }),
        choice: parsePcrChoice(options.pcrs ?? 'sha256:0-9,14'),
        sessionKeys: () => currentSessionKeys(agent.folder, pace.clock()),
        enrol: async (token) => (await agent.enrol(token, { signal: NEVER })).hostId,
      };
    },
    close: async () => {
      try {
        // Whatever a test did, somebody who trusts nobody must be able to check: all of it is judged again.
        expect((await auditStore(verifier.context.store)).findings).toEqual([]);
      } finally {
        await verifier.close();
        rmSync(data, { recursive: true, force: true });
      }
    },
  };
}

export const NEVER = new AbortController().signal;
