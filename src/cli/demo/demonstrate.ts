import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { destination, pino } from 'pino';
import { collateralAccess } from '../../service/collateral/access.ts';
import { UsageError } from '../failure.ts';
import { startVerifier, type Verifier } from '../serve/verifier.ts';
import { dataFolder } from '../settings.ts';
import { bold, dim } from '../terminal/style.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { admit } from './admit.ts';
import { attacks } from './attacks.ts';
import { attest } from './attest.ts';
import { attestGuest } from './attest-guest.ts';
import { type Cast, gatherCast } from './cast.ts';
import { followFleet } from './fleet.ts';
import { forgedVendors } from './forged-vendors.ts';
import { DemoGpus } from './gpus.ts';
import { DemoGuest, demoPlatform } from './guest.ts';
import { DemoHost } from './host.ts';
import { license } from './license.ts';
import { locateGuest } from './locate-guest.ts';
import { DemoLandmarks, FRANKFURT } from './place/landmarks.ts';
import { Wire } from './place/wire.ts';
import { register } from './register.ts';
import { Scenery } from './scenery.ts';
import { Story } from './story.ts';
import { demoTpm } from './tpm.ts';

export type DemoOptions = {
  readonly port: number;
  readonly data?: string;
  readonly fresh?: boolean;
  readonly once?: boolean;
};

/** How soon a host may attest again: the story has each do so several times, and nobody is to wait for it. */
const DEMO_INTERVAL_MS = 100;
/** How often the machines attest once the story is told. */
const LIVELY_MS = 60_000;

/** Tells the story; unless `once`, serves on until SIGINT or SIGTERM. @throws StoryError where it did not go as it must */
export async function demonstrate(options: DemoOptions): Promise<void> {
  const data = options.data ?? join(dataFolder(undefined), 'demo');
  if (options.fresh === true) throwAway(data);
  let offsetMs = 0;
  const platform = demoPlatform(data);
  const gpus = new DemoGpus();
  const verifier = await startVerifier({
    data,
    collateral: async () => collateralAccess([], () => forgedVendors(platform, gpus)),
    host: '127.0.0.1',
    port: options.port,
    log: pino({ level: 'info' }, destination({ dest: join(data, 'verifier.log'), mkdir: true })),
    clock: (machine) => () => new Date(machine().getTime() + offsetMs),
    config: { selfApproval: true, attestationIntervalMs: DEMO_INTERVAL_MS },
  });
  try {
    const tpm = await demoTpm(data);
    try {
      const host = new DemoHost(verifier.url, join(data, 'agent'), tpm.device);
      const ahead = async <T>(ms: number, act: () => Promise<T>): Promise<T> => {
        offsetMs = ms;
        try {
          return await act();
        } finally {
          offsetMs = 0;
        }
      };
      const guest = new DemoGuest(verifier.url, join(data, 'guest'), platform, gpus);
      const wire = new Wire(FRANKFURT);
      const landmarks = new DemoLandmarks();
      try {
        const cast = await tell(verifier, data, { host, tpm, guest, wire, landmarks }, ahead);
        if (options.once !== true) await serveOn(verifier, data, cast, { host, guest });
      } finally {
        await landmarks.close();
        await wire.close();
      }
    } finally {
      await tpm.stop();
    }
  } finally {
    await verifier.close();
  }
}

type Machines = {
  readonly host: DemoHost;
  readonly tpm: Awaited<ReturnType<typeof demoTpm>>;
  readonly guest: DemoGuest;
  readonly wire: Wire;
  readonly landmarks: DemoLandmarks;
};

async function tell(
  verifier: Verifier,
  data: string,
  { host, tpm, guest, wire, landmarks }: Machines,
  ahead: <T>(ms: number, act: () => Promise<T>) => Promise<T>,
): Promise<Cast> {
  const story = new Story((line) => process.stdout.write(`${line}\n`));
  story.title(
    'Sextant: is this chip genuine, untampered and where it is authorised to be?',
    `A verifier on ${verifier.url}, an embedded store in ${data},`,
    `a host with ${tpm.description},`,
    'and a confidential guest on a TDX processor, with two GPUs, all of them forged.',
  );
  const scenery = new Scenery(data);
  const cast = await gatherCast(verifier, data);
  await register(story, cast, scenery, tpm);
  await attest(story, cast, scenery, host, verifier);
  await attestGuest(story, cast, scenery, guest);
  await locateGuest(story, cast, guest, { landmarks, wire, url: verifier.url });
  await license(story, cast, scenery);
  const forgerFolder = join(data, 'forger');
  await attacks(story, { cast, scenery, host, guest, url: verifier.url, forgerFolder, ahead });
  await followFleet(story, { cast, scenery, guest, wire });
  story.chapter(`Allowed what was proven, refused ${story.refusals} attacks, each by its own code.`);
  return cast;
}

type Serving = Pick<Machines, 'host' | 'guest'>;

async function serveOn(verifier: Verifier, data: string, cast: Cast, machines: Serving): Promise<void> {
  const admitted = await admit(cast, data);
  process.stdout.write(`
${bold('Still serving')} the page on ${verifier.url}, and the machines go on attesting. Sign in with a token; the first browser keeps it:
${admitted.map(({ role, path }) => `  ${role.padEnd(14)} ${path}`).join('\n')}
Or look around in another terminal:
  curl ${verifier.url}/readyz
  npx sextant --help
  npx sextant facility list --as exporter --data ${data} --url ${verifier.url}
  npx sextant licence list --as authority --data ${data} --url ${verifier.url}
  npx sextant incident list --as authority --data ${data} --url ${verifier.url}
${dim('Ctrl-C ends it; the next npm start goes on from here, npm start -- --fresh begins anew.')}
`);
  const ending = new AbortController();
  const agents = keepAttesting(machines, ending.signal);
  await untilAskedToStop();
  process.stdout.write('\nStopping …\n');
  ending.abort();
  await agents;
}

/** The agents' own work, at a pace for people; what goes wrong is in the verifier's log and does not end the demonstration. */
async function keepAttesting({ host, guest }: Serving, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(LIVELY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await host.agent.attest(signal).catch(() => {});
    await guest.locate().catch(() => {});
  }
}

function throwAway(data: string): void {
  if (!existsSync(data)) return;
  // Only what a demonstration has made: a wrong --data must not cost anybody anything else.
  if (!existsSync(join(data, 'scenery.json')) && !existsSync(join(data, 'sextant.db'))) {
    throw new UsageError('usage', `${data} is not a demonstration's folder`, 'Name another with --data.');
  }
  rmSync(data, { recursive: true, force: true });
}
