import { setTimeout as wait } from 'node:timers/promises';
import { formatInstant } from '../bytes/instant.ts';
import type { EvidenceAnswer } from '../protocol/evidence.ts';
import { akRecord, recordedAkHandle } from './ak-record.ts';
import { attestOnce } from './attest.ts';
import { enrol } from './enrol.ts';
import { AgentError } from './errors.ts';
import { type DataFolder, openDataFolder } from './folder.ts';
import { createOrLoadHostKey, type HostKeyAlgorithm } from './host-key.ts';
import { type AgentState, attestationLoop } from './loop.ts';
import { type HostRecord, readHostRecord, writeHostRecord, writeState } from './records.ts';
import type { Pace } from './repeat.ts';
import { currentSessionKeys } from './session-keys.ts';
import { type AkAlgorithm, DEFAULT_AK_HANDLE } from './tpm/attestation-key.ts';
import type { EkOptions } from './tpm/endorsement.ts';
import type { TpmDevice } from './tpm/port.ts';
import { resolveTcti } from './tpm/run-tool.ts';
import { DEFAULT_PCRS, parsePcrChoice } from './tpm/selection.ts';
import { toolsTpm } from './tpm/tools.ts';
import { verifierAddress } from './verifier/address.ts';
import { verifierClient } from './verifier/client.ts';

export type AgentOptions = {
  /** The data folder; made (0700) where it does not exist. */
  readonly data: string;
  /** The verifier's URL. Default: the one where this host is enrolled. */
  readonly verifier?: string;
  /** Plain http to another machine. Default false. */
  readonly dangerouslyPlaintext?: boolean;
  /** A TCTI or a device's path. Default: TPM2TOOLS_TCTI, then /dev/tpmrm0. */
  readonly tcti?: string;
  readonly ek?: EkOptions;
  /** Default `ecc`: quicker on every TPM, and shorter. */
  readonly akAlgorithm?: AkAlgorithm;
  /** Default: where this agent made its key, or else 0x8101a500. */
  readonly akHandle?: number;
  /** As `parsePcrChoice` reads it; default {@link DEFAULT_PCRS}. */
  readonly pcrs?: string;
  /** Default ES256; only a new host key asks. */
  readonly hostKeyAlgorithm?: HostKeyAlgorithm;
  /** Takes the place of the TPM behind tpm2-tools: the demonstration's. */
  readonly device?: TpmDevice;
  /** Default: this machine's. */
  readonly pace?: Pace;
};

/** This machine's time, and its randomness where only spreading out depends on it. */
export const systemPace: Pace = {
  clock: () => new Date(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  random: Math.random,
};

export type Agent = {
  readonly folder: DataFolder;
  readonly device: TpmDevice;
  /** Null before enrolment. */
  readonly host: () => HostRecord | null;
  /**
   * Enrols this host with a token that the operator minted.
   * @throws AgentError `already_enrolled` unless `again`; else as `enrol`
   */
  readonly enrol: (
    token: string,
    options: { readonly signal: AbortSignal; readonly hostname?: string; readonly again?: boolean },
  ) => Promise<HostRecord>;
  /** One attestation. @throws AgentError `not_enrolled`; else as `attestOnce` */
  readonly attest: (signal: AbortSignal) => Promise<EvidenceAnswer>;
  /** Attests until the signal ends it, keeping `state.json` and telling `report`. */
  readonly run: (signal: AbortSignal, report: (state: AgentState) => void) => Promise<void>;
};

/** Everything a host's agent does, put together from its options. Opens the data folder and makes the host key. */
export function openAgent(options: AgentOptions): Agent {
  const { pace = systemPace } = options;
  const folder = openDataFolder(options.data);
  const hostKey = createOrLoadHostKey(folder, options.hostKeyAlgorithm);
  const host = (): HostRecord | null => readHostRecord(folder);
  const named = options.verifier ?? host()?.verifier;
  if (named === undefined) {
    throw new AgentError(
      'address_refused',
      'no verifier is named',
      'Name it with --verifier https://host[:port].',
    );
  }
  const address = verifierAddress(named, options.dangerouslyPlaintext);
  const client = verifierClient({ address, hostKey, clock: pace.clock });
  const device = options.device ?? collector(options, folder);
  const choice = parsePcrChoice(options.pcrs ?? DEFAULT_PCRS);

  const attest = async (signal: AbortSignal): Promise<EvidenceAnswer> => {
    requireEnrolled(host(), address);
    const sessionKeys = () => currentSessionKeys(folder, pace.clock());
    return attestOnce({ client, device, choice, sessionKeys, pace }, signal);
  };
  return {
    folder,
    device,
    host,
    attest,
    enrol: async (token, { signal, hostname, again = false }) => {
      if (!again) requireNotEnrolled(host());
      const label = hostname === undefined ? {} : { hostname };
      const { hostId } = await enrol({ client, device, token, pace, signal, ...label });
      const record = { verifier: address.href, hostId, enrolledAt: formatInstant(pace.clock()) };
      writeHostRecord(folder, record);
      return record;
    },
    run: (signal, report) =>
      attestationLoop({
        attest,
        pace,
        signal,
        report: (state) => {
          writeState(folder, state);
          report(state);
        },
      }),
  };
}

function collector({ tcti, ek, akAlgorithm, akHandle }: AgentOptions, folder: DataFolder): TpmDevice {
  return toolsTpm({
    tcti: resolveTcti(tcti, process.env),
    ak: {
      algorithm: akAlgorithm ?? 'ecc',
      handle: akHandle ?? recordedAkHandle(folder) ?? DEFAULT_AK_HANDLE,
      memory: akRecord(folder),
    },
    ...(ek === undefined ? {} : { ek }),
  });
}

function requireEnrolled(host: HostRecord | null, address: URL): void {
  if (host !== null && host.verifier === address.href) return;
  throw new AgentError(
    'not_enrolled',
    host === null
      ? `this host is not enrolled at ${address.origin}`
      : `this host is enrolled at ${host.verifier}, not at ${address.href}`,
    'Enrol it: sextant agent enrol --verifier URL --token-file FILE.',
  );
}

function requireNotEnrolled(host: HostRecord | null): void {
  if (host === null) return;
  throw new AgentError(
    'already_enrolled',
    `this host has been enrolled at ${host.verifier} as ${host.hostId} since ${host.enrolledAt}`,
    'Nothing to do; to enrol it anew, say --again.',
  );
}
