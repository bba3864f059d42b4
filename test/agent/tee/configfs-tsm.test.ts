import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configfsTsm } from '../../../src/agent/tee/configfs-tsm.ts';
import type { ConfidentialGuest } from '../../../src/agent/tee/port.ts';
import { toHex } from '../../../src/bytes/text.ts';
import { parseCertificateTable, parseSnpReport } from '../../../src/evidence/amd/index.ts';
import { parseQuote } from '../../../src/evidence/intel/index.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { type MountedTsm, mountConfigfsTsm } from '../../../src/forge/configfs-tsm.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import type { TsmAttribute, TsmFault, TsmOptions } from '../../../src/forge/tsm-reports.ts';
import { temporaryFolder } from '../fixtures.ts';

const at = new Date('2026-06-01T00:00:00Z');
const reportData = new Uint8Array(64).map((_, index) => 255 - index);

type Guest = { readonly guest: ConfidentialGuest; readonly tsm: MountedTsm; readonly waits: number[] };

/** A guest whose hardware answers with what it was asked, unless told otherwise. */
function guestWith(options: Partial<TsmOptions>): Guest {
  const tsm = mountConfigfsTsm({
    provider: 'tdx_guest',
    report: (inblob) => ({ outblob: Uint8Array.from(inblob) }),
    ...options,
  });
  onTestFinished(tsm.unmount);
  const waits: number[] = [];
  const guest = configfsTsm({
    reports: tsm.path,
    ccel: join(tsm.path, 'CCEL'),
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
  return { guest, tsm, waits };
}

/** Whatever happens, no entry stays behind. */
async function failure({ guest, tsm }: Guest): Promise<unknown> {
  const error = await guest.report(reportData).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(tsm.entries()).toEqual([]);
  return error;
}

describe('reports by way of configfs-tsm', () => {
  it('brings a TD quote over what was asked', async () => {
    const platform = forgeTdxPlatform({ seed: 'agent', at });
    const { guest, tsm } = guestWith({ report: (inblob) => ({ outblob: platform.quote(inblob) }) });
    const { provider, outblob, auxblob } = await guest.report(reportData);
    expect(provider).toBe('tdx_guest');
    expect(auxblob).toBeNull();
    expect(toHex(parseQuote(outblob).report.reportData)).toBe(toHex(reportData));
    expect(tsm.entries()).toEqual([]);
  });

  it.each(['vcek', 'vlek'] as const)(
    "brings an SNP report and the host's table with a %s",
    async (signingKey) => {
      const platform = forgeSnpPlatform({ at, signingKey });
      const { guest } = guestWith({
        provider: 'sev_guest',
        report: (inblob) => ({ outblob: platform.report(inblob), auxblob: platform.auxblob() }),
      });
      const { provider, outblob, auxblob } = await guest.report(reportData);
      expect(provider).toBe('sev_guest');
      expect(toHex(parseSnpReport(outblob).reportData)).toBe(toHex(reportData));
      expect(parseCertificateTable(auxblob ?? new Uint8Array())).toEqual(platform.certificates());
    },
  );

  it('sends no table where the host gave none', async () => {
    const { guest } = guestWith({ provider: 'sev_guest' });
    expect((await guest.report(reportData)).auxblob).toBeNull();
  });

  it('asks for reports of 64 bytes alone', async () => {
    const { guest, tsm } = guestWith({});
    await expect(guest.report(reportData.subarray(1))).rejects.toThrow(RangeError);
    expect(tsm.entries()).toEqual([]);
  });

  const TOUCHED: readonly TsmAttribute[] = ['provider', 'generation', 'inblob', 'outblob', 'auxblob'];
  const interference = (attribute: TsmAttribute, times: number): TsmFault[] =>
    Array.from({ length: times }, () => ({ kind: 'other-writer', after: attribute }));

  it.each(TOUCHED)('asks again where another writes after its use of %s', async (attribute) => {
    const { guest, waits, tsm } = guestWith({ provider: 'sev_guest', faults: interference(attribute, 1) });
    expect(toHex((await guest.report(reportData)).outblob)).toBe(toHex(reportData));
    expect(waits).toHaveLength(1);
    expect(tsm.entries()).toEqual([]);
  });

  it('gives up where another never stops writing', async () => {
    const world = guestWith({ faults: interference('inblob', 8) });
    expect(await failure(world)).toMatchObject({ code: 'tee_other_writer' });
    expect(world.waits).toHaveLength(3);
  });

  it.each(['EBUSY', 'EINTR', 'ETIMEDOUT', 'EAGAIN'] as const)(
    'asks again after %s, and not without end',
    async (code) => {
      const busy = (times: number): TsmFault[] => [{ kind: 'error', attribute: 'outblob', code, times }];
      expect(await guestWith({ faults: busy(3) }).guest.report(reportData)).toMatchObject({
        provider: 'tdx_guest',
      });
      expect(await failure(guestWith({ faults: busy(4) }))).toMatchObject({ code: 'tee_busy' });
    },
  );

  it.each(TOUCHED)('says that %s failed, and leaves no entry behind', async (attribute) => {
    const faults: TsmFault[] = [{ kind: 'error', attribute, code: 'EIO' }];
    const world = guestWith({ provider: 'sev_guest', faults });
    expect(await failure(world)).toMatchObject({ code: 'tee_failed', actual: 'EIO' });
    expect(world.waits).toEqual([]);
  });

  it('takes nothing for no report', async () => {
    expect(await failure(guestWith({ faults: [{ kind: 'empty', attribute: 'outblob' }] }))).toMatchObject({
      code: 'tee_failed',
    });
  });

  it('takes a generation that is no number for a sign of another writer', async () => {
    const faults: TsmFault[] = Array.from({ length: 8 }, () => ({ kind: 'empty', attribute: 'generation' }));
    expect(await failure(guestWith({ faults }))).toMatchObject({ code: 'tee_other_writer' });
  });

  it.each([
    ['tdx_guest', 'outblob', 1 << 15],
    ['sev_guest', 'auxblob', 1 << 16],
  ] as const)('refuses what no bundle carries: %s, %s', async (provider, attribute, ceiling) => {
    const of = (length: number): Guest =>
      guestWith({
        provider,
        report: () => ({ outblob: Uint8Array.of(1), [attribute]: new Uint8Array(length) }),
      });
    expect((await of(ceiling).guest.report(reportData))[attribute]).toHaveLength(ceiling);
    expect(await failure(of(ceiling + 1))).toMatchObject({
      code: 'tee_failed',
      actual: `${ceiling + 1} bytes`,
    });
  });
});

describe('who answers behind configfs-tsm', () => {
  it.each(['tdx_guest', 'sev_guest'] as const)('is %s', async (provider) => {
    const { guest, tsm } = guestWith({ provider });
    expect(await guest.provider()).toBe(provider);
    expect(tsm.entries()).toEqual([]);
  });

  it('is nobody on a machine without a TEE', async () => {
    const world = guestWith({ provider: null });
    expect(await world.guest.provider()).toBeNull();
    expect(await failure(world)).toMatchObject({ code: 'tee_absent' });
  });

  it('is nobody where there is no such folder', async () => {
    const guest = configfsTsm({ reports: '/nonexistent/tsm/report' });
    expect(await guest.provider()).toBeNull();
    await expect(guest.report(reportData)).rejects.toMatchObject({
      code: 'tee_absent',
      message: expect.stringContaining('/nonexistent/tsm/report'),
    });
  });

  it('is refused by name where it is neither of the two', async () => {
    const provider = 'arm_cca_guest' as 'tdx_guest'; // the forge has no type for drivers that are not read
    const world = guestWith({ provider });
    const refusal = { code: 'tee_provider_unknown', actual: provider };
    await expect(world.guest.provider()).rejects.toMatchObject(refusal);
    expect(await failure(world)).toMatchObject(refusal);
  });

  it.each(['EACCES', 'EPERM'] as const)(
    'is told apart from one that this user may not ask: %s',
    async (code) => {
      const world = guestWith({ faults: [{ kind: 'error', attribute: 'provider', code, times: 2 }] });
      await expect(world.guest.provider()).rejects.toMatchObject({ code: 'tee_permission' });
      expect(await failure(world)).toMatchObject({ code: 'tee_permission' });
    },
  );
});

describe("a TD's event log", () => {
  it('is what the kernel shows', async () => {
    const folder = temporaryFolder().path;
    const log = randomBytes(5000);
    writeFileSync(join(folder, 'CCEL'), log);
    const read = await configfsTsm({ ccel: join(folder, 'CCEL') }).readEventLog();
    expect(read).toEqual({ log: new Uint8Array(log), why: null });
  });

  it('is absent with its reason where it cannot be had', async () => {
    const folder = temporaryFolder().path;
    const whyNot = async (name: string): Promise<string | null> =>
      (await configfsTsm({ ccel: join(folder, name) }).readEventLog()).why;
    expect(await whyNot('CCEL')).toContain('ENOENT');
    writeFileSync(join(folder, 'empty'), '');
    expect(await whyNot('empty')).toContain('empty');
    writeFileSync(join(folder, 'large'), new Uint8Array((1 << 18) + 1));
    expect(await whyNot('large')).toContain('larger');
    await mkdir(join(folder, 'directory'));
    expect(await whyNot('directory')).toContain('EISDIR');
  });
});
