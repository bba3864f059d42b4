import type { Answer } from './actor.ts';
import type { Cast } from './cast.ts';
import { TENANTS } from './cast.ts';
import type { Scenery } from './scenery.ts';
import { type Outcome, type Story, StoryError } from './story.ts';

/** A licence for the attested device is allowed; one for GPUs that cannot attest is denied, and says why. */
export async function license(story: Story, cast: Cast, scenery: Scenery): Promise<void> {
  story.chapter('3. A licensing system asks');
  const { authority } = cast;
  // A new one at every start: what an earlier start did to its hosts has suspended the last.
  const licenceId = await story.scene(
    'The authority grants a licence that demands G2 on evidence no older than an hour',
    () => grant(cast, scenery, [scenery.get('tpmDeviceId') ?? ''], 'G2'),
    (id) => ({ detail: id }),
  );
  scenery.keep({ licenceId });
  await story.scene(
    'May the host’s device be used under it, now?',
    async () => {
      const decision = await authority.post('/v1/decisions', { licenceId, purpose: 'demonstration' });
      if (decision.text('outcome') !== 'allow') throw new StoryError(reasonsOf(decision).join('; '));
      return decision;
    },
    (decision) => ({ detail: `ALLOW until ${decision.text('validUntil')}` }),
  );
  await story.scene(
    'And the two GPUs, which cannot attest here, under a licence that demands G1?',
    async () => {
      const id = await grant(cast, scenery, scenery.get('gpuDeviceIds') ?? [], 'G1');
      const decision = await authority.post('/v1/decisions', { licenceId: id });
      if (decision.text('outcome') !== 'deny') throw new StoryError('GPUs without evidence were allowed');
      return decision;
    },
    (decision): Outcome => ({ detail: 'DENY', more: reasonsOf(decision).slice(0, 3) }),
  );
}

async function grant(
  { authority }: Cast,
  scenery: Scenery,
  devices: readonly string[],
  minimumLevel: string,
): Promise<string> {
  const now = Date.now();
  const licence = await authority.post('/v1/licences', {
    tenant: TENANTS.exporter,
    conditions: {
      validFrom: new Date(now - 60_000).toISOString(),
      validUntil: new Date(now + 365 * 86_400_000).toISOString(),
      parties: [scenery.get('partyId') ?? ''],
      facilities: [scenery.get('facilityId') ?? ''],
      devices: [...devices],
      minimumLevel,
      evidenceMaxAgeSeconds: 3600,
      rulePacks: 'none',
      referenceSets: minimumLevel === 'G1' ? 'not-required' : 'any-approved',
    },
  });
  return licence.text('id');
}

export function reasonsOf(decision: Answer): string[] {
  return decision
    .list('reasons')
    .map((reason) => `${reason.text('code')} (${reason.text('kind')}): ${reason.text('sentence')}`);
}
