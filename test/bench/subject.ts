import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

const PROGRAM = new URL('../../src/cli/program.mjs', import.meta.url).href;
const { ALLOCATOR }: { readonly ALLOCATOR: Readonly<Record<string, string>> } = await import(
  new URL('../../src/cli/allocator.mjs', import.meta.url).href
);

/** What a measured server tells its parent: where it listens, and what it has used so far whenever it is asked. */
export type SubjectMessage = { readonly url: string } | SubjectUse;
type SubjectUse = { readonly cpuMicros: number; readonly peakKibibytes: number };

/** A server in a process of its own, so that the load generator's work is not counted as the server's. */
export type Subject = {
  readonly url: string;
  /** User and system CPU time of the whole process so far, in microseconds: every thread of it. */
  readonly cpuMicros: () => Promise<number>;
  /** The most memory that was resident at any time. */
  readonly peakKibibytes: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** Starts `module`, which calls {@link serveSubject}. */
export async function startSubject(
  module: string,
  environment: Record<string, string> = {},
): Promise<Subject> {
  const child = fork(module, {
    // As `sextant serve` begins and loads itself: what is resident differs by tens of MiB.
    env: { ...ALLOCATOR, ...process.env, ...environment },
    execArgv: [...process.execArgv, '--import', PROGRAM],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = await answer<{ url: string }>(child, 'url');
  const use = async (): Promise<SubjectUse> => {
    const reply = answer<SubjectUse>(child, 'cpuMicros');
    child.send('use');
    return reply;
  };
  return {
    url,
    cpuMicros: async () => (await use()).cpuMicros,
    peakKibibytes: async () => (await use()).peakKibibytes,
    stop: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** The child's half: says where it listens and answers questions about its CPU time. */
export function serveSubject(url: string): void {
  process.send?.({ url } satisfies SubjectMessage);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system, peakKibibytes: peakKibibytes() } satisfies SubjectMessage);
  });
}

/** Linux counts what the parent held when it forked to `maxRSS`, and to VmHWM what the program itself held. */
function peakKibibytes(): number {
  const status = '/proc/self/status';
  const own = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) : null;
  return own === null ? process.resourceUsage().maxRSS : Number(own[1]);
}

function answer<T extends SubjectMessage>(child: ChildProcess, member: keyof T & string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(member in message)) return;
      child.off('message', settle);
      child.off('exit', fail);
      resolve(message as T); // it has the member that tells the two kinds apart
    };
    const fail = (status: number | null): void =>
      reject(new Error(`the measured server ended with ${status}`));
    child.on('message', settle);
    child.once('exit', fail);
  });
}

/**
 * CPU microseconds of the server for each of `count` requests, `concurrency` at a time, after a warm-up of a fifth as many.
 * `request` is told which request it is.
 */
export async function cpuPerRequest(
  subject: Subject,
  request: (index: number) => Promise<void>,
  { count, concurrency = 16 }: { readonly count: number; readonly concurrency?: number },
): Promise<number> {
  const run = async (from: number, to: number): Promise<void> => {
    let next = from;
    const lane = async (): Promise<void> => {
      while (next < to) await request(next++);
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  };
  const warmUp = Math.ceil(count / 5);
  await run(0, warmUp);
  const before = await subject.cpuMicros();
  await run(warmUp, warmUp + count);
  return ((await subject.cpuMicros()) - before) / count;
}
