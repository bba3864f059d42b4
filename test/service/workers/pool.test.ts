import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NO_NVIDIA_TRUST } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { type BundleInput, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import type { BundleVerifier } from '../../../src/service/workers/bundle-verifier.ts';
import { type PoolOptions, workerPool } from '../../../src/service/workers/pool.ts';
import { type Seat, startSeat } from '../../../src/service/workers/seat.ts';
import {
  azureItem,
  bindingItem,
  bundleOf,
  trust as guestTrust,
  snpItem,
  tdxItem,
} from '../../evidence/bundle/guest.ts';
import { makeHost, now, session } from '../../evidence/bundle/host.ts';
import { failed } from '../../evidence/nvidia/genuine.ts';
import { makeGpuHost, submission, trustIn } from '../../forge/nvidia/eight-gpus.ts';

const machine = makeGpuHost(2);
const trust = trustIn(machine.gpus);
const input = submission(machine, trust);
const random = (length: number) => new Uint8Array(randomBytes(length));
/** A machine that is busy with other things is late: whatever a test does not wait to end has all the time. */
const PATIENT = { patienceMs: 60_000, deadlineMs: 60_000 };
const FAULTY = new URL('./children/faulty-worker.ts', import.meta.url);

function pool(options: Partial<PoolOptions> = {}): BundleVerifier {
  const made = workerPool({
    size: 1,
    random,
    report: () => {},
    smallBelow: 0,
    ...PATIENT,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

/** Whose worker misbehaves as the nonce says. */
const faulty = (options: Partial<PoolOptions> = {}): BundleVerifier =>
  pool({ seat: (given) => startSeat({ ...given, script: FAULTY }), ...options });
const asking = (nonce: string): BundleInput => ({ ...input, session: { ...input.session, nonce } });
const NOBODY: Seat = {
  room: () => 'idle',
  ask: () => Promise.reject(new Error('nobody asks it')),
  giveBack: () => false,
  close: async () => {},
};
const UNAVAILABLE = { name: 'AvailabilityError', code: 'verification_unavailable' };

const shared = workerPool({ size: 2, random, report: () => {}, smallBelow: 0, ...PATIENT });
afterAll(() => shared.close());

describe('a pool of verifying threads', () => {
  it('finds what one thread finds, down to the last check, and vouches for it again', async () => {
    const own = verifyBundle(input);
    const { findings, verified, devices } = await shared.verify(input);
    expect(failed({ findings } as never)).toEqual([]);
    expect(findings).toEqual({ checks: own.findings.checks, notPerformed: own.findings.notPerformed });
    expect(verified).not.toBeNull();
    expect(verified?.tpm).toEqual(own.verified?.tpm);
    expect(verified?.items).toEqual(own.verified?.items);
    expect(verified?.devices).toBe(devices);
    expect(devices.map(({ evidence }) => evidence?.identity)).toEqual(
      machine.gpus.map((gpu) => gpu.identity),
    );
    const { report: _, ...evidence } = { report: null, ...own.devices[0]?.evidence };
    expect(devices[0]?.evidence).toEqual(evidence);
    expect(devices.map(({ described }) => described)).toEqual(own.devices.map(({ described }) => described));
    expect(devices[0]?.measurements).toEqual(own.devices[0]?.measurements);
    expect([verified, devices[0]?.evidence].every(Object.isFrozen)).toBe(true);
  });

  it('refuses what one thread refuses', async () => {
    const theirs = { ...input, jws: `${input.jws.slice(0, -4)}AAAA` };
    const { findings, verified } = await shared.verify(theirs);
    expect(failed({ findings } as never)).toEqual(['bundle.signature']);
    expect(verified).toBeNull();
    const unread = await shared.verify({ ...input, jws: 'nonsense'.repeat(4000) });
    expect(failed(unread as never)).toEqual(['bundle.well-formed']);
  });

  it('starts a thread when there is something for it and none is idle', async () => {
    const threadsAfter = async (room: ReturnType<Seat['room']>, submissions: number): Promise<number> => {
      const seat = (): Seat => ({ ...NOBODY, room: () => room, ask: () => new Promise(() => {}) });
      const verifier = pool({ size: 2, patienceMs: 20, seat });
      const asked = Promise.allSettled(Array.from({ length: submissions }, () => verifier.verify(input)));
      const { threads } = verifier.load();
      await asked;
      return threads;
    };
    expect(await threadsAfter('none', 0)).toBe(0);
    expect(await threadsAfter('none', 1)).toBe(1);
    expect(await threadsAfter('none', 3)).toBe(2);
    expect(await threadsAfter('idle', 3)).toBe(1);
  });

  it('answers many at once, each with its own', async () => {
    const inputs = Array.from({ length: 6 }, () => submission(machine, trust));
    const results = await Promise.all(inputs.map((one) => shared.verify(one)));
    const keys = results.map(({ verified }) => verified?.binding.signingKey.x);
    expect(new Set(keys).size).toBe(6);
    expect(keys).toEqual(inputs.map((one) => verifyBundle(one).verified?.binding.signingKey.x));
  });
});

describe.each(['tdx', 'snp', 'azure'] as const)('a guest under %s', (kind) => {
  it('is found the same in another thread', async () => {
    const host = makeHost();
    const binding = bindingItem(host);
    const item = { tdx: tdxItem, snp: snpItem, azure: azureItem }[kind];
    const guest: BundleInput = {
      jws: bundleOf(host, [binding, await item([binding])]),
      session,
      host: { kind: 'tee', tee: kind === 'azure' ? 'azure-snp' : kind },
      tee: guestTrust,
      nvidia: NO_NVIDIA_TRUST,
      at: now,
    };
    const own = verifyBundle(guest);
    const { findings, verified } = await shared.verify(guest);
    expect(findings.checks).toEqual(own.findings.checks);
    expect(verified).not.toBeNull();
    expect({ ...verified, devices: [] }).toEqual({ ...own.verified, devices: [] });
    expect(Object.isFrozen(verified?.tee)).toBe(true);
  });
});

describe('a verifying thread', () => {
  // One pool for all that leave their thread alive, or replaced: starting one costs more than what it is asked.
  const told: string[] = [];
  const verifier = workerPool({
    size: 1,
    random,
    report: (message) => told.push(message),
    smallBelow: 0,
    ...PATIENT,
    seat: (given) => startSeat({ ...given, script: FAULTY }),
  });
  afterAll(() => verifier.close());

  it.each(['crash', 'throw'])('that dies is replaced, and its job is unavailable: %s', async (fault) => {
    await expect(verifier.verify(asking(fault))).rejects.toMatchObject(UNAVAILABLE);
    expect((await verifier.verify(input)).verified).not.toBeNull();
    expect(told.join()).toContain('another starts');
  });

  it('that does not end is ended, and its job is unavailable', async () => {
    // Whatever took its place would have as little time: see the queue below.
    const verifier = faulty({ deadlineMs: 300 });
    await expect(verifier.verify(asking('hang'))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('costs no other job anything', async () => {
    const verifier = faulty({ size: 2 });
    const [bad, good] = await Promise.allSettled([verifier.verify(asking('crash')), verifier.verify(input)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    expect(good).toMatchObject({ status: 'fulfilled', value: { verified: expect.anything() } });
  });

  it('that dies takes nothing with it that it had not begun', async () => {
    // The second is handed to the only thread while that is at the first.
    const [bad, good] = await Promise.allSettled([verifier.verify(asking('crash')), verifier.verify(input)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    expect(good.status).toBe('fulfilled');
  });

  it('that is busy keeps nothing that another could do', async () => {
    const verifier = faulty({ size: 2 });
    await Promise.all([verifier.verify(input), verifier.verify(input)]);
    // One thread hangs with another job handed to it; whichever of the two it is, the other thread does all.
    const stuck = verifier.verify(asking('block')).then(
      () => 'done',
      () => 'ended',
    );
    const others = Promise.all([1, 2, 3].map(() => verifier.verify(input))).then(() => 'all the others');
    expect(await Promise.race([stuck, others])).toBe('all the others');
  });

  it.each(['other-job', 'other-key', 'changed'])(
    'whose answer was not made for the job is not believed: %s',
    async (fault) => {
      await expect(verifier.verify(asking(fault))).rejects.toThrow('not made for this job');
    },
  );

  it.each(['empty', 'no-mac'])('whose answer is none is not believed: %s', async (fault) => {
    await expect(verifier.verify(asking(fault))).rejects.toThrow();
    expect((await verifier.verify(input)).verified).not.toBeNull();
  });

  it('that says nothing at all is ended, and its job is unavailable', async () => {
    const verifier = faulty({ deadlineMs: 300 });
    await expect(verifier.verify(asking('nothing'))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('in which the verifier itself fails answers so', async () => {
    await expect(verifier.verify(asking('fail'))).rejects.toThrow('as the test has it');
  });
});

describe('a queue', () => {
  it('has an end, after which submissions are refused and may come again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const verifier = faulty({ maxQueued: 1, deadlineMs: 4000 });
    await verifier.verify(input);
    const stuck = verifier.verify(asking('block'));
    const waiting = verifier.verify(input);
    await expect(verifier.verify(input)).rejects.toMatchObject({ code: 'overloaded' });
    vi.advanceTimersByTime(4000);
    await expect(stuck).rejects.toMatchObject(UNAVAILABLE);
    // Another thread starts a moment later.
    vi.advanceTimersByTime(1000);
    expect((await waiting).verified).not.toBeNull();
    expect((await verifier.verify(input)).verified).not.toBeNull();
  });

  it('keeps nobody waiting for a thread that never comes', async () => {
    const never = pool({
      patienceMs: 20,
      seat: () => ({ ...NOBODY, room: () => 'none' }),
    });
    await expect(never.verify(input)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('keeps nobody waiting who was handed to a thread that never gets to it', async () => {
    const never = pool({
      patienceMs: 20,
      seat: () => ({ ...NOBODY, room: () => 'ahead', ask: () => new Promise(() => {}) }),
    });
    await expect(never.verify(input)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('is emptied as unavailable when the verifier stops', async () => {
    const verifier = faulty();
    const under = verifier.verify(asking('block'));
    const waiting = verifier.verify(input);
    const both = Promise.allSettled([under, waiting]);
    await verifier.close();
    for (const one of await both) expect(one).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    await expect(verifier.verify(input)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('is not for small submissions, nor for anchors that are bare keys', async () => {
    const never = pool({
      smallBelow: Number.POSITIVE_INFINITY,
      seat: () => NOBODY,
    });
    expect((await never.verify(input)).verified).not.toBeNull();
  });
});
