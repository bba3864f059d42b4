import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBundle, openSession, partOf, submit } from '../../src/agent/attest.ts';
import { tpmAttester } from '../../src/agent/tpm/attester.ts';
import type { TpmDevice } from '../../src/agent/tpm/port.ts';
import { toBase64Url } from '../../src/bytes/text.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import {
  alterPcr,
  answeringAnotherNonce,
  claimingKeyOf,
  leavingOut,
  quotedBy,
  relabelPcr,
  signWithAnotherKey,
  withQuotes,
} from '../../src/forge/tpm/misbehave.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../../src/protocol/evidence.ts';
import type { Session } from '../../src/protocol/session.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../swtpm.ts';
import { type Host, makeWorld, NEVER, type World } from './world.ts';

const failed = ({ appraisal }: EvidenceAnswer): string[] =>
  appraisal.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

describeWithSwtpm('a real TPM and a verifier over HTTP', () => {
  let world: World;
  let tpm: Swtpm;
  let other: Swtpm;
  beforeAll(async () => {
    world = await makeWorld();
    tpm = await startSwtpm();
    other = await startSwtpm({ ca: tpm.ca.folder });
    await world.trustRoots('software-tpms', tpm.ca.rootPem);
  });
  afterAll(async () => {
    await Promise.all([world?.close(), tpm?.stop(), other?.stop()]);
  });

  /** The intermediate CA of swtpm's certificates is not in its NV memory: its operator names it. */
  const intermediates = async (): Promise<Uint8Array[]> => [
    new Uint8Array(
      Buffer.from(
        (await readFile(join(tpm.ca.folder, 'issuercert.pem'), 'utf8')).replace(/-----[^-]+-----|\s/g, ''),
        'base64',
      ),
    ),
  ];

  let handle = 0x8101a500;
  const hostOn = async (
    machine: Swtpm,
    algorithm: 'rsa2048' | 'ecc384',
    akAlgorithm: 'rsa' | 'ecc',
    more: { readonly device?: TpmDevice } = {},
  ): Promise<Host> =>
    world.host({
      tcti: machine.tcti,
      ek: { algorithm, intermediates: await intermediates() },
      akAlgorithm,
      akHandle: handle++,
      pcrs: 'sha256:0-9,14',
      ...more,
    });

  describe.each([
    ['rsa2048', 'rsa'],
    ['rsa2048', 'ecc'],
    ['ecc384', 'rsa'],
    ['ecc384', 'ecc'],
  ] as const)('with the endorsement key %s and an attestation key %s', (ek, ak) => {
    it('enrols and attests', async () => {
      const host = await hostOn(tpm, ek, ak);
      const hostId = await host.enrol(await world.enrolmentToken());
      const answer = await host.agent.attest(NEVER);
      expect(failed(answer)).toEqual([]);
      expect(answer.appraisal.outcome).toBe('accepted');
      expect(answer.appraisal.devices).toMatchObject([{ kind: 'host-tpm', facts: { device: 'attested' } }]);
      expect(host.agent.host()?.hostId).toBe(hostId);
    });
  });

  it('is the same host when it enrols again', async () => {
    const host = await hostOn(tpm, 'ecc384', 'ecc');
    const hostId = await host.enrol(await world.enrolmentToken());
    const again = { signal: NEVER, again: true };
    expect((await host.agent.enrol(await world.enrolmentToken(), again)).hostId).toBe(hostId);
    world.verifier.advance(3_600_000);
    expect((await host.agent.attest(NEVER)).appraisal.outcome).toBe('accepted');
  });

  describe('once enrolled', () => {
    let host: Host;
    let neighbour: Host;
    beforeAll(async () => {
      host = await hostOn(tpm, 'rsa2048', 'ecc');
      await host.enrol(await world.enrolmentToken());
      neighbour = await hostOn(other, 'ecc384', 'ecc');
      await neighbour.enrol(await world.enrolmentToken());
    });

    /** A session for which it is time, whatever came before. */
    const freshSession = (): Promise<Session> => {
      world.verifier.advance(3_600_000);
      return openSession(host.client, NEVER);
    };
    const bundleBy = (device: TpmDevice, session: Session): Promise<string> =>
      makeBundle(
        { evidence: [partOf(tpmAttester(device, host.choice))], sessionKeys: host.sessionKeys },
        session,
      );
    const send = async (session: Session, bundle: string): Promise<EvidenceAnswer> =>
      evidenceAnswer.parse(await submit(host.client, session.id, bundle, NEVER));
    const answerOf = async (device: TpmDevice, change: (session: Session) => Session = (same) => same) => {
      const session = await freshSession();
      return send(session, await bundleBy(device, change(session)));
    };

    it('is accepted, and repeats get the stored answer', async () => {
      const session = await freshSession();
      const bundle = await bundleBy(host.agent.device, session);
      const first = await send(session, bundle);
      expect(first.appraisal.outcome).toBe('accepted');
      const { receipt: _, ...repeated } = await send(session, bundle);
      expect(first).toMatchObject(repeated);
    });

    it('is refused with a binding to another nonce', async () => {
      const nonce = toBase64Url(new Uint8Array(32).fill(7));
      const answer = await answerOf(host.agent.device, (session) => ({ ...session, nonce }));
      expect(answer.appraisal.outcome).toBe('refused');
      expect(failed(answer)).toEqual(['binding.nonce']);
    });

    it.each([
      ['host', (session: Session) => ({ ...session, hostId: 'hst_AAAAAAAAAAAAAAAAAAAAAA' }), 'binding.host'],
      [
        'verifier',
        (session: Session) => ({ ...session, aud: 'https://elsewhere.example' }),
        'binding.audience',
      ],
      ['tenant', (session: Session) => ({ ...session, tenant: 'strangers' }), 'binding.tenant'],
    ])('is refused with a binding to another %s', async (_, change, id) => {
      expect(failed(await answerOf(host.agent.device, change))).toEqual([id]);
    });

    it('is refused with the evidence of an earlier session', async () => {
      const earlier = await freshSession();
      const bundle = await bundleBy(host.agent.device, earlier);
      await send(earlier, bundle);
      const answer = await send(await freshSession(), bundle);
      expect(failed(answer)).toEqual(['binding.session', 'binding.nonce', 'binding.expiry']);
    });

    it('gets one submission for each session', async () => {
      const session = await freshSession();
      await send(session, await bundleBy(host.agent.device, session));
      const second = bundleBy(host.agent.device, session).then((bundle) => send(session, bundle));
      await expect(second).rejects.toMatchObject({ code: 'session_already_submitted', status: 409 });
    });

    it('loses its nonce to garbage of its own, but not to that of others', async () => {
      const session = await freshSession();
      const bundle = await bundleBy(host.agent.device, session);
      await expect(submit(neighbour.client, session.id, bundle, NEVER)).rejects.toMatchObject({
        code: 'not_found',
      });
      expect((await send(session, bundle)).appraisal.outcome).toBe('accepted');
      const another = await freshSession();
      expect(failed(await send(another, 'garbage'))).toEqual(['bundle.well-formed']);
      await expect(send(another, await bundleBy(host.agent.device, another))).rejects.toMatchObject({
        code: 'session_already_submitted',
      });
    });

    it('is refused after the session has expired', async () => {
      const session = await freshSession();
      const bundle = await bundleBy(host.agent.device, session);
      world.verifier.advance(300_000);
      await expect(send(session, bundle)).rejects.toMatchObject({ code: 'session_expired', status: 410 });
    });

    it("is refused with another host's attestation key", async () => {
      const honest = host.agent.device;
      expect(failed(await answerOf(claimingKeyOf(honest, neighbour.agent.device)))).toEqual(
        expect.arrayContaining(['tpm.ak.enrolled', 'tpm.quote.signature']),
      );
      expect(failed(await answerOf(quotedBy(honest, neighbour.agent.device)))).toEqual([
        'tpm.quote.signature',
      ]);
    });

    it.each<[string, (honest: TpmDevice) => TpmDevice, string]>([
      [
        'an altered PCR value',
        (honest) => withQuotes(honest, async (tpm, ask) => alterPcr(await tpm.quote(ask), 'sha256', 4)),
        'tpm.quote.pcr-digest',
      ],
      [
        'a relabelled PCR',
        (honest) =>
          withQuotes(honest, async (tpm, ask) => relabelPcr(await tpm.quote(ask), 'sha256', 14, 10)),
        'tpm.quote.pcr-selection',
      ],
      ['another selection', (honest) => leavingOut(honest, 'sha256', 9), 'tpm.quote.pcr-selection'],
      ['an answer to another challenge', answeringAnotherNonce, 'tpm.quote.extra-data'],
      [
        "a forger's signature",
        (honest) => withQuotes(honest, async (tpm, ask) => signWithAnotherKey(await tpm.quote(ask))),
        'tpm.quote.signature',
      ],
    ])('is refused with %s', async (_, deceit, id) => {
      const answer = await answerOf(deceit(host.agent.device));
      expect(answer.appraisal.outcome).toBe('refused');
      expect(failed(answer)).toEqual([id]);
      expect(answer.appraisal.reasons.length).toBeGreaterThan(0);
    });
  });

  describe('that is not what it says it is', () => {
    it('is refused without its intermediate certificate, by the name of the check, and told what to do', async () => {
      const host = world.host({ tcti: tpm.tcti, akHandle: handle++ });
      await expect(host.enrol(await world.enrolmentToken())).rejects.toMatchObject({
        code: 'enrolment_refused',
        message: expect.stringContaining('tpm.ek.chain'),
        mend: expect.stringContaining('intermediate'),
      });
    });

    it('is refused with an endorsement of a CA that bears a trusted name', async () => {
      const at = world.pace.clock();
      const genuine = makeEkCa(at);
      await world.trustRoots('demonstration', genuine.rootPem);
      const forged = new SoftwareTpm({ ca: makeEkCa(at), clock: world.pace.clock });
      await expect(world.host({ device: forged }).enrol(await world.enrolmentToken())).rejects.toMatchObject({
        code: 'enrolment_refused',
        message: expect.stringContaining('tpm.ek.chain'),
      });
    });

    it("cannot open a credential that was made for another TPM's key", async () => {
      const at = world.pace.clock();
      const ca = makeEkCa(at, 'another root');
      await world.trustRoots('another', ca.rootPem);
      const victim = new SoftwareTpm({ ca, clock: world.pace.clock });
      const thief = new SoftwareTpm({ ca, clock: world.pace.clock });
      // The victim's certificate and public key are no secret; its private key is.
      const impostor: TpmDevice = {
        readEndorsement: () => victim.readEndorsement(),
        createOrLoadAk: () => thief.createOrLoadAk(),
        quote: (request) => thief.quote(request),
        activateCredential: (challenge) => thief.activateCredential(challenge),
        readLogs: () => thief.readLogs(),
      };
      await expect(
        world.host({ device: impostor }).enrol(await world.enrolmentToken()),
      ).rejects.toMatchObject({
        code: 'credential_refused',
      });
      const guessing = { ...impostor, activateCredential: async () => new Uint8Array(32) };
      await expect(
        world.host({ device: guessing }).enrol(await world.enrolmentToken()),
      ).rejects.toMatchObject({
        code: 'activation_refused',
      });
    });
  });
});
