import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { AgentError } from '../errors.ts';
import { explainToolFailure, responseCode, TPM_RC_RETRY } from './tool-failure.ts';

/** Where tpm2-tools look for a TPM unless told otherwise: the kernel's resource manager. */
const DEFAULT_TCTI = 'device:/dev/tpmrm0';

/** Making an RSA key takes some discrete TPMs the better part of a minute. */
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 1 << 20;
const RETRIES = 5;

export type RunTool = (program: string, args: readonly string[]) => Promise<Buffer>;

/**
 * A runner of tpm2-tools against one TPM. Arguments are an array and never pass through a shell; the programs see the
 * folder `cwd` and their file names are relative to it. A busy TPM (TPM_RC_RETRY and its kin; Part 2, 6.6.3: warnings)
 * is asked again.
 *
 * @throws AgentError with a code of `DeviceCode`
 */
export function toolRunner(tcti: string, cwd: string, timeoutMs = TIMEOUT_MS): RunTool {
  // The tools print the response code themselves; the library beneath would repeat it in lines of its own.
  const env = { ...process.env, TPM2TOOLS_TCTI: tcti, TSS2_LOG: 'all+NONE', LC_ALL: 'C' };
  return async (program, args) => {
    for (let attempt = 0; ; attempt++) {
      const outcome = await execute(program, args, { cwd, env, timeoutMs });
      if (outcome.failure === null) return outcome.stdout;
      const code = responseCode(outcome.stderr);
      if (attempt >= RETRIES || code === null || !TPM_RC_RETRY.has(code)) {
        throw explainToolFailure(program, outcome.failure, outcome.stderr, tcti);
      }
      await wait(50 * 2 ** attempt);
    }
  };
}

type Outcome = {
  readonly failure: (Error & { readonly code?: unknown; readonly killed?: boolean }) | null;
  readonly stdout: Buffer;
  readonly stderr: string;
};

function execute(
  program: string,
  args: readonly string[],
  {
    cwd,
    env,
    timeoutMs,
  }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      {
        cwd,
        env,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        encoding: 'buffer',
      },
      (failure, stdout, stderr) => resolve({ failure, stdout, stderr: stderr.toString('utf8') }),
    );
  });
}

/** Which TPM is meant: what was given, or what tpm2-tools' own variable says, or the kernel's resource manager. */
export function resolveTcti(given: string | undefined, environment: NodeJS.ProcessEnv): string {
  const tcti = given ?? (environment['TPM2TOOLS_TCTI'] || DEFAULT_TCTI); // a blank one counts as absent
  // A path alone is what people type.
  if (tcti.startsWith('/')) return `device:${tcti}`;
  if (/^[a-z]+(?::|$)/.test(tcti)) return tcti;
  throw new AgentError(
    'tpm_absent',
    `${tcti} does not name a TPM`,
    'Name a device such as /dev/tpmrm0, or a TCTI such as swtpm:path=/run/tpm.sock.',
  );
}
