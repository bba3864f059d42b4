import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
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

/** Starts one on the `data` folder. Whatever becomes of the test, no process outlives it. */
export function spawnVerifier(data: string): VerifierProcess {
  const child = fork(MODULE, {
    env: {
      ...process.env,
      FLEET_DATA: data,
      FLEET_WAITS: '1',
      // Fifty starts: what was compiled once need not be compiled again.
      NODE_COMPILE_CACHE: join(data, '..', 'compiled'),
    },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  return {
    open: async () => {
      const opened = urlOf(child);
      child.send('open');
      return opened;
    },
    kill: () => end(child, 'SIGKILL'),
    stop: async () => {
      await end(child, 'SIGTERM');
      return child.exitCode;
    },
  };
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolved, reject) => {
    child.once('exit', (status) => reject(new Error(`the verifier ended with ${status} before it served`)));
    child.once('message', ({ url }: { readonly url: string }) => resolved(url));
  });
}
