import type { Cast } from './cast.ts';
import { grantLicence, mustBe, reasonsOf } from './decisions.ts';
import type { Scenery } from './scenery.ts';
import type { Outcome, Story } from './story.ts';

const PURPOSE = 'demonstration';

/** A licence for the attested device is allowed; one for GPUs that cannot attest is denied, and says why. */
export async function license(story: Story, cast: Cast, scenery: Scenery): Promise<void> {
  story.chapter('3. A licensing system asks');
  const { authority } = cast;
  // A new one at every start: what an earlier start did to its hosts has suspended the last.
  const licenceId = await story.scene(
    'The authority grants a licence that demands G2 on evidence no older than an hour, and names the rule pack',
    () => {
      const devices = [scenery.get('tpmDeviceId') ?? ''];
      return grantLicence(cast, scenery, { devices, minimumLevel: 'G2', purpose: PURPOSE });
    },
    (id) => ({ detail: id }),
  );
  scenery.keep({ licenceId });
  await story.scene(
    'May the host’s device be used under it, now?',
    async () => mustBe('allow', await authority.post('/v1/decisions', { licenceId, purpose: PURPOSE })),
    (decision) => ({
      detail: `ALLOW until ${decision.text('validUntil')}`,
      more: decision.list('packs').map((pack) => `narrowed by ${pack.text('name')} ${pack.text('version')}`),
    }),
  );
  await story.scene(
    'And the two GPUs, which cannot attest here, under a licence that demands G1?',
    async () => {
      const terms = { devices: scenery.get('gpuDeviceIds') ?? [], minimumLevel: 'G1', purpose: PURPOSE };
      const id = await grantLicence(cast, scenery, { ...terms, referenceSets: 'not-required' });
      return mustBe('deny', await authority.post('/v1/decisions', { licenceId: id }));
    },
    (decision): Outcome => ({ detail: 'DENY', more: reasonsOf(decision).slice(0, 3) }),
  );
}
