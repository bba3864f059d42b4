import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetHost } from '../../fleet/host.ts';
import { type Paired, pairedRows, type Row, row } from '../row.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { enrolMany } from './enrolled.ts';
import { foundGpuFleet, type GpuFleet } from './gpu-fleet.ts';
import { type LoadedVerifier, startLoaded } from './load.ts';

/** Hosts that attest, and all hosts of the small register. */
const FEW = 1_000;
const TIMES = 1_000;
const ROUNDS = 11;
const WARM_UP = 1;
/** Attestations of a round. */
const ROUND = 80;
/** The first at each verifier, one after the other. */
const FIRST = 20;

/**
 * What an attestation costs a verifier of a million enrolled hosts, by its CPU time, against one of a thousand. Hosts attest in random order, none twice: in the large register each stands among
 * a thousand that do not. The two take turns, each first in every other round. On the embedded store.
 */
export async function million(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const few = join(folder, 'few');
    const many = join(folder, 'many');
    let started = performance.now();
    const since = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
    const fleet = await foundGpuFleet(few, FEW);
    try {
      await (await startLoaded(fleet)).close();
      tell(`${FEW} hosts have attested, in ${since()}`);
      cpSync(few, many, { recursive: true });
      started = performance.now();
      const before = process.cpuUsage();
      enrolMany(many, TIMES, tell);
      const { user, system } = process.cpuUsage(before);
      tell(`${FEW * TIMES} hosts in ${since()}, ${((user + system) / 1e6).toFixed(0)} s of processor time`);
      return await inTurns(fleet, many);
    } finally {
      fleet.vendor.close();
    }
  });
}

async function inTurns(fleet: GpuFleet, data: string): Promise<Row[]> {
  const hosts = shuffled(fleet.hosts);
  const first = hosts.slice(0, FIRST);
  const verifiers: LoadedVerifier[] = [];
  try {
    for (const folder of [fleet.data, data]) {
      verifiers.push(await startLoaded({ ...fleet, data: folder }, first));
    }
    const [few, many] = verifiers;
    if (few === undefined || many === undefined) throw new TypeError('two verifiers');
    const rounds: Paired[] = [];
    for (let number = 0; number < ROUNDS + WARM_UP; number++) {
      const from = FIRST + number * ROUND;
      const cost = async (verifier: LoadedVerifier): Promise<number> =>
        (await verifier.slice(hosts.slice(from, from + ROUND), ROUND)).serverMicros;
      const fewFirst = number % 2 === 0 ? await cost(few) : null;
      const manyNow = await cost(many);
      const round = { value: manyNow, baseline: fewFirst ?? (await cost(few)) };
      tell(`round ${number}: ${(round.value / round.baseline).toFixed(2)}`);
      if (number >= WARM_UP) rounds.push(round);
    }
    const memory = async (verifier: LoadedVerifier): Promise<number> =>
      (await verifier.peakKibibytes()) / 1024;
    return [
      ...pairedRows('service: an attestation among 1,000,000 hosts, by CPU', 'µs', rounds),
      row('service: memory with 1,000 hosts, of 400 MiB', await memory(few), 'MiB', 400),
      row('service: memory with 1,000,000 hosts, of 400 MiB', await memory(many), 'MiB', 400),
    ];
  } finally {
    for (const verifier of verifiers) await verifier.close();
  }
}

function shuffled(hosts: readonly FleetHost[]): readonly FleetHost[] {
  return hosts
    .map((host) => ({ host, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ host }) => host);
}

function tell(progress: string): void {
  process.stderr.write(`service-million: ${progress}\n`);
}
