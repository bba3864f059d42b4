import { setTimeout as wait } from 'node:timers/promises';
import { SextantError } from '../bytes/errors.ts';
import { formatInstant } from '../bytes/instant.ts';
import type { EvidenceAnswer } from '../protocol/evidence.ts';
import type { RenewalAnswer } from '../protocol/grant.ts';
import type { UsageAnswer } from '../protocol/usage.ts';
import type { Tracer } from '../service/telemetry/trace/tracer.ts';
import { attestOnce } from './attest.ts';
import type { Attester, EvidenceKind } from './attester.ts';
import type { AzureVm } from './azure/port.ts';
import { askChallenge } from './challenge.ts';
import { detectEvidence } from './detect.ts';
import { enrol } from './enrol.ts';
import { AgentError } from './errors.ts';
import { type DataFolder, openDataFolder } from './folder.ts';
import type { GpuChoice } from './gpu/choice.ts';
import type { NvidiaHost } from './gpu/port.ts';
import { keepGrant } from './grants/fetch.ts';
import { grantLoop, refreshGrants } from './grants/loop.ts';
import { createOrLoadHostKey, type HostKeyAlgorithm } from './host-key.ts';
import { beLocated, type Located } from './location/locate.ts';
import { type AgentState, attestationLoop } from './loop.ts';
import { machineOf } from './machine.ts';
import { type HostRecord, readHostRecord, writeHostRecord, writeState } from './records.ts';
import type { Pace } from './repeat.ts';
import { currentSessionKeys } from './session-keys.ts';
import type { Note } from './tee/attester.ts';
import type { ConfigfsTsmOptions } from './tee/configfs-tsm.ts';
import type { AkAlgorithm } from './tpm/attestation-key.ts';
import type { EkServiceOptions } from './tpm/ek-certificate-service.ts';
import type { EkOptions } from './tpm/endorsement.ts';
import type { TpmDevice } from './tpm/port.ts';
import type { ToolsTpmOptions } from './tpm/tools.ts';
import { follow } from './traced.ts';
import { type MeasuredUsage, sendUsage, usageReport } from './usage/report.ts';
import { verifierAddress } from './verifier/address.ts';
import { verifierClient } from './verifier/client.ts';
import { Refusal } from './verifier/refusal.ts';

export type AgentOptions = {
  /** The data folder; made (0700) where it does not exist. */
  readonly data: string;
  /** The verifier's URL. Default: the one where this host is enrolled. */
  readonly verifier?: string;
  /** Plain http to another machine. Default false. */
  readonly dangerouslyPlaintext?: boolean;
  /**
   * By what this host proves its state. Default `auto`: by what it enrolled with, and before that by what the machine has;
   * by `device` where one is given.
   */
  readonly evidence?: 'auto' | EvidenceKind;
  /** Where a confidential guest's kernel makes reports. Default: Linux's own places. */
  readonly tsm?: ConfigfsTsmOptions;
  /** Takes the place of the Azure VM behind tpm2-tools and the metadata service. */
  readonly azureVm?: AzureVm;
  /**
   * Whether evidence of GPUs and switches is collected. Default `auto`: of those that attest, telling of the others; `none`
   * where `device` is given and no `nvidia`.
   */
  readonly gpus?: GpuChoice;
  /** Takes the place of the NVIDIA devices behind nvidia-smi and nvattest. */
  readonly nvidia?: NvidiaHost;
  /** Told once of each thing that the evidence lacks although it stands without it. */
  readonly note?: Note;
  /** A TCTI or a device's path. Default: TPM2TOOLS_TCTI, then /dev/tpmrm0. */
  readonly tcti?: string;
  readonly ek?: EkOptions;
  /** Has the TPM's maker asked for the EK certificate where NV holds none, and keeps it. Default: nobody is asked. */
  readonly ekService?: EkServiceOptions;
  /** Default `ecc`: quicker on every TPM, and shorter. */
  readonly akAlgorithm?: AkAlgorithm;
  /** Default: where this agent made its key, or else 0x8101a500. */
  readonly akHandle?: number;
  /** As `parsePcrChoice` reads it; default `DEFAULT_PCRS`. */
  readonly pcrs?: string;
  /** Where the kernel shows its logs. Default: Linux's own places. */
  readonly logs?: Pick<ToolsTpmOptions, 'eventLogPath' | 'imaLogPath'>;
  /** Default ES256; only a new host key asks. */
  readonly hostKeyAlgorithm?: HostKeyAlgorithm;
  /** Takes the place of the TPM behind tpm2-tools: the demonstration's. */
  readonly device?: TpmDevice;
  /** Licences whose grants for this host are kept in the data folder and renewed: `run` does, and each accepted attestation. */
  readonly licences?: readonly string[];
  /** Whether those grants list their devices. Default: no. */
  readonly listDevices?: boolean;
  /** Default: this machine's. */
  readonly pace?: Pace;
  /** Follows attestations and renewals, and tells the verifier of which trace its requests are. */
  readonly tracer?: Tracer | undefined;
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
  /** By what this host proves its state now: as it enrolled, and before that as the machine is. @throws AgentError as `detectEvidence`, `enrolled_otherwise` */
  readonly attester: () => Promise<Attester>;
  /** RFC 7638 thumbprint of the host key, SHA-256 in base64url: what a confidential guest is declared by, in hexadecimal. */
  readonly jkt: string;
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
  /**
   * Lets landmarks measure this host, once, for a session whose evidence was accepted; null where the verifier is too old for it.
   * @throws as `beLocated`
   */
  readonly locate: (sessionId: string, signal: AbortSignal) => Promise<Located | null>;
  /** Fetches the grant under a licence and keeps it. @throws as `keepGrant` */
  readonly keepGrant: (licenceId: string, signal: AbortSignal) => Promise<RenewalAnswer>;
  /** Tells the verifier, signed, what this host computed in a window. @throws AgentError `not_enrolled`, Refusal */
  readonly reportUsage: (measured: MeasuredUsage, signal: AbortSignal) => Promise<UsageAnswer>;
  /** Attests, and is measured where that was accepted, until the signal ends it, keeping `state.json` and telling `report`. */
  readonly run: (signal: AbortSignal, report: (state: AgentState) => void) => Promise<void>;
};

/** Everything a host's agent does, put together from its options. Opens the data folder and makes the host key. @throws AgentError `not_enrolled` where no verifier is known */
export function openAgent(options: AgentOptions): Agent {
  const { pace = systemPace, licences = [], listDevices = false, tracer } = options;
  const folder = openDataFolder(options.data);
  const hostKey = createOrLoadHostKey(folder, options.hostKeyAlgorithm);
  const host = (): HostRecord | null => readHostRecord(folder);
  const named = options.verifier ?? host()?.verifier;
  if (named === undefined) {
    throw new AgentError(
      'not_enrolled',
      'this host is not enrolled, and no verifier is named',
      'Enrol it: sextant agent enrol --verifier URL --token-file FILE.',
    );
  }
  const address = verifierAddress(named, options.dangerouslyPlaintext);
  const client = verifierClient({ address, hostKey, clock: pace.clock, tracer });
  const machine = machineOf(options, folder);

  /** The kind that the host enrolled with, until it enrols anew. */
  const evidence = async (anew: boolean): Promise<EvidenceKind> => {
    const { evidence: wanted = options.device === undefined ? 'auto' : 'tpm' } = options;
    const enrolled = host();
    if (enrolled !== null && !anew) return enrolledBy(enrolled, wanted);
    return wanted === 'auto' ? detectEvidence(machine.found) : wanted;
  };
  const attest = async (signal: AbortSignal): Promise<EvidenceAnswer> => {
    requireEnrolled(host(), address);
    const kind = await evidence(false);
    const parts = await machine.evidence(kind, options.evidence ?? 'auto');
    const sessionKeys = () => currentSessionKeys(folder, pace.clock());
    return attestOnce({ client, evidence: parts, sessionKeys, pace, tracer }, signal);
  };
  const locate = async (sessionId: string, signal: AbortSignal): Promise<Located | null> => {
    const keys = currentSessionKeys(folder, pace.clock());
    try {
      return await follow(tracer, 'agent.locate', 'internal', () =>
        beLocated({ client, keys, pace }, sessionId, signal),
      );
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  };
  /** A place that cannot be measured takes nothing from an attestation that was accepted. */
  const attestAndLocate = async (signal: AbortSignal): Promise<EvidenceAnswer> => {
    const answer = await attest(signal);
    if (answer.appraisal.outcome !== 'accepted') return answer;
    try {
      const located = await locate(answer.sessionId, signal);
      for (const { code, message } of located?.missing ?? []) options.note?.(`${code}: ${message}`);
    } catch (error) {
      if (signal.aborted || !(error instanceof SextantError)) throw error;
      options.note?.(`this host's place was not measured: ${error.code}: ${error.message}`);
    }
    await refreshGrants(licences, keep, signal);
    return answer;
  };
  const keep = (licenceId: string, signal: AbortSignal): Promise<RenewalAnswer> =>
    follow(tracer, 'agent.renew', 'client', () =>
      keepGrant(client, folder, { licenceId, listDevices }, signal),
    );
  return {
    folder,
    device: machine.device,
    host,
    attester: async () => machine.attester(await evidence(false)),
    jkt: hostKey.jkt,
    attest,
    keepGrant: keep,
    locate,
    reportUsage: async (measured, signal) => {
      const { hostId } = requireEnrolled(host(), address);
      return sendUsage(client, await usageReport(client, measured, { hostId, now: pace.clock() }), signal);
    },
    enrol: async (token, { signal, hostname, again = false }) => {
      if (!again) requireNotEnrolled(host());
      const attester = machine.attester(await evidence(true));
      const label = hostname === undefined ? {} : { hostname };
      const { hostId } = await enrol({ client, attester, token, pace, signal, ...label });
      const enrolledAt = formatInstant(pace.clock());
      const record = { verifier: address.href, hostId, enrolledAt, evidence: attester.kind };
      writeHostRecord(folder, record);
      return record;
    },
    run: async (signal, report) => {
      const note = (sentence: string): void => options.note?.(sentence);
      await Promise.all([
        attestationLoop({
          attest: (ending) => follow(tracer, 'agent.attest', 'internal', () => attestAndLocate(ending)),
          challenged: (asking) => askChallenge(client, asking),
          pace,
          signal,
          report: (state) => {
            writeState(folder, state);
            report(state);
          },
        }),
        grantLoop({ licences, keep, pace, signal, note }),
      ]);
    },
  };
}

function enrolledBy({ evidence = 'tpm' }: HostRecord, wanted: 'auto' | EvidenceKind): EvidenceKind {
  if (wanted === 'auto' || wanted === evidence) return evidence;
  throw new AgentError(
    'enrolled_otherwise',
    `this host enrolled by ${evidence}, not by ${wanted}`,
    'Leave --evidence out; to enrol it by something else, name another folder with --data.',
    { expected: evidence, actual: wanted },
  );
}

function requireEnrolled(host: HostRecord | null, address: URL): HostRecord {
  if (host !== null && host.verifier === address.href) return host;
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
