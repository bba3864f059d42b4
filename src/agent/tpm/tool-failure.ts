import { AgentError } from '../errors.ts';

/** TPM_RC_YIELDED, TESTING, RETRY, NV_RATE, NV_UNAVAILABLE and canceled commands (Part 2, 6.6.3): ask again. */
export const TPM_RC_RETRY: ReadonlySet<number> = new Set([0x908, 0x909, 0x90a, 0x920, 0x922, 0x923]);

const TPM_RC_LOCKOUT = 0x921;
/** TPM_RC_FAILURE and TPM_RC_INITIALIZE: broken until it is reset. */
const NEEDS_RESET = new Set([0x101, 0x100]);

/** TPM_RC_AUTH_FAIL 0x0e and TPM_RC_BAD_AUTH 0x22 of format one, whatever session or handle they name (Part 2, 6.6.2). */
const AUTHORIZATION = new Set([0x08e, 0x0a2]);

/** Format one: bits 6 and 8 to 11 say which parameter, handle or session; the rest is the error. */
const FORMAT_ONE = 0x080;
const FORMAT_ONE_ERROR = 0x0bf;

/** tpm2-tss puts the layer that speaks above the code: 0 is the TPM, 11 a resource manager that passes its answer on. */
const LAYERS: readonly number[] = [0, 11];

/** The TPM's response code in what a tool printed, e.g. `Esys_Quote(0x98E) - tpm:session(1):…`; null without one. */
export function responseCode(stderr: string): number | null {
  for (const [, hex] of stderr.matchAll(/\(0x([0-9a-fA-F]{1,8})\)/g)) {
    const code = Number.parseInt(hex ?? '', 16);
    if (LAYERS.includes(code >> 16)) return code & 0xffff;
  }
  return null;
}

/** The error number of a response code without its position. */
export function errorNumber(code: number): number {
  return (code & FORMAT_ONE) === 0 ? code : code & FORMAT_ONE_ERROR;
}

type Failure = Error & { readonly code?: unknown; readonly killed?: boolean };

/** Says what a failed tool means for the host's operator, as far as that can be told. */
export function explainToolFailure(
  program: string,
  failure: Failure,
  stderr: string,
  tcti: string,
): AgentError {
  if (failure.code === 'ENOENT') {
    return new AgentError(
      'tool_missing',
      `${program} is not installed`,
      'Install tpm2-tools (Debian, Ubuntu: apt install tpm2-tools; Fedora: dnf install tpm2-tools).',
    );
  }
  if (failure.killed === true) {
    return new AgentError(
      'tpm_timeout',
      `${program} did not finish`,
      'See whether another program holds the TPM; a TPM that stays silent needs a power cycle.',
    );
  }
  const said = stderr.trim().split('\n').slice(-6).join('; ').slice(0, 600);
  const code = responseCode(stderr);
  const details = { actual: said, cause: failure };
  if (code === null) return withoutCode(program, said, tcti, details);
  if (code === TPM_RC_LOCKOUT) {
    return new AgentError(
      'tpm_lockout',
      'the TPM is locked out after failed authorizations, or after power cuts, which it counts as such',
      'Wait for its recovery time (tpm2_getcap properties-variable shows it) or reset it: tpm2_dictionarylockout --clear-lockout.',
      details,
    );
  }
  if (AUTHORIZATION.has(errorNumber(code))) {
    return new AgentError(
      'tpm_auth',
      `${program} was refused: a hierarchy of this TPM has a password`,
      'The agent uses the owner and endorsement hierarchies with empty passwords; clear them or give this agent a TPM of its own.',
      details,
    );
  }
  if (NEEDS_RESET.has(code)) {
    return new AgentError(
      'tpm_failed',
      'the TPM is in failure mode',
      'Power-cycle the host; if it stays so, replace the TPM.',
      details,
    );
  }
  return new AgentError('tpm_failed', `${program} failed: ${said}`, 'See what the TPM said.', details);
}

function withoutCode(
  program: string,
  said: string,
  tcti: string,
  details: { readonly actual: string; readonly cause: Error },
): AgentError {
  if (!/load tcti/i.test(said)) {
    return new AgentError('tpm_failed', `${program} failed: ${said}`, 'See what the tool said.', details);
  }
  return new AgentError(
    'tpm_absent',
    `no TPM answers at ${tcti}`,
    'Enable the TPM in the firmware settings, or name another with --tcti; a software TPM must be running, and needs libtss2-tcti-swtpm0.',
    details,
  );
}
