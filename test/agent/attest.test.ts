import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Agent, openAgent } from '../../src/agent/agent.ts';
import type { AgentState } from '../../src/agent/loop.ts';
import { writeHostRecord } from '../../src/agent/records.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { type FakePace, fakePace, json, localServer, type Received, temporaryFolder } from './fixtures.ts';

const answer = (pace: FakePace): object => ({
  sessionId: 'ses_1',
  ear: 'ear',
  nextAttestationAfter: new Date(pace.clock().getTime() + 3_600_000).toISOString(),
  laterAddition: 'of a newer verifier',
  appraisal: {
    outcome: 'accepted',
    at: pace.clock().toISOString(),
    devices: [],
    checks: [],
    notPerformed: [],
    reasons: [],
    referenceSets: { matched: [], nearest: null },
    violations: [],
    evidence: [],
    trustInputs: [],
    selfApproved: false,
  },
});

const session = (pace: FakePace): object => ({
  id: 'ses_1',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  issuedAt: pace.clock().toISOString(),
  expiresAt: new Date(pace.clock().getTime() + 300_000).toISOString(),
  aud: 'https://verifier.example',
  tenant: 'acme',
  hostId: 'hst_1',
  accept: [],
});

type Script = (response: ServerResponse, count: number, pace: FakePace) => void;

/** An agent that is enrolled at a verifier of which only the answers to evidence are scripted. */
async function agentFacing(
  evidence: Script,
): Promise<{ agent: Agent; pace: FakePace; received: Received[] }> {
  const pace = fakePace();
  let submissions = 0;
  const { address, received } = await localServer((response, { request }) => {
    if (request.url === '/v1/sessions') json(response, 201, session(pace));
    else evidence(response, ++submissions, pace);
  });
  const device = new SoftwareTpm({ ca: makeEkCa(pace.clock()), clock: pace.clock });
  const agent = openAgent({ data: temporaryFolder().path, verifier: address.href, device, pace });
  const enrolledAt = pace.clock().toISOString();
  writeHostRecord(agent.folder, { verifier: address.href, hostId: 'hst_1', enrolledAt });
  return { agent, pace, received };
}

const submissionsOf = (received: readonly Received[]): readonly Received[] =>
  received.filter(({ request }) => request.url?.endsWith('/evidence'));

const NEVER = new AbortController().signal;

describe('one attestation', () => {
  it('sends the same bytes again when the answer was lost, each time with a new proof', async () => {
    const { agent, pace, received } = await agentFacing((response, count, at) => {
      if (count === 1) response.destroy();
      else if (count === 2) json(response, 503, { code: 'shutting_down' }, { 'retry-after': '9' });
      else json(response, 200, answer(at));
    });
    expect((await agent.attest(NEVER)).appraisal.outcome).toBe('accepted');
    const sent = submissionsOf(received);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ body }) => body.toString())).size).toBe(1);
    expect(new Set(sent.map(({ request }) => request.headers['dpop'])).size).toBe(3);
    expect(pace.slept[1]).toBeGreaterThanOrEqual(9000);
  });

  it('does not repeat what was refused', async () => {
    const { agent, received } = await agentFacing((response) =>
      json(response, 409, { code: 'session_already_submitted' }),
    );
    await expect(agent.attest(NEVER)).rejects.toMatchObject({ code: 'session_already_submitted' });
    expect(submissionsOf(received)).toHaveLength(1);
  });

  it('reads answers of newer verifiers, and refuses what is none', async () => {
    const { agent } = await agentFacing((response, count, at) =>
      json(response, 200, count === 1 ? answer(at) : { appraisal: 'fine' }),
    );
    await agent.attest(NEVER);
    await expect(agent.attest(NEVER)).rejects.toMatchObject({ code: 'answer_malformed' });
  });

  it('asks a host that is not enrolled to enrol', async () => {
    const pace = fakePace();
    const device = new SoftwareTpm({ ca: makeEkCa(pace.clock()), clock: pace.clock });
    const data = temporaryFolder().path;
    expect(() => openAgent({ data, device, pace })).toThrowError(
      expect.objectContaining({ code: 'not_enrolled' }),
    );
    const agent = openAgent({ data, verifier: 'https://verifier.example', device, pace });
    await expect(agent.attest(NEVER)).rejects.toMatchObject({ code: 'not_enrolled' });
    writeHostRecord(agent.folder, {
      verifier: 'https://elsewhere.example/',
      hostId: 'hst_1',
      enrolledAt: pace.clock().toISOString(),
    });
    await expect(agent.attest(NEVER)).rejects.toMatchObject({ code: 'not_enrolled' });
    await expect(agent.enrol('sxe_x', { signal: NEVER })).rejects.toMatchObject({
      code: 'already_enrolled',
    });
  });

  it('keeps its state where others can watch it', async () => {
    const { agent } = await agentFacing((response, _, at) => json(response, 200, answer(at)));
    const controller = new AbortController();
    const states: AgentState[] = [];
    await agent.run(controller.signal, (state) => {
      states.push(state);
      controller.abort();
    });
    expect(states).toHaveLength(1);
    expect(JSON.parse(agent.folder.read('state.json') ?? '')).toMatchObject({ state: 'attested' });
  });
});
