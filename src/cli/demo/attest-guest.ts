import { hash } from 'node:crypto';
import { formatPem } from '../../bytes/pem.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { approve } from './approve.ts';
import type { Cast } from './cast.ts';
import type { DemoGpus } from './gpus.ts';
import type { DemoGuest } from './guest.ts';
import type { Scenery } from './scenery.ts';
import { type Outcome, type Story, StoryError } from './story.ts';

/** A host without a TPM comes in: a confidential guest, by what its processor signs. */
export async function attestGuest(
  story: Story,
  cast: Cast,
  scenery: Scenery,
  guest: DemoGuest,
): Promise<void> {
  const root = hash('sha256', guest.platform.root, 'hex');
  if (scenery.get('guestRoot') !== root) {
    await story.scene(
      'The authority approves the root that this demonstration’s “Intel” signs with',
      () => approve(cast, 'authority', 'anchors', anchorsOf(guest, root)),
      (id) => ({ detail: id }),
    );
    scenery.keep({ guestRoot: root });
  }
  await story.scene(
    'It approves the two roots of this start’s “NVIDIA”: of devices, and of manifests',
    () => approveNvidia(cast, guest.gpus),
    (ids) => ({ detail: ids.join(', ') }),
  );
  if (scenery.get('guestHostId') === undefined) {
    const guestHostId = await story.scene(
      'A confidential guest (TDX, forged) enrols: its processor’s report names its host key and the challenge',
      async () => {
        const facilityId = scenery.get('facilityId') ?? '';
        return guest.enrol((await cast.operator.post('/v1/enrolment-tokens', { facilityId })).text('token'));
      },
      (id) => ({ detail: id }),
    );
    await story.scene(
      'The operator proposes what the guest measured as a reference set; the authority approves',
      async () => approve(cast, 'operator', 'reference-set', await setOf(guest)),
      (id) => ({ detail: id }),
    );
    scenery.keep({ guestHostId });
  }
  await story.scene(
    'It attests with its GPUs: they sign the nonce, its report commits to them, and all is judged by what the vendors publish',
    async () => {
      const answer = await guest.attest();
      const { outcome, reasons } = answer.appraisal;
      if (outcome !== 'accepted') throw new StoryError(reasons.map(({ sentence }) => sentence).join('; '));
      return answer;
    },
    levels,
  );
}

async function approveNvidia(cast: Cast, { pki }: DemoGpus): Promise<string[]> {
  const roots = [
    ['demonstration-nvidia-devices', 'nvidia-device-root', pki.deviceRoot],
    ['demonstration-nvidia-rims', 'nvidia-rim-root', pki.rimRoot],
  ] as const;
  const ids: string[] = [];
  for (const [name, purpose, { certificate }] of roots) {
    const version = hash('sha256', certificate, 'hex').slice(0, 16);
    const certificates = formatPem('CERTIFICATE', certificate);
    ids.push(await approve(cast, 'authority', 'anchors', { name, version, purpose, certificates }));
  }
  return ids;
}

/** A version of its own for each root: versions never change. */
function anchorsOf({ platform }: DemoGuest, root: string): Content {
  const version = root.slice(0, 16);
  return { name: 'demonstration-intel', version, purpose: 'intel-sgx-root', certificates: platform.rootPem };
}

async function setOf({ attester }: DemoGuest): Promise<Content> {
  const measured = await attester.measure();
  if (measured?.kind !== 'tdx') throw new StoryError('the guest measures nothing that proves anything');
  const { kind, mrTd, rtMr } = measured;
  const naming = { name: 'demonstration-guest', version: '1', publisher: 'Frankfurt operations' };
  return { kind, ...naming, mrTd, rtMr: { ...rtMr }, sealed: true };
}

type Content = Parameters<typeof approve>[3];

function levels({ appraisal }: EvidenceAnswer): Outcome {
  const shown = appraisal.devices.map(({ label, kind }) => `${kind} ${label}`).join(', ');
  return { detail: `${appraisal.checks.length} checks passed: ${shown}` };
}
