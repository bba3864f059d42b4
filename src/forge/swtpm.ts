import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The programs that a real software TPM needs; Debian's swtpm, swtpm-tools and tpm2-tools have them. */
const PROGRAMS = ['swtpm', 'swtpm_setup', 'swtpm_localca', 'tpm2_quote', 'tpm2_createak'] as const;

const missing = PROGRAMS.filter((program) => locate(program) === null);

/** Why no software TPM can be started here; null where one can. */
export const swtpmAbsent: string | null =
  missing.length === 0 ? null : `${missing.join(', ')} not installed (Debian: swtpm swtpm-tools tpm2-tools)`;

export type SwtpmOptions = {
  /** PCR banks that are active, as swtpm_setup spells them; default `['sha256']`. */
  readonly banks?: readonly ('sha1' | 'sha256' | 'sha384' | 'sha512')[];
  /** A CA folder of an earlier TPM, so that both chain to the same root (and start faster); default: a new one. */
  readonly ca?: string;
  /** Where the TPM's state lives on after `stop`; made if absent, used again if present. Default: gone with `stop`. */
  readonly state?: string;
};

export type Swtpm = {
  /** For TPM2TOOLS_TCTI, or `--tcti`. */
  readonly tcti: string;
  /** A private folder, gone after `stop`; commands of {@link Swtpm.tool} run in it. */
  readonly folder: string;
  /** The CA that signed this TPM's EK certificates (NV 0x1c00002 RSA-2048 and 0x1c00016 P-384). */
  readonly ca: {
    readonly folder: string;
    readonly issuerPem: string;
    readonly rootPem: string;
  };
  /** Runs a tpm2-tools program against this TPM and returns its standard output; rejects on a non-zero exit. */
  readonly tool: (program: string, ...args: readonly string[]) => Promise<string>;
  /** Reads a file that a tool wrote. */
  readonly read: (name: string) => Promise<Uint8Array>;
  /** Ends the TPM and removes its folder. Safe to call twice. */
  readonly stop: () => Promise<void>;
};

/** What must not outlive this process: it ends even if a test throws, a timeout strikes or Ctrl-C is pressed. */
const living = new Map<string, ChildProcess | null>();

function endAll(): void {
  for (const [folder, child] of living) {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
  living.clear();
}

process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

/**
 * Makes and starts a software TPM with EK certificates, unprivileged and over a unix socket only.
 *
 * There is no resource manager: a tool that leaves a transient object behind leaves it for good, so `tool` flushes
 * transient objects after each command; sessions are the caller's to flush.
 */
export async function startSwtpm(options: SwtpmOptions = {}): Promise<Swtpm> {
  if (swtpmAbsent !== null) throw new Error(swtpmAbsent);
  // A unix socket's path is at most 107 bytes, so this stays at the top of the temporary folder.
  const folder = await mkdtemp(join(tmpdir(), 'sextant-tpm-'));
  living.set(folder, null);
  try {
    return await start(folder, options);
  } catch (error) {
    await stop(folder);
    throw error;
  }
}

async function start(folder: string, options: SwtpmOptions): Promise<Swtpm> {
  const state = options.state ?? join(folder, 'state');
  const caFolder = options.ca ?? join(state, 'ca');
  // swtpm_setup writes this file; without it the state is new or its making was cut short.
  const isKept = existsSync(join(state, 'tpm2-00.permall'));
  if (!isKept) await manufacture(folder, state, caFolder, options);
  const tpm = await powerOn(folder, state, caFolder);
  // It ended without TPM2_Shutdown, as by a power cut, and counts that as a failed authorization: after three it would not quote.
  if (isKept) await tpm.tool('tpm2_dictionarylockout', '--clear-lockout');
  return tpm;
}

/** What a manufacturer does once: seeds, endorsement keys, and their certificates in NV. */
async function manufacture(
  folder: string,
  state: string,
  caFolder: string,
  options: SwtpmOptions,
): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  await mkdir(caFolder, { recursive: true });
  const configuration = join(folder, 'setup.conf');
  await writeFile(
    join(folder, 'localca.conf'),
    [
      `statedir = ${caFolder}`,
      `signingkey = ${join(caFolder, 'signkey.pem')}`,
      `issuercert = ${join(caFolder, 'issuercert.pem')}`,
      `certserial = ${join(caFolder, 'certserial')}`,
      '',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'localca.options'),
    '--platform-manufacturer Sextant\n--platform-version 1\n--platform-model Test\n',
  );
  const banks = (options.banks ?? ['sha256']).join(',');
  await writeFile(
    configuration,
    [
      `create_certs_tool = ${locate('swtpm_localca')}`,
      `create_certs_tool_config = ${join(folder, 'localca.conf')}`,
      `create_certs_tool_options = ${join(folder, 'localca.options')}`,
      `active_pcr_banks = ${banks}`,
      '',
    ].join('\n'),
  );
  await execute('swtpm_setup', [
    ...['--tpm2', '--tpmstate', state, '--config', configuration, '--pcr-banks', banks],
    ...['--create-ek-cert', '--create-platform-cert', '--lock-nvram', '--overwrite'],
  ]);
}

async function powerOn(folder: string, state: string, caFolder: string): Promise<Swtpm> {
  const socket = join(folder, 'tpm');
  const child = spawn(
    'swtpm',
    [
      ...['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--flags', 'not-need-init,startup-clear'],
      // tpm2-tss's swtpm TCTI looks for the control socket at exactly this name.
      ...['--server', `type=unixio,path=${socket}`, '--ctrl', `type=unixio,path=${socket}.ctrl`],
    ],
    { stdio: 'ignore' },
  );
  living.set(folder, child);
  for (let tries = 0; !(existsSync(socket) && existsSync(`${socket}.ctrl`)); tries++) {
    if (child.exitCode !== null || tries > 500) throw new Error(`swtpm did not start in ${folder}`);
    await wait(10);
  }

  const tcti = `swtpm:path=${socket}`;
  const env = { ...process.env, TPM2TOOLS_TCTI: tcti, TSS2_LOG: 'all+NONE' };
  const tool = async (program: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute(program, [...args], { cwd: folder, env });
    await execute('tpm2_flushcontext', ['--transient-object'], { cwd: folder, env });
    return stdout;
  };
  return {
    tcti,
    folder,
    ca: {
      folder: caFolder,
      issuerPem: await readFile(join(caFolder, 'issuercert.pem'), 'utf8'),
      rootPem: await readFile(join(caFolder, 'swtpm-localca-rootca-cert.pem'), 'utf8'),
    },
    tool,
    read: async (name) => new Uint8Array(await readFile(join(folder, name))),
    stop: () => stop(folder),
  };
}

async function stop(folder: string): Promise<void> {
  const child = living.get(folder);
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  living.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

function locate(program: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}
