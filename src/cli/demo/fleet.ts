import { setTimeout as wait } from 'node:timers/promises';
import type { LocationAnswer } from '../../protocol/location.ts';
import type { Answer } from './actor.ts';
import { approve } from './approve.ts';
import type { Cast } from './cast.ts';
import { grantLicence, mustBe, reasonsOf } from './decisions.ts';
import type { DemoGuest } from './guest.ts';
import { located, placeOf } from './locate-guest.ts';
import { DUBAI, FRANKFURT } from './place/landmarks.ts';
import type { Wire } from './place/wire.ts';
import type { Scenery } from './scenery.ts';
import { type Outcome, type Story, StoryError } from './story.ts';

const PURPOSE = 'inference';
/** Two forged H100: 1,979 x 10^12 operations a second each. */
const CHIP = { tpp: 15_832, format: 'fp8', peakE12PerSecond: 1_979 } as const;
const LEASE_SECONDS = 600;
const HOUR_SECONDS = 3_600;
const PATIENCE_SECONDS = 30;

export type Fleet = {
  readonly cast: Cast;
  readonly scenery: Scenery;
  readonly guest: DemoGuest;
  readonly wire: Wire;
};

/**
 * A licence for the guest's GPUs, as long as they stay where they were proven to be: allowed, paid for from its quota, ended
 * when they are moved, given back by a person.
 */
export async function followFleet(story: Story, fleet: Fleet): Promise<void> {
  const { cast, guest, wire } = fleet;
  const { authority } = cast;
  story.chapter('5. A licence follows its fleet');
  const chips = await story.scene(
    'After all that the guest attests and is measured again',
    async () => chipsOf(await located(guest, 'proven-inside')),
    (found) => ({ detail: `${found.length} chips, each with a key that “NVIDIA” certified` }),
  );
  const devices = await declare(story, fleet, chips);
  await countChips(story, fleet, chips);
  const licenceId = await story.scene(
    'The authority licenses both GPUs for inference in Germany’s neighbourhood: G3, and a quota of what they may compute',
    () => license(fleet, devices),
    (id) => ({ detail: id }),
  );
  const use = (): Promise<Answer> => authority.post('/v1/decisions', { licenceId, purpose: PURPOSE });
  await story.scene('May they be used, now?', async () => mustBe('allow', await use()), allowed);

  wire.moveHost(DUBAI);
  await story.scene(
    'The machine is carried off to Dubai, and goes on attesting: genuine as ever',
    () => located(guest, 'proven-outside'),
    placeOf,
  );
  await story.scene('May they be used there?', async () => mustBe('deny', await use()), denied);
  await story.scene(
    'Nobody asked for it: the licence is suspended',
    () => suspended(cast, licenceId),
    (licence) => ({ detail: licence.text('status'), more: causesOf(licence) }),
  );
  const incident = await story.scene(
    'An incident is open, with its evidence and the day by which it must be reported',
    () => openIncident(cast),
    (open) => ({ detail: `${open.text('id')}: ${open.text('kind')}, due ${open.text('dueAt')}` }),
  );

  wire.moveHost(FRANKFURT);
  await story.scene(
    'It comes back, and is proven where it was; the hold stays until a person looks',
    () => located(guest, 'proven-inside'),
    placeOf,
  );
  await story.scene(
    'The authority reports and closes the incident, clears the hold and reinstates the licence, each with a reason',
    () => restore(fleet, licenceId, incident.text('id')),
    (licence) => ({ detail: licence.text('status') }),
  );
  await story.scene('May they be used again?', async () => mustBe('allow', await use()), allowed);
}

type Chip = { readonly identity: string; readonly model: string };

function chipsOf({ devices }: LocationAnswer): Chip[] {
  return devices.flatMap(({ chip }) => {
    if (chip === undefined || chip.identity === null || chip.model === null) return [];
    return [{ identity: chip.identity, model: chip.model }];
  });
}

/** The chips are this start's own; so are the devices. */
async function declare(story: Story, { cast, scenery }: Fleet, chips: readonly Chip[]): Promise<string[]> {
  return story.scene(
    'The exporter declares both GPUs by those keys',
    async () => {
      const ids: string[] = [];
      for (const { identity: sha256, model } of chips) {
        const identity = { type: 'nvidia-chip-key', sha256 };
        const facilityId = scenery.get('facilityId') ?? '';
        ids.push(
          (await cast.exporter.post('/v1/devices', { kind: 'gpu', model, identity, facilityId })).text('id'),
        );
      }
      return ids;
    },
    (ids) => ({ detail: ids.join(', ') }),
  );
}

async function countChips(story: Story, { cast, scenery }: Fleet, chips: readonly Chip[]): Promise<void> {
  if (scenery.get('chipTable') !== undefined) return;
  const models = [...new Set(chips.map(({ model }) => model))].map((model) => {
    return { model, ...CHIP, source: 'the vendor’s dense figures of the H100 SXM' };
  });
  const chipTable = await story.scene(
    'The authority approves what such a chip counts for',
    () =>
      approve(cast, 'authority', 'chip-table', {
        name: 'demonstration',
        version: '1',
        ruleVersion: '2025',
        models,
      }),
    (id) => ({ detail: id }),
  );
  scenery.keep({ chipTable });
}

function license({ cast, scenery }: Fleet, devices: readonly string[]): Promise<string> {
  return grantLicence(cast, scenery, {
    devices,
    purpose: PURPOSE,
    minimumLevel: 'G3',
    // Nothing yet ties a GPU to the machine that shows it: said by name, and in every decision.
    waivers: ['gpu-binding'],
    leaseSeconds: LEASE_SECONDS,
    computeQuota: {
      operationsE12: devices.length * CHIP.peakE12PerSecond * 24 * HOUR_SECONDS,
      windowDays: 30,
    },
  });
}

function allowed(decision: Answer): Outcome {
  const grants = decision.list('grants').map((grant) => grant.text('grantId'));
  const drawn = decision
    .list('ledger')
    .map(
      (line) =>
        `draws ${count(line, 'amount')} of ${count(line, 'cap')} x 10^12 operations, ${line.text('account')}`,
    );
  return { detail: `ALLOW until ${decision.text('validUntil')}: ${grants.join(', ')}`, more: drawn };
}

function denied(decision: Answer): Outcome {
  return { detail: 'DENY', more: reasonsOf(decision) };
}

function count(answer: Answer, name: string): string {
  const { value } = answer.at(name);
  return typeof value === 'number' ? value.toLocaleString('en') : 'no limit';
}

/** The verifier looks at what is due by itself, every second. */
async function suspended({ authority }: Cast, licenceId: string): Promise<Answer> {
  for (let tries = 0; tries < PATIENCE_SECONDS * 4; tries++) {
    const licence = await authority.get(`/v1/licences/${licenceId}`);
    if (licence.text('status') === 'suspended') return licence;
    await wait(250);
  }
  throw new StoryError('the licence was not suspended');
}

async function openIncident({ authority }: Cast): Promise<Answer> {
  const incidents = await authority.get('/v1/incidents');
  const open = incidents
    .list('items')
    .find((one) => one.text('kind') === 'diversion' && one.text('state') === 'open');
  if (open === undefined) throw new StoryError('no incident was opened');
  return open;
}

function causesOf(licence: Answer): string[] {
  const cause = licence.at('cause');
  return cause.value === null ? [] : [`${cause.text('code')}: ${cause.text('sentence')}`];
}

async function restore({ cast, scenery }: Fleet, licenceId: string, incidentId: string): Promise<Answer> {
  const { authority } = cast;
  const reason = 'the machine is back, and was examined';
  await authority.post(`/v1/incidents/${incidentId}/report`, { reference: 'demonstration 1' });
  await authority.post(`/v1/incidents/${incidentId}/closing`, { reason });
  const holds = await authority.get('/v1/latches');
  const subject = `host:${scenery.get('guestHostId')}`;
  const latchIds = holds
    .list('items')
    .filter((hold) => hold.text('subject') === subject && hold.at('clearedAt').value === null)
    .map((hold) => hold.text('id'));
  await authority.post('/v1/latch-clearings', { latchIds, reason });
  return authority.post(`/v1/licences/${licenceId}/ruling`, { status: 'active', reason });
}
