import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../store/temporary.ts';
import { unknownIn, unknownVariables } from './options.ts';
import { DEPLOY, deployed } from './read.ts';

const FOLDER = join(DEPLOY, 'systemd');
const UNITS = readdirSync(FOLDER).filter((name) => name.endsWith('.service'));
const DROP_INS = readdirSync(FOLDER).filter((name) => name.endsWith('.conf'));

/** Lines of a unit by their names, continued ones joined. */
function settingsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const line of deployed(`systemd/${name}`).replaceAll('\\\n', ' ').split('\n')) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) settings.set(key, [...(settings.get(key) ?? []), value ?? '']);
  }
  return settings;
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined;

function describeWithSystemd(name: string, suite: () => void): void {
  if (hasSystemd) describe(name, suite);
  else if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error('required here: systemd');
  else describe.skip(`${name} (skipped: systemd is not installed)`, () => {});
}

describe.each(UNITS)('%s', (name) => {
  const settings = settingsOf(name);

  it('runs a command line that there is', () => {
    const [start = ''] = settings.get('ExecStart') ?? [];
    const [program, ...words] = start.split(/\s+/);
    expect(program).toMatch(/\/bin\/sextant$/);
    expect(unknownIn(words)).toEqual([]);
  });

  it('may write where it must, and nowhere else', () => {
    expect(settings.get('ProtectSystem')).toEqual(['strict']);
    for (const key of ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'ProtectKernelTunables'])
      expect(settings.get(key), key).toEqual(['yes']);
    expect(settings.get('CapabilityBoundingSet')).toEqual(['']);
    expect(settings.get('SystemCallFilter')).toEqual(['@system-service', '~@privileged @resources']);
    const isNobody = settings.has('DynamicUser') || settings.get('User')?.[0] === 'sextant-agent';
    expect(isNobody).toBe(true);
  });

  it('holds no secret, but by name', () => {
    const text = deployed(`systemd/${name}`);
    expect(text).not.toMatch(/PASSWORD=|token=|BEGIN /i);
  });

  it('is given longer to stop than its drain takes', () => {
    const drain = Number(/--drain (\d+)/.exec(deployed(`systemd/${name}`))?.[1] ?? 0);
    expect(Number(settings.get('TimeoutStopSec')?.[0])).toBeGreaterThan(drain + 10);
  });
});

it('reads the files of TLS where they lie, so that renewed ones are taken up while it serves', () => {
  const settings = settingsOf('sextant-verifier.service');
  const [start = ''] = settings.get('ExecStart') ?? [];
  // What systemd hands over as a credential is a copy from the start.
  expect(start).toMatch(/--tls-cert \/etc\/sextant\/tls\/chain\.pem --tls-key \/etc\/sextant\/tls\/key\.pem/);
  expect(settings.get('SupplementaryGroups')).toEqual(['sextant-tls']);
  expect(settings.get('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
});

it('lets the agent have the TPM, and no other device', () => {
  const settings = settingsOf('sextant-agent.service');
  expect(settings.get('DevicePolicy')).toEqual(['closed']);
  expect(settings.get('DeviceAllow')).toEqual(['/dev/tpmrm0 rw']);
});

it.each([...UNITS, ...DROP_INS])('%s sets no variable that nothing reads', (name) => {
  const set = (settingsOf(name).get('Environment') ?? []).map((line) => line.split('=', 1)[0] ?? line);
  expect(unknownVariables(set)).toEqual([]);
});

describeWithSystemd('systemd', () => {
  it.each(UNITS)('finds nothing wrong with %s, alone and with each drop-in that is its', (name) => {
    const parts = [null, ...DROP_INS.filter((conf) => conf.startsWith(name.replace('.service', '-')))];
    for (const part of parts) {
      const scratch = temporaryFolder();
      const path = join(scratch, name);
      const more = part === null ? '' : `\n${deployed(`systemd/${part}`)}`;
      // The program is installed on the machines where it runs.
      writeFileSync(
        path,
        `${deployed(`systemd/${name}`)}${more}`.replaceAll(/\/usr\/(local\/)?bin\/sextant/g, '/bin/true'),
      );
      const found = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
      expect(found.stderr.split('\n').filter((line) => line.includes(name))).toEqual([]);
    }
  });

  it.each(UNITS)('calls %s well confined', (name) => {
    // Exposure in tenths: below 2.0 it says OK, an ordinary service has 9.6.
    const judged = spawnSync('systemd-analyze', [
      'security',
      '--offline=yes',
      '--threshold=20',
      join(FOLDER, name),
    ]);
    expect(judged.status).toBe(0);
  });

  it('knows every call that the filter names', () => {
    const groups = execFileSync('systemd-analyze', ['syscall-filter', '--no-pager'], { encoding: 'utf8' });
    for (const group of ['@system-service', '@privileged', '@resources'])
      expect(groups.split('\n')).toContain(group);
  });
});
