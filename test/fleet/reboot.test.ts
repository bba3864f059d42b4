import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../store/temporary.ts';
import { rebootFleet } from './reboot.ts';

/** `npm run bench -- reboot` does it with 2,500. */
const HOSTS = 50;

it(`${HOSTS} hosts that come up at once hold grants again, each by its own evidence`, {
  timeout: 120_000,
}, async () => {
  const { seconds } = await rebootFleet(join(temporaryFolder(), 'data'), HOSTS, 0);
  expect(seconds).toBeLessThan(300);
});
