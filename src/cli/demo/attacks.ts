import { generateKeyPairSync } from 'node:crypto';
import { Refusal } from '../../agent/verifier/refusal.ts';
import { parseBinding, serialiseBinding } from '../../evidence/bundle/binding.ts';
import { makeEkCa } from '../../forge/tpm/ek-ca.ts';
import { claimingKeyOf, relabelPcr, withQuotes } from '../../forge/tpm/misbehave.ts';
import { SoftwareTpm } from '../../forge/tpm/software-tpm.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import type { Cast } from './cast.ts';
import { reasonsOf } from './decisions.ts';
import type { DemoGuest } from './guest.ts';
import { DemoHost } from './host.ts';
import type { Scenery } from './scenery.ts';
import type { Story, Refusal as Told } from './story.ts';

export type Stage = {
  readonly cast: Cast;
  readonly scenery: Scenery;
  readonly host: DemoHost;
  readonly guest: DemoGuest;
  readonly url: string;
  /** A folder for the forger's own agent. */
  readonly forgerFolder: string;
  /** Runs `act` with the verifier's clock set ahead. */
  readonly ahead: <T>(ms: number, act: () => Promise<T>) => Promise<T>;
};

/** What must not work: each attack leaves everything else genuine, so that one check stands between it and acceptance. */
export async function attacks(story: Story, stage: Stage): Promise<void> {
  story.chapter('4. What must not work');
  const { cast, scenery, host } = stage;

  await story.attack(
    'A bundle that was accepted once is replayed under a new nonce',
    'binding.nonce',
    async () => {
      const session = await host.session();
      return refusedBy('binding.nonce', await host.submit(session.id, scenery.get('firstBundle') ?? ''));
    },
  );

  await story.attack(
    'Other evidence is handed in for a session that has had its submission',
    'session_already_submitted',
    () =>
      problemOf(async () => {
        const session = await host.session();
        await host.submit(session.id, await host.bundle(session));
        await host.submit(session.id, `${await host.bundle(session)} `);
      }),
  );

  await story.attack(
    'The value of one PCR is presented as another’s; the signature holds',
    'tpm.quote.pcr-selection',
    async () => {
      const liar = withQuotes(host.device, async (tpm, request) =>
        relabelPcr(await tpm.quote(request), 'sha256', 14, 10),
      );
      return refusedBy('tpm.quote.pcr-selection', (await host.attest(liar)).answer);
    },
  );

  const forger = new SoftwareTpm({
    ca: makeEkCa(new Date(), 'a forger’s own root'),
    clock: () => new Date(),
  });

  await story.attack('A TPM with a forged endorsement certificate asks to be enrolled', 'tpm.ek.chain', () =>
    problemOf(async () => {
      const minted = await cast.operator.post('/v1/enrolment-tokens', {
        facilityId: scenery.get('facilityId') ?? '',
      });
      await new DemoHost(stage.url, stage.forgerFolder, forger).enrol(minted.text('token'), 'forger');
    }),
  );

  await story.attack('The host quotes with another TPM’s attestation key', 'tpm.ak.enrolled', async () =>
    refusedBy('tpm.ak.enrolled', (await host.attest(claimingKeyOf(host.device, forger))).answer),
  );

  await story.attack(
    'A thief puts keys of its own beside a genuine report of the confidential guest',
    'tee.report-data',
    async () => {
      const { attester } = stage.guest;
      const thief = {
        collect: (binding: Uint8Array) => attester.collect(withOtherKeys(binding), []),
      };
      return refusedBy('tee.report-data', await stage.guest.attest(thief));
    },
  );

  await story.attack(
    'The host falls silent; two hours later the licence is asked for again',
    'evidence.stale',
    async () => {
      await host.attest();
      const decision = await stage.ahead(2 * 3_600_000, () =>
        cast.authority.post('/v1/decisions', { licenceId: scenery.get('licenceId') ?? '', dryRun: true }),
      );
      if (decision.text('outcome') === 'allow') return null;
      const codes = decision.list('reasons').map((reason) => reason.text('code'));
      return {
        code: codes.find((code) => code === 'evidence.stale') ?? codes.join(', '),
        explanation: reasonsOf(decision).join('; '),
      };
    },
  );
}

/** What the guest's own report would be over: the same binding with other keys. */
function withOtherKeys(binding: Uint8Array): Uint8Array {
  const parsed = parseBinding(binding);
  const { publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return serialiseBinding({ ...parsed, signingKey: { ...parsed.signingKey, x } });
}

/** An appraisal's refusal by the check that was aimed at; null where the evidence was accepted. */
function refusedBy(id: string, { appraisal }: EvidenceAnswer): Told | null {
  if (appraisal.outcome === 'accepted') return null;
  const failed = appraisal.checks.filter(({ status }) => status === 'fail');
  const aimed = failed.find((check) => check.id === id) ?? failed[0];
  return {
    code: aimed?.id ?? appraisal.reasons.map(({ code }) => code).join(', '),
    explanation: `expected ${aimed?.expected ?? '?'}, found ${aimed?.actual ?? '?'}`,
  };
}

async function problemOf(act: () => Promise<void>): Promise<Told | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const check = /\b(tpm\.[a-z.-]+)\b/.exec(error.mend + error.message)?.[1];
    return { code: check ?? error.code, explanation: error.message };
  }
}
