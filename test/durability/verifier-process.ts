import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const MODULE = resolve(import.meta.dirname, '../fleet/children/verifier.ts');

/** A verifier in a process of its own that has loaded its program and waits for {@link VerifierProcess.open}. */
export type VerifierProcess = {
  /** Opens the data folder; answers where it listens. */
  readonly open: () => Promise<string>;
  /** SIGKILL; resolves once it is gone. */
  readonly kill: () => Promise<void>;
  /** Asks it to finish; answers its exit status. */
  readonly stop: () => Promise<number | null>;
};

export type SpawnOptions = {
  /** Runs it under strace, which writes here the calls that {@link acksBeforeSync} judges. */
  readonly trace?: string;
  readonly unsynced?: boolean;
  /** Besides what this process has. */
  readonly env?: Readonly<Record<string, string>>;
};

const TRACED = '-f -y -s 16 -e trace=fdatasync,fsync,write,pwrite64,writev,pwritev -o'.split(' ');

/** Starts one on the `data` folder. Whatever becomes of the test, no process outlives it. */
export function spawnVerifier(
  data: string,
  { trace, unsynced = false, env = {} }: SpawnOptions = {},
): VerifierProcess {
  const own = [process.execPath, MODULE] as const;
  const [program, ...rest] = trace === undefined ? own : (['strace', ...TRACED, trace, ...own] as const);
  const child = spawn(program, rest, {
    env: {
      ...process.env,
      FLEET_DATA: data,
      FLEET_WAITS: '1',
      FLEET_UNSYNCED: unsynced ? '1' : '0',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(async () => {
    // Also ends a traced one, whose tracer alone hears the signal.
    if (child.connected) child.disconnect();
    await kill(child);
  });
  return {
    open: async () => {
      const opened = urlOf(child);
      child.send('open');
      return opened;
    },
    kill: () => kill(child),
    stop: async () => {
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
      return child.exitCode;
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolved, reject) => {
    child.once('exit', (status) => reject(new Error(`the verifier ended with ${status} before it served`)));
    child.once('message', ({ url }: { readonly url: string }) => resolved(url));
  });
}
