import { AgentError } from '../errors.ts';

/** As Node reports a failed system call. */
export type SystemError = Error & { readonly code: string };

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

/** Another quote is in the making, a signal came between, or the quoting service behind the driver restarts. */
const BUSY: ReadonlySet<string> = new Set(['EBUSY', 'EAGAIN', 'EINTR', 'ETIMEDOUT']);

/** Whether to ask again. */
export function isBusy(error: unknown): boolean {
  return isSystemError(error) && BUSY.has(error.code);
}

export function absent(reports: string, cause: SystemError): AgentError {
  return new AgentError(
    'tee_absent',
    cause.code === 'ENOENT' ? `there is no ${reports}` : `no TEE answers behind ${reports}`,
    'In a confidential guest: Linux 6.7 or later, configfs mounted, and its driver loaded (modprobe tdx_guest, or sev-guest).',
    { cause },
  );
}

export function unknownProvider(name: string): AgentError {
  return new AgentError(
    'tee_provider_unknown',
    `the reports of ${name || 'a driver without a name'} are not read here`,
    'Attest this machine by its TPM: --evidence tpm.',
    { expected: 'tdx_guest or sev_guest', actual: name.slice(0, 100) },
  );
}

/** Why no attempt gave a report. */
export function busy(code: 'tee_busy' | 'tee_other_writer', attempts: number): AgentError {
  return code === 'tee_busy'
    ? new AgentError(
        code,
        `the driver was busy at each of ${attempts} attempts`,
        'See whether other programs ask for reports without end, and for TDX whether the host runs a quote generation service.',
      )
    : new AgentError(
        code,
        `another process wrote into this agent's request at each of ${attempts} attempts`,
        'Find out which program it is: the report that came back is not the one that was asked for.',
      );
}

/** Says what a failed system call on configfs-tsm means for the guest's operator. */
export function explainTsmFailure(error: SystemError, reports: string): AgentError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new AgentError(
      'tee_permission',
      `this user may not ask for reports in ${reports}`,
      'Run the agent as root, or give its user that folder; --evidence tpm attests by a TPM instead.',
      { cause: error },
    );
  }
  return new AgentError(
    'tee_failed',
    `the driver failed: ${error.message}`,
    'See dmesg for what the driver said.',
    {
      actual: error.code,
      cause: error,
    },
  );
}
