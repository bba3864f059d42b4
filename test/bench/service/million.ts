import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Row, row } from '../row.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { enrolMany } from './enrolled.ts';
import { foundGpuFleet } from './gpu-fleet.ts';
import { startLoaded } from './load.ts';

const HOSTS = 100;
const FEW = 1_000;
const MANY = 1_000_000;
const SLICES = 7;

/**
 * What an attestation costs a verifier of a million enrolled hosts, by its CPU time, against one of a thousand: the same hundred
 * attest at both, in turns. On the embedded store.
 */
export async function million(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const few = join(folder, 'few');
    const many = join(folder, 'many');
    const fleet = await foundGpuFleet(few, HOSTS);
    cpSync(few, many, { recursive: true });
    enrolMany(few, FEW - HOSTS);
    const started = performance.now();
    enrolMany(many, MANY - HOSTS);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`service-million: ${MANY} hosts were enrolled in ${seconds} s\n`);
    const verifiers = [await startLoaded(fleet), await startLoaded({ ...fleet, data: many })] as const;
    try {
      const slices: { readonly few: number; readonly many: number }[] = [];
      for (let slice = 0; slice <= SLICES; slice++) {
        const costs = {
          few: (await verifiers[0].slice()).serverMicros,
          many: (await verifiers[1].slice()).serverMicros,
        };
        if (slice > 0) slices.push(costs); // the first warms up
      }
      const [value, baseline] = [median(slices.map((s) => s.many)), median(slices.map((s) => s.few))];
      const memory = (await verifiers[1].peakKibibytes()) / 1024;
      return [
        row('service: an attestation among 1,000,000 hosts, by CPU', value, 'µs', baseline),
        row('service: memory with 1,000,000 hosts, of 400 MiB', memory, 'MiB', 400),
      ];
    } finally {
      for (const verifier of verifiers) await verifier.close();
      fleet.vendor.close();
    }
  });
}
