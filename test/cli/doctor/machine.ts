import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { configure, type Given } from '../../../src/cli/configuration/configure.ts';
import { examine } from '../../../src/cli/doctor/examine.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { VERIFIER } from '../../../src/cli/serve/settings.ts';
import { startVerifier } from '../../../src/cli/serve/verifier.ts';

export const DAY_MS = 86_400_000;
export const log = pino({ level: 'silent' });

/** A machine that is well, another copy for each test, and somebody who answers for the vendors. */
export type Machine = {
  readonly folder: string;
  /** The data folder of a verifier that was started once. */
  readonly data: string;
  readonly vendorUrl: string;
  /** By how much the vendor's dates are off. */
  dateOffMs: number;
};

export function useMachine(): Machine {
  const machine = { folder: '', data: '', vendorUrl: '', dateOffMs: 0 };
  const vendor = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + machine.dateOffMs).toUTCString());
    response.writeHead(404).end();
  });
  beforeAll(async () => {
    machine.folder = mkdtempSync(join(tmpdir(), 'sextant-doctor-'));
    const data = join(machine.folder, 'whole');
    await (await startVerifier({ data, host: '127.0.0.1', port: 0, log })).close();
    machine.vendorUrl = await listen(vendor);
  });
  afterAll(() => {
    vendor.close();
    rmSync(machine.folder, { recursive: true });
  });
  beforeEach(() => {
    machine.dateOffMs = 0;
    machine.data = join(mkdtempSync(join(machine.folder, 'case-')), 'data');
    cpSync(join(machine.folder, 'whole'), machine.data, { recursive: true, preserveTimestamps: true });
    chmodSync(machine.data, 0o700);
  });
  return machine;
}

export function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ); // TCP
  });
}

/**
 * What is found of a machine that is well, but for what is given. How long a disk takes is this machine's, and no test's: that it is slow is
 * passed over.
 */
export async function look({ data, vendorUrl }: Machine, given: Given = {}): Promise<Finding[]> {
  const vendors = { pcsUrl: vendorUrl, kdsUrl: vendorUrl, rimUrl: vendorUrl, ocspUrl: vendorUrl };
  const found = await examine(configure(VERIFIER, { data, port: '0', ...vendors, ...given }, {}).values);
  return found.map((one) =>
    one.id === 'data.fsync' && one.status === 'warning' ? { ...one, status: 'ok', mend: null } : one,
  );
}

/** Everything that wants mending, as `id status`. */
export async function wants(machine: Machine, given: Given = {}): Promise<string[]> {
  const found = (await look(machine, given)).filter(({ mend }) => mend !== null);
  return found.map(({ id, status }) => `${id} ${status}`);
}
