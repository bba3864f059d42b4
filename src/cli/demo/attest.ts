import { createPublicKey } from 'node:crypto';
import { measure } from '../../agent/measure.ts';
import { DEFAULT_PCRS, parsePcrChoice } from '../../agent/tpm/selection.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { type NoteVerifier, verifyReceipt } from '../../record/index.ts';
import type { Verifier } from '../serve/verifier.ts';
import type { Cast } from './cast.ts';
import type { DemoHost } from './host.ts';
import type { Scenery } from './scenery.ts';
import { type Outcome, type Story, StoryError } from './story.ts';

const TRUST_REASON = 'measured when the machine was installed';

/** The host comes in: enrolment by credential activation, a first attestation, and the set that makes it G2. */
export async function attest(
  story: Story,
  cast: Cast,
  scenery: Scenery,
  host: DemoHost,
  verifier: Verifier,
): Promise<void> {
  story.chapter('2. A host proves itself');
  if (scenery.get('hostId') === undefined) await enrol(story, cast, scenery, host);
  if (scenery.get('referenceSet') === undefined) {
    const { bundle } = await story.scene(
      'The host answers a fresh nonce with a TPM quote',
      () => accepted(host),
      ({ answer }) => levels(answer),
    );
    scenery.keep({ firstBundle: bundle });
    await approveReferenceSet(story, cast, scenery, host);
  }
  const { answer } = await story.scene(
    'It attests under the approved reference set',
    () => accepted(host),
    ({ answer: said }) => levels(said),
  );
  await story.scene(
    'The answer’s receipt is checked offline against the log’s key',
    async () => verifyReceipt(answer.receipt, logVerifier(verifier)),
    ({ leafIndex, checkpoint }) => ({
      detail: `leaf ${leafIndex} stands in the signed tree of ${checkpoint.size}`,
    }),
  );
}

async function enrol(story: Story, { operator }: Cast, scenery: Scenery, host: DemoHost): Promise<void> {
  const hostId = await story.scene(
    'The operator mints a token; the TPM opens a secret that only it can open (credential activation)',
    async () => {
      const facilityId = scenery.get('facilityId') ?? '';
      const minted = await operator.post('/v1/enrolment-tokens', { facilityId });
      return host.enrol(minted.text('token'), 'demonstration-host');
    },
    (id) => ({ detail: id }),
  );
  scenery.keep({ hostId });
}

async function approveReferenceSet(
  story: Story,
  { operator, authority }: Cast,
  scenery: Scenery,
  host: DemoHost,
): Promise<void> {
  const measured = await measure(host.device, parsePcrChoice(DEFAULT_PCRS));
  if (measured === null) throw new StoryError('the host measures nothing that proves anything');
  const content = {
    kind: 'tpm-pcrs',
    name: 'demonstration-host',
    version: '1',
    publisher: 'Frankfurt operations',
    ...measured,
    sealed: false,
    notes: TRUST_REASON,
  };
  const proposed = await story.scene(
    'The operator proposes what the machine measured as a reference set',
    () => operator.post('/v1/trust-inputs', { kind: 'reference-set', content }),
    (input) => ({ detail: input.text('id') }),
  );
  const id = proposed.text('id');
  await story.scene(
    'The authority previews it: which hosts would it gain and lose?',
    () => authority.post('/v1/trust-inputs/preview', { change: 'approve', trustInputId: id }),
    (preview) => ({ detail: `gains ${preview.list('gained').length}, loses ${preview.list('lost').length}` }),
  );
  await story.scene(
    'It approves: logged before it takes effect',
    () => authority.post(`/v1/trust-inputs/${id}/approval`, { digest: proposed.text('digest') }),
    (input) => ({ detail: `leaf ${String(input.at('leafIndex').value)}` }),
  );
  scenery.keep({ referenceSet: id });
}

async function accepted(host: DemoHost): Promise<{ answer: EvidenceAnswer; bundle: string }> {
  const result = await host.attest();
  const { appraisal } = result.answer;
  if (appraisal.outcome === 'accepted') return result;
  throw new StoryError(appraisal.reasons.map(({ code, sentence }) => `${code}: ${sentence}`).join('; '));
}

function levels({ appraisal }: EvidenceAnswer): Outcome {
  const shown = appraisal.devices.map(({ label, kind }) => `${kind} ${label}`).join(', ');
  const missing = appraisal.devices.flatMap(({ next }) =>
    (next?.missing ?? []).map(({ sentence }) => `for ${next?.level}: ${sentence}`),
  );
  return { detail: `${appraisal.checks.length} checks passed: ${shown}`, more: missing };
}

function logVerifier({ context }: Verifier): NoteVerifier {
  return { name: context.config.logOrigin, publicKey: createPublicKey(context.keys.log.privateKey) };
}
