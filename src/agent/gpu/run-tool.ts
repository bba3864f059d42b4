import { spawn } from 'node:child_process';

export type ToolOutcome =
  | { readonly ended: 'itself'; readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string }
  | { readonly ended: 'not-found' | 'not-permitted' | 'overdue' | 'too-much' };

export type ToolLimits = {
  /** From the start to the last byte of its output. */
  readonly timeoutMs: number;
  /** Of each of its two outputs. */
  readonly maxBytes: number;
};

export type RunTool = (program: string, args: readonly string[], limits: ToolLimits) => Promise<ToolOutcome>;

/** A tool that has ended may leave children that hold its output open: they get this long. */
const STRAGGLERS_MS = 500;

/**
 * Runs a program to its end, past every shell, in a process group of its own: at the deadline, or when it says too much,
 * the whole group is killed, with whatever the program started. Never rejects.
 */
export const runTool: RunTool = (program, args, { timeoutMs, maxBytes }) =>
  new Promise((resolve) => {
    const child = spawn(program, [...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    let timer = setTimeout(() => end({ ended: 'overdue' }), timeoutMs);
    const end = (outcome: ToolOutcome): void => {
      clearTimeout(timer);
      killGroup(child.pid);
      // Also where a descendant left the group and holds the other end.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(outcome);
    };
    const collect = (stream: NodeJS.ReadableStream): Buffer[] => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) end({ ended: 'too-much' });
        else chunks.push(chunk);
      });
      return chunks;
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error: NodeJS.ErrnoException) =>
      end({ ended: error.code === 'EACCES' ? 'not-permitted' : 'not-found' }),
    );
    child.on('exit', () => {
      clearTimeout(timer);
      timer = setTimeout(() => killGroup(child.pid), STRAGGLERS_MS);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const said = Buffer.concat(stderr).toString('utf8');
      resolve({ ended: 'itself', exitCode: code ?? -1, stdout: Buffer.concat(stdout), stderr: said });
    });
  });

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody is left of it.
  }
}
