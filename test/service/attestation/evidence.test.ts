import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64Url, toUtf8 } from '../../../src/bytes/text.ts';
import type { Session } from '../../../src/protocol/session.ts';
import { submitEvidence } from '../../../src/service/evidence/submit.ts';
import { chipsOfHost, putChip } from '../../../src/store/attestation/chips.ts';
import type { ProvenChipTable } from '../../../src/store/attestation/tables.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Bent } from '../../evidence/bundle/host.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { shown } from '../../http/possession.ts';
import {
  type Answer,
  ask,
  attest,
  bundleFor,
  enrol,
  openSession,
  proofFor,
  send,
  type TestHost,
} from './agent.ts';
import { makeMachine } from './machine.ts';
import {
  anchorsContent,
  hireStranger,
  logged,
  makeWorld,
  referenceSetContent,
  trust,
  type World,
} from './world.ts';

/** No pauses between attestations: these tests are about something else. */
const AT_ONCE = { attestationIntervalMs: 0 };

async function hostIn(world: World): Promise<TestHost> {
  return enrol(world, makeMachine(world.manufacturer));
}

const failed = ({ body }: Answer): string[] =>
  body.appraisal.checks
    .filter(({ status }: { status: string }) => status === 'fail')
    .map(({ id }: { id: string }) => id);
const codes = ({ body }: Answer): string[] =>
  body.appraisal.reasons.map(({ code }: { code: string }) => code);

/** What its host has shown of a GPU. */
const chipRow = (hostId: string): ProvenChipTable => ({
  chip_sha256: 'c4'.repeat(32),
  host_id: hostId,
  kind: 'gpu',
  outcome: 'attested',
  evidence: '{}',
  anchors: '[]',
  valid_until_ms: 0,
});

describe('evidence', () => {
  it('without GPUs is judged by those that another submission of its host showed meanwhile', async () => {
    const world = await makeWorld(AT_ONCE);
    const { machine, key, hostId } = await hostIn(world);
    const session = await openSession(world, { key });
    const { store } = world.context;
    let isAhead = false;
    const racing: Store = {
      write: async (work) => {
        if (!isAhead) await store.write((tx) => tx.run(putChip, chipRow(hostId)));
        isAhead = true;
        return store.write(work);
      },
      read: (work) => store.read(work),
      first: (asked, params) => store.first(asked, params),
      highWater: () => store.highWater(),
      ping: () => store.ping(),
      tend: (now) => store.tend(now),
      processes: () => store.processes(),
      close: () => store.close(),
    };
    const proof = { digest: 1, expiresAt: new Date(Date.now() + 60_000) };
    const submitted = {
      host: { hostId, tenant: session.tenant, jkt: key.jkt, proof },
      sessionId: session.id,
      body: toUtf8(bundleFor(machine, session), 'bundle'),
    };
    await submitEvidence({ ...world.context, store: racing }, submitted);
    // Else it would count as shown again now, by evidence that says nothing of it.
    expect(await store.read((view) => view.all(chipsOfHost, { hostId }))).toEqual([]);
  });

  it.each(['rsa', 'ecc'] as const)('of a host with an %s endorsement key is accepted', async (ek) => {
    const world = await makeWorld();
    const host = await enrol(world, makeMachine(world.manufacturer, { ek }));
    const answer = await attest(world, host);
    expect(answer.appraisal.outcome).toBe('accepted');
    expect(answer.appraisal.reasons.map(({ code }) => code)).toEqual(['host.no-reference-set']);
    expect(answer.appraisal.devices.map(({ level }) => level)).toEqual(['G1']);
    expect(answer.receipt?.act['type']).toBe('appraisal');
  });

  it('reaches G2 under a reference set that matches, and names what differs under one that does not', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const value = Buffer.from(pcrs.get(7) ?? []).toString('hex');
    await trust(world.context, referenceSetContent({ pcrs: { 7: ['ff'.repeat(32)] } }));
    const before = await attest(world, host);
    expect(before.appraisal.devices[0]?.label).toBe('G1');
    expect(before.appraisal.referenceSets.nearest?.differences).toEqual([
      { field: 'pcr.sha256.7', expected: ['ff'.repeat(32)], actual: value },
    ]);
    await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: [value] } }));
    const after = await attest(world, host);
    expect(after.appraisal.devices[0]?.label).toBe('G2-tpm');
    expect(after.appraisal.reasons).toEqual([]);
  });

  const otherNonce = toBase64Url(randomBytes(32));
  it.each<[string, string[], (session: Session) => Bent]>([
    ['another nonce', ['binding.nonce'], () => ({ binding: { nonce: otherNonce } })],
    ['another host', ['binding.host'], () => ({ binding: { hostId: 'hst_another' } })],
    ['another verifier', ['binding.audience'], () => ({ binding: { aud: 'https://other.example' } })],
    ['another tenant', ['binding.tenant'], () => ({ binding: { tenant: 'strangers' } })],
    ['another expiry', ['binding.expiry'], () => ({ binding: { expiresAt: '2030-01-01T00:00:00.000Z' } })],
    ['a challenge of its own choice', ['tpm.quote.extra-data'], () => ({ extraData: new Uint8Array(32) })],
    [
      'an altered register',
      ['tpm.quote.pcr-digest'],
      () => ({ pcrs: new Map([...pcrs, [7, new Uint8Array(32).fill(9)]]) }),
    ],
    [
      'a register under another number',
      ['tpm.quote.pcr-selection'],
      () => ({ pcrs: new Map([...pcrs].map(([index, value]) => [index === 10 ? 16 : index, value])) }),
    ],
  ])('with %s is refused by its own check', async (_, expected, bend) => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const answer = await send(world, host, session.id, bundleFor(host.machine, session, bend(session)));
    expect(answer.status).toBe(200);
    expect(answer.body.appraisal.outcome).toBe('refused');
    expect(failed(answer)).toEqual(expect.arrayContaining(expected));
    expect(codes(answer)).toEqual(expect.arrayContaining(expected));
    expect(answer.body.appraisal.devices).toEqual([]);
  });

  it("quoted by another enrolled host's attestation key is refused by its own check", async () => {
    const world = await makeWorld();
    const [host, other] = [await hostIn(world), await hostIn(world)];
    const session = await openSession(world, host);
    const answer = await send(world, host, session.id, bundleFor(other.machine, session));
    expect(answer.body.appraisal.outcome).toBe('refused');
    expect(failed(answer)).toContain('tpm.ak.enrolled');
  });

  it("made for an earlier session of the same host is refused as that session's", async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const first = await openSession(world, host);
    const bundle = bundleFor(host.machine, first);
    expect((await send(world, host, first.id, bundle)).body.appraisal.outcome).toBe('accepted');
    const second = await openSession(world, host);
    const replayed = await send(world, host, second.id, bundle);
    expect(replayed.body.appraisal.outcome).toBe('refused');
    expect(failed(replayed)).toEqual(expect.arrayContaining(['binding.session', 'binding.nonce']));
  });

  it('that is no bundle consumes the session and says so', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const garbage = await send(world, host, session.id, Uint8Array.of(0xff, 0x00, 0x80));
    expect(garbage.status).toBe(200);
    expect(codes(garbage)).toEqual(['bundle.well-formed']);
    const good = await send(world, host, session.id, bundleFor(host.machine, session));
    expect(good.body.code).toBe('session_already_submitted');
  });

  it('is refused where the root of its enrolment is no longer trusted', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    expect((await attest(world, host)).appraisal.outcome).toBe('accepted');
    // A new version of the same input takes the place of the old one.
    const { issueRoot } = await import('../../pki/issue.ts');
    const other = anchorsContent(issueRoot({ subject: 'another manufacturer' }));
    await trust(world.context, { ...other, content: { ...other.content, version: '2' } } as typeof other);
    const answer = await attest(world, host);
    expect(answer.appraisal.outcome).toBe('refused');
    expect(answer.appraisal.reasons.map(({ code }) => code)).toContain('host.ek.anchor');
  });
});

describe('a session', () => {
  it('is consumed by its first submission; the same bytes get the same answer, others a refusal', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const bundle = bundleFor(host.machine, session);
    const first = await send(world, host, session.id, bundle);
    const again = await send(world, host, session.id, bundle);
    const { receipt: _a, ...said } = first.body;
    const { receipt: _b, ...repeated } = again.body;
    expect(repeated).toEqual(said);
    expect(again.body.receipt.leafIndex).toBe(first.body.receipt.leafIndex);
    const other = await send(world, host, session.id, bundleFor(host.machine, session));
    expect(other).toMatchObject({ status: 409, body: { code: 'session_already_submitted' } });
  });

  it('of another host does not exist, and is not consumed', async () => {
    const world = await makeWorld();
    const [host, other] = [await hostIn(world), await hostIn(world)];
    const session = await openSession(world, host);
    const stolen = await send(world, other, session.id, bundleFor(other.machine, session));
    expect(stolen).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const own = await send(world, host, session.id, bundleFor(host.machine, session));
    expect(own.body.appraisal.outcome).toBe('accepted');
  });

  it('is not consumed by whoever proves nothing', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const path = `/v1/sessions/${session.id}/evidence`;
    const bundle = bundleFor(host.machine, session);
    const mediaType = 'application/cmw+jws';
    const without = await ask(world, path, { bytes: bundle, mediaType });
    expect(without).toMatchObject({ status: 401, body: { code: 'dpop_invalid' } });
    const proof = await proofFor(world, host.key, 'POST', '/v1/sessions');
    const misused = await ask(world, path, { proof, bytes: bundle, mediaType });
    expect(misused).toMatchObject({ status: 401, body: { code: 'dpop_invalid' } });
    expect((await send(world, host, session.id, bundle)).body.appraisal.outcome).toBe('accepted');
  });

  it('expires, and that somebody came too late is on record once', async () => {
    const world = await makeWorld({ sessionTtlMs: 60_000 });
    const host = await hostIn(world);
    const session = await openSession(world, host);
    world.pass(60_000);
    for (let time = 0; time < 2; time++) {
      const late = await send(world, host, session.id, bundleFor(host.machine, session));
      expect(late).toMatchObject({ status: 410, body: { code: 'session_expired' } });
    }
    expect(await logged(world, 'session.expired')).toMatchObject([{ sessionId: session.id }]);
  });

  it('is taken by one of two submissions that race, and both copies of one get its answer', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const contested = await openSession(world, host);
    const [a, b] = [bundleFor(host.machine, contested), bundleFor(host.machine, contested)];
    const raced = await Promise.all([a, b].map((bundle) => send(world, host, contested.id, bundle)));
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 409]);

    const shared = await openSession(world, host);
    const one = bundleFor(host.machine, shared);
    const twins = await Promise.all([one, one, one].map((bundle) => send(world, host, shared.id, bundle)));
    expect(twins.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(twins.map(({ body }) => body.ear)).size).toBe(1);
    expect(new Set(twins.map(({ body }) => body.receipt.leafIndex)).size).toBe(1);
  });

  it('outlives the verifier: what it asked before a restart it takes after, once', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const after: World = { ...world, ...(await world.restart()) };
    // The binding names the verifier's address, which is another one after this restart.
    const here = { ...session, aud: after.server.url };
    const bundle = bundleFor(host.machine, here);
    expect((await send(after, host, session.id, bundle)).body.appraisal.outcome).toBe('accepted');
    const other = await send(after, host, session.id, bundleFor(host.machine, here));
    expect(other.body.code).toBe('session_already_submitted');
  });

  it('is read by its operator and by auditors, with the submission as it came, and by no other tenant', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const path = `/v1/sessions/${session.id}`;
    const { operator, auditor, exporter } = world.people;
    const get = (bearer: string, of = path): Promise<Answer> => ask(world, of, { method: 'GET', bearer });
    expect((await get(operator.token)).body).toMatchObject({ state: 'open', answer: null });
    expect((await get(auditor.token, `${path}/evidence`)).status).toBe(404);
    const bundle = bundleFor(host.machine, session);
    await send(world, host, session.id, bundle);
    const { body } = await get(auditor.token);
    expect(body).toMatchObject({ state: 'submitted', answer: { sessionId: session.id } });
    const url = `${world.server.url}${path}/evidence`;
    const raw = await fetch(url, {
      headers: shown(auditor.token, { method: 'GET', url, now: world.context.clock() }),
    });
    expect(await raw.text()).toBe(bundle);
    expect(raw.headers.get('content-type')).toBe('application/cmw+jws');
    expect((await get(exporter.token)).status).toBe(403);
    const stranger = await hireStranger(world.context);
    expect((await get(stranger.token)).status).toBe(404);
    expect((await get(stranger.token, `${path}/evidence`)).status).toBe(404);
  });

  it('has a nonce that no other session ever had', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const nonces = new Set<string>();
    for (let time = 0; time < 40; time++) {
      const session = await openSession(world, host);
      expect(Buffer.from(session.nonce, 'base64url')).toHaveLength(32);
      nonces.add(session.nonce);
    }
    expect(nonces.size).toBe(40);
  });

  it('is refused where randomness repeats itself', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const { issueSession } = await import('../../../src/service/session/issue.ts');
    const broken = { ...world.context, random: (length: number) => new Uint8Array(length).fill(4) };
    let digest = 1;
    const principal = () => ({
      hostId: host.hostId,
      tenant: 'acme',
      jkt: host.key.jkt,
      proof: { digest: digest++, expiresAt: new Date(world.context.clock().getTime() + 60_000) },
    });
    await issueSession(broken, principal());
    await expect(issueSession(broken, principal())).rejects.toMatchObject({ code: 'constraint_violated' });
  });
});

describe('the pace of attestation', () => {
  it('is told in every answer and kept: earlier asks get Retry-After', async () => {
    const world = await makeWorld({ attestationIntervalMs: 3_600_000 });
    const host = await hostIn(world);
    const { nextAttestationAfter } = await attest(world, host);
    expect(Date.parse(nextAttestationAfter) - world.context.clock().getTime()).toBe(3_600_000);
    const early = await ask(world, '/v1/sessions', { key: host.key });
    expect(early).toMatchObject({ status: 429, body: { code: 'too_early' } });
    expect(early.headers.get('retry-after')).toBe('3600');
    world.pass(3_600_000);
    expect((await ask(world, '/v1/sessions', { key: host.key })).status).toBe(201);
  });

  it('lets a host without answers ask again at once, and slows one that never answers', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++)
      statuses.push((await ask(world, '/v1/sessions', { key: host.key })).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    world.pass(5_000);
    expect((await ask(world, '/v1/sessions', { key: host.key })).status).toBe(201);
  });

  it('brings a refused host back soon, and later with each refusal', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const pauses: number[] = [];
    for (let time = 0; time < 3; time++) {
      const { nextAttestationAfter } = await attest(world, host, { binding: { tenant: 'x' } });
      const pauseMs = Date.parse(nextAttestationAfter) - world.context.clock().getTime();
      pauses.push(pauseMs / 1000);
      world.pass(pauseMs);
    }
    expect(pauses).toEqual([5, 10, 20]);
    const good = await attest(world, host);
    expect(good.appraisal.outcome).toBe('accepted');
  });
});

describe('a proof of possession', () => {
  it('is good for one act, also after the verifier was restarted', async () => {
    const world = await makeWorld(AT_ONCE);
    const host = await hostIn(world);
    const proof = await proofFor(world, host.key, 'POST', '/v1/sessions');
    expect((await ask(world, '/v1/sessions', { proof })).status).toBe(201);
    const again = await ask(world, '/v1/sessions', { proof });
    expect(again).toMatchObject({ status: 401, body: { code: 'dpop_replayed' } });
    expect(again.headers.get('www-authenticate')).toContain('DPoP');
    const after: World = { ...world, ...(await world.restart()) };
    const { spendProof } = await import('../../../src/service/dpop/replay.ts');
    const { verifyDpopProof } = await import('../../../src/service/dpop/proof.ts');
    const { proof: spent } = await verifyDpopProof(
      { method: 'POST', path: '/v1/sessions', dpop: proof },
      { publicUrl: world.server.url, skewMs: 60_000, now: world.context.clock() },
      { get: () => undefined },
    );
    const reuse = after.context.store.write((tx) => spendProof(tx, spent));
    await expect(reuse).rejects.toMatchObject({ code: 'dpop_replayed' });
  });

  it('of one submission does not fetch its answer again', async () => {
    const world = await makeWorld();
    const host = await hostIn(world);
    const session = await openSession(world, host);
    const path = `/v1/sessions/${session.id}/evidence`;
    const bytes = bundleFor(host.machine, session);
    const proof = await proofFor(world, host.key, 'POST', path);
    const wanted = { proof, bytes, mediaType: 'application/cmw+jws' };
    expect((await ask(world, path, wanted)).status).toBe(200);
    expect(await ask(world, path, wanted)).toMatchObject({ status: 401, body: { code: 'dpop_replayed' } });
  });

  it('by a key that no host has opens nothing', async () => {
    const world = await makeWorld();
    const { makeHostKey } = await import('./agent.ts');
    const answer = await ask(world, '/v1/sessions', { key: await makeHostKey() });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('is forgotten once it could not pass anyway', async () => {
    const world = await makeWorld();
    const { spendProof } = await import('../../../src/service/dpop/replay.ts');
    const { forgetSpentProofs } = await import('../../../src/service/dpop/forget.ts');
    const { FORGOTTEN_AT_ONCE } = await import('../../../src/store/attestation/proofs.ts');
    const { store } = world.context;
    const at = (ms: number) => new Date(world.context.clock().getTime() + ms);
    const many = Array.from({ length: FORGOTTEN_AT_ONCE + 1 }, (_, digest) => digest);
    await store.write(async (tx) => {
      for (const digest of many) await spendProof(tx, { digest, expiresAt: at(digest) });
      await spendProof(tx, { digest: 5_000, expiresAt: at(5_000) });
    });
    const again = (digest: number) => store.write((tx) => spendProof(tx, { digest, expiresAt: at(70_000) }));
    const forget = () => forgetSpentProofs(world.context, { subject: 'all', state: null });
    expect(await forget()).toEqual({ due: at(60_000) });
    await expect(again(7)).rejects.toMatchObject({ code: 'dpop_replayed' });
    world.pass(5_000);
    // Another verifier's clock may be behind this one's.
    expect(await forget()).toEqual({ due: at(60_000) });
    await expect(again(7)).rejects.toMatchObject({ code: 'dpop_replayed' });
    world.pass(60_000);
    // More than are forgotten at once, and none that could pass still.
    expect(await forget()).toEqual({ due: at(60_000) });
    await again(7);
    await again(FORGOTTEN_AT_ONCE);
    const reuse = again(5_000);
    await expect(reuse).rejects.toMatchObject({ code: 'dpop_replayed' });
  });
});
