import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Keeps every thread of this process, those of its garbage collector too, on so many cores. */
export type Cores = {
  readonly keepOn: (cores: number) => void;
  /** Back to all that it had. */
  readonly release: () => void;
};

/** Null where the machine has fewer than these, or nothing that binds threads to cores: Linux has, with `taskset` of util-linux. */
export function bindableCores(most: number): Cores | null {
  try {
    const allowed = allowedCores();
    if (allowed.length < most) return null;
    const keepOn = (cores: number): void => bind(allowed.slice(0, cores));
    const release = (): void => bind(allowed);
    release();
    return { keepOn, release };
  } catch {
    return null;
  }
}

function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  });
}

function bind(cores: readonly number[]): void {
  const args = ['--all-tasks', '--pid', '--cpu-list', cores.join(','), `${process.pid}`];
  execFileSync('taskset', args, { stdio: 'ignore' });
}
