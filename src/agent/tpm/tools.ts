import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { AgentError } from '../errors.ts';
import { activateCredential } from './activate.ts';
import { type AkOptions, createOrLoadAk, loadAk } from './attestation-key.ts';
import { chooseEk, type EkOptions, readEndorsement } from './endorsement.ts';
import type { EkAlgorithm } from './endorsement-keys.ts';
import { EVENT_LOG_PATH, IMA_LOG_PATH, readHostLogs } from './event-log.ts';
import { handleText, listHandles } from './handles.ts';
import type { TpmDevice } from './port.ts';
import { quote } from './quote.ts';
import { type Scratch, withScratch } from './scratch.ts';
import type { PcrChoice } from './selection.ts';

export type ToolsTpmOptions = {
  /** As `resolveTcti` gives it. */
  readonly tcti: string;
  readonly ek?: EkOptions;
  readonly ak: AkOptions;
  /** Default: {@link EVENT_LOG_PATH}. */
  readonly eventLogPath?: string;
  /** Default: {@link IMA_LOG_PATH}; read where PCR 10 is quoted. */
  readonly imaLogPath?: string;
};

/**
 * A TPM behind tpm2-tools 5 (Debian 12 has 5.4): a physical one through /dev/tpmrm0, or swtpm through its socket. Calls
 * queue up, because without a resource manager two of them would fill the TPM's few slots.
 */
export function toolsTpm({ tcti, ek = {}, ak, eventLogPath, imaLogPath }: ToolsTpmOptions): TpmDevice {
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: (scratch: Scratch) => Promise<T>): Promise<T> => {
    const turn = queue.then(async () => {
      await requireDevice(tcti);
      return withScratch(tcti, work);
    });
    queue = turn.catch(() => {});
    return turn;
  };
  const ekAlgorithm = async (scratch: Scratch): Promise<EkAlgorithm> =>
    chooseEk(await listHandles(scratch, 'handles-nv-index'), ek);

  return {
    readEndorsement: () => inTurn((scratch) => readEndorsement(scratch, ek)),
    createOrLoadAk: () => inTurn(async (scratch) => createOrLoadAk(scratch, ak, await ekAlgorithm(scratch))),
    quote: (request) =>
      inTurn(async (scratch) => {
        await requireAk(scratch, ak);
        return quote(scratch, ak.handle, request);
      }),
    activateCredential: (challenge) =>
      inTurn(async (scratch) => {
        await requireAk(scratch, ak);
        return activateCredential(scratch, ak.handle, await ekAlgorithm(scratch), challenge);
      }),
    readLogs: (choice) =>
      readHostLogs({
        eventLog: eventLogPath ?? EVENT_LOG_PATH,
        imaLog: quotesIma(choice) ? (imaLogPath ?? IMA_LOG_PATH) : null,
      }),
  };
}

function quotesIma(choice: PcrChoice): boolean {
  return choice.some(({ pcrs }) => pcrs.includes(10));
}

/**
 * tpm2-tools say of both only that they cannot load the TCTI.
 * @throws AgentError `tpm_absent`, `tpm_permission`
 */
export async function requireDevice(tcti: string): Promise<void> {
  const [, path] = /^device:(.+)$/.exec(tcti) ?? [];
  if (path === undefined) return;
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    const denied = cause instanceof Error && 'code' in cause && cause.code !== 'ENOENT';
    throw denied
      ? new AgentError(
          'tpm_permission',
          `${path} is there, and this user may not use it`,
          'Add the user to the group tss (usermod -aG tss USER) and log in again.',
          { cause },
        )
      : new AgentError(
          'tpm_absent',
          `there is no ${path}`,
          'Enable the TPM (fTPM, PTT) in the firmware settings and load its driver, or name another with --tcti.',
          { cause },
        );
  }
}

async function requireAk(scratch: Scratch, ak: AkOptions): Promise<void> {
  if ((await loadAk(scratch, ak)) !== null) return;
  throw new AgentError(
    'ak_absent',
    `the attestation key at ${handleText(ak.handle)} is gone: the TPM was cleared, or somebody evicted it`,
    'Enrol this host again: sextant agent enrol.',
  );
}
