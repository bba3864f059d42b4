import { describe, expect, it } from 'vitest';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { Answer, Misbehaviour } from '../collateral/vendor-server.ts';
import { declare, HOSTS, items } from '../end-to-end/composite.ts';
import { failed, Guest } from '../end-to-end/guest.ts';
import { outagesOf } from '../end-to-end/outages.ts';
import { nightly } from './nightly.ts';
import { askingNvidia } from './nvidia.ts';
import { look } from './told.ts';
import { type Asking, askingAmd, askingIntel } from './vendors.ts';

type Misleading = Pick<Asking, 'vendor' | 'lie' | 'playBack'>;
type Fault = readonly [what: string, begin: (asking: Misleading) => void];

const answers =
  (how: Answer | Misbehaviour) =>
  ({ vendor }: Misleading): void =>
    vendor.always(how);

const FAULTS: readonly Fault[] = [
  ['hangs', answers('hangs')],
  ['sends half of its answer, and then nothing', answers('dawdles')],
  ['breaks off', answers('breaks off')],
  ['hangs up', answers('hangs up')],
  ['sends without end', answers('floods')],
  ['fails', answers({ status: 500, body: 'an error' })],
  ['asks to be left alone', answers({ status: 429, headers: { 'retry-after': '2' } })],
  ['answers garbage', answers({ body: Buffer.alloc(5000, 0xa5) })],
  ['answers nothing', answers({ body: '' })],
  ['answers a page for people', answers({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })],
  ['points elsewhere', answers({ status: 302, headers: { location: 'http://169.254.169.254/latest' } })],
  ['lies', ({ lie }) => lie()],
  ['plays back what was good once', ({ playBack }) => playBack()],
];
/** In `npm test` each vendor misbehaves in every fourth way, in the nightly run in each. */
const waysOf = (first: 0 | 2 | 3): readonly Fault[] => FAULTS.filter((_, at) => nightly || at % 4 === first);
/** Of NVIDIA one service is silent, and the others are not. */
const SOME_OF_IT: readonly Fault[] = [
  ['has no manifest at hand', ({ vendor }) => vendor.always('hangs', isOfManifests)],
  ['has no status at hand', ({ vendor }) => vendor.always('hangs', (path) => !isOfManifests(path))],
];
const isOfManifests = (path: string): boolean => path.startsWith('/v1/rim/');
/** A minute and more: what a busy machine did not fetch in its time is left alone for a while, again and again. */
const TRIES = 600;
const PATIENCE = { timeout: 180_000 };

/** As an agent does: the same again, as long as it is asked to come again. */
async function untilTaken<T>(send: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await send();
    } catch (error) {
      if (!isForLater(error) || tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const isForLater = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'collateral_unavailable';

/** What a guest is told: a code with when to come again, or that it was taken. */
async function toldTo(sending: Promise<unknown>): Promise<unknown> {
  return sending.then(
    () => 'taken',
    ({ status, code, retryAfterMs }) => [status, code, retryAfterMs === null ? 'never again' : 'again'],
  );
}
const FOR_LATER = [503, 'collateral_unavailable', 'again'];

describe('a vendor that misbehaves', () => {
  it.each([
    ['Intel', waysOf(3), () => askingIntel((pcsUrl) => collateralSettings({ pcsUrl }))],
    ['AMD', waysOf(0), () => askingAmd((kdsUrl) => collateralSettings({ kdsUrl }))],
  ] as const)(
    'is not believed, and costs no guest anything but time: %s',
    PATIENCE,
    async (_, ways, begin) => {
      const asking = await begin();
      const { world, hardware, vendor, forget, tellTheTruth } = asking;
      const bystander = await HOSTS.tpm(world);
      const heal = (): void => {
        vendor.always(null);
        tellTheTruth();
      };
      for (const [what, fault] of ways) {
        const guest = new Guest(world, hardware);
        fault(asking);
        forget();
        // Whoever needs nothing of the vendor notices nothing, balancers included.
        const { appraisal } = await bystander.attest();
        expect([what, appraisal.outcome]).toEqual([what, 'accepted']);
        expect((await look(`${world.verifier.url}/readyz`)).status).toBe(200);
        // Its challenge is still good when the vendor is back, and so is its session.
        const challenge = await guest.begin();
        const evidence = await guest.evidenceFor(challenge);
        expect([what, await toldTo(guest.prove(challenge, evidence))]).toEqual([what, FOR_LATER]);
        heal();
        await untilTaken(() => guest.prove(challenge, evidence));

        const session = await guest.session();
        const bundle = await guest.bundle(session);
        fault(asking);
        forget();
        expect([what, await toldTo(guest.send(session, bundle))]).toEqual([what, FOR_LATER]);
        heal();
        const answer = await untilTaken(() => guest.send(session, bundle));
        expect([what, answer.appraisal.outcome, failed(answer)]).toEqual([what, 'accepted', []]);
      }
      // Its facility hears of it once a time, and not once a host.
      const began = (await outagesOf(world)).filter(({ type }) => type === 'facility.outage-began');
      expect(began.length).toBeGreaterThanOrEqual(1);
      expect(began.length).toBeLessThanOrEqual(ways.length);
      expect(began[0]).toMatchObject({ data: { cause: 'vendor' } });
    },
  );

  it('is not believed, and costs the devices alone that it made: NVIDIA', PATIENCE, async () => {
    const asking = await askingNvidia();
    const { world, gpu, vendor, forget, tellTheTruth } = asking;
    const host = await HOSTS.tpm(world);
    const id = await declare(world, gpu);
    const attest = async () => {
      const { appraisal } = await host.attest({ before: items([gpu]) });
      const found = appraisal.devices.find((device) => device.id === id);
      const missing = appraisal.notPerformed.filter(({ id }) => id === 'nvidia.collateral').length > 0;
      return [appraisal.outcome, found?.chip?.outcome, missing ? 'told' : 'whole'];
    };
    for (const [what, fault] of [...waysOf(2), ...SOME_OF_IT]) {
      fault(asking);
      forget();
      expect([what, ...(await attest())]).toEqual([what, 'accepted', 'unproven', 'told']);
      expect((await look(`${world.verifier.url}/readyz`)).status).toBe(200);
      vendor.always(null);
      tellTheTruth();
      forget();
      // As an agent does, at its next turn: on a busy machine not all of it is there within the first one's time.
      await expect.poll(attest, { interval: 200, message: what }).toEqual(['accepted', 'attested', 'whole']);
    }
    const began = (await outagesOf(world)).filter(({ type }) => type === 'facility.outage-began');
    expect(began).toMatchObject([{ data: { cause: 'vendor' } }]);
  });
});
