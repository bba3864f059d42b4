import { expect, it } from 'vitest';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { HOSTS } from '../end-to-end/composite.ts';
import { Guest } from '../end-to-end/guest.ts';
import { outagesOf } from '../end-to-end/outages.ts';
import { askingAmd } from './vendors.ts';

const NONE = { status: 404 };
const isOfChips = (path: string): boolean => path.startsWith('/vcek/v1/') && path.includes('?');

it('a chip of which AMD has no certificate is refused and told why, excuses nobody, and enrols with the same token once AMD has it', async () => {
  const asking = await askingAmd((kdsUrl) => collateralSettings({ kdsUrl }), { presents: false });
  const { world, hardware, vendor, forget } = asking;
  const guest = new Guest(world, hardware);
  const token = await world.enrolmentToken();
  vendor.always(NONE, isOfChips);
  await expect(guest.enrol(token)).rejects.toMatchObject({
    code: 'enrolment_refused',
    message: expect.stringContaining('tee.collateral'),
  });
  // A host that names a chip that was never made is no sign that AMD is away.
  expect(await outagesOf(world)).toEqual([]);
  vendor.always(null);
  forget();
  await guest.enrol(token);

  vendor.always(NONE, isOfChips);
  forget();
  const unproven = await guest.attest();
  expect(unproven.appraisal.outcome).not.toBe('accepted');
  vendor.always(null);
  forget();
  expect((await guest.attest()).appraisal.outcome).toBe('accepted');
  expect((await (await HOSTS.tpm(world)).attest()).appraisal.outcome).toBe('accepted');
});
