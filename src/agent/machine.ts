import type { AgentOptions } from './agent.ts';
import { akRecord, recordedAkHandle } from './ak-record.ts';
import { type EvidencePart, partOf } from './attest.ts';
import type { Attester, EvidenceKind } from './attester.ts';
import { azureAttester } from './azure/attester.ts';
import { azureMetadata } from './azure/metadata.ts';
import { toolsAzureVm } from './azure/tools.ts';
import type { Machine } from './detect.ts';
import { ekCertificateRecord } from './ek-certificate-record.ts';
import { AgentError } from './errors.ts';
import type { DataFolder } from './folder.ts';
import { gpuCollector } from './gpu/collector.ts';
import { toolsNvidiaHost } from './gpu/tools.ts';
import { guestAttester, KIND_OF_PROVIDER, type Note } from './tee/attester.ts';
import { configfsTsm, TSM_REPORTS_PATH } from './tee/configfs-tsm.ts';
import type { ConfidentialGuest } from './tee/port.ts';
import { DEFAULT_AK_HANDLE } from './tpm/attestation-key.ts';
import { tpmAttester } from './tpm/attester.ts';
import { ekCertificateService } from './tpm/ek-certificate-service.ts';
import type { EkOptions } from './tpm/endorsement.ts';
import type { TpmDevice } from './tpm/port.ts';
import { resolveTcti } from './tpm/run-tool.ts';
import { DEFAULT_PCRS, parsePcrChoice } from './tpm/selection.ts';
import { requireDevice, toolsTpm } from './tpm/tools.ts';

/** What the options make of this machine; nothing of it is touched before it is asked. */
export type AttestingMachine = {
  readonly device: TpmDevice;
  readonly found: Machine;
  readonly attester: (kind: EvidenceKind) => Attester;
  /**
   * Everything that a host of that kind shows in one bundle, in the order of commitment.
   *
   * @param wanted `auto`, or the one kind that a person asked for: then nothing is shown beside it but GPUs
   */
  readonly evidence: (kind: EvidenceKind, wanted: 'auto' | EvidenceKind) => Promise<readonly EvidencePart[]>;
};

export function machineOf(options: AgentOptions, folder: DataFolder): AttestingMachine {
  const { akAlgorithm = 'ecc', akHandle, pcrs = DEFAULT_PCRS, tsm = {}, logs, note = () => {} } = options;
  const tcti = resolveTcti(options.tcti, process.env);
  const choice = parsePcrChoice(pcrs);
  const handle = akHandle ?? recordedAkHandle(folder) ?? DEFAULT_AK_HANDLE;
  const ek = ekOptions(options, folder);
  const ak = { algorithm: akAlgorithm, handle, memory: akRecord(folder) };
  const device = options.device ?? toolsTpm({ tcti, ak, ek, ...logs });
  const azure = options.azureVm ?? toolsAzureVm({ tcti, metadata: azureMetadata() });
  const guest = configfsTsm(tsm);
  const noted = once(note);
  const attesters: Readonly<Record<EvidenceKind, () => Attester>> = {
    tpm: () => tpmAttester(device, choice, noted),
    tdx: () => guestAttester(guest, 'tdx', noted),
    snp: () => guestAttester(guest, 'snp', noted),
    azure: () => azureAttester(azure, choice, ek.intermediates),
  };
  return {
    device,
    found: {
      guest,
      azure,
      requireTpm: () => requireDevice(tcti),
      lookedAt: { tee: tsm.reports ?? TSM_REPORTS_PATH, tpm: tcti },
    },
    attester: (kind) => attesters[kind](),
    evidence: async (kind, wanted) => [
      ...gpuPart(options, noted),
      partOf(attesters[kind]()),
      ...(kind === 'tpm' && wanted === 'auto' ? await guestPart(guest, noted) : []),
    ],
  };
}

function ekOptions({ ek = {}, ekService }: AgentOptions, folder: DataFolder): EkOptions {
  if (ekService === undefined) return ek;
  return { ...ek, source: ekCertificateService(ekCertificateRecord(folder), ekService) };
}

function gpuPart({ gpus, nvidia, device }: AgentOptions, note: Note): EvidencePart[] {
  const { choice, host } = {
    choice: gpus ?? (device !== undefined && nvidia === undefined ? 'none' : 'auto'),
    host: nvidia ?? toolsNvidiaHost(),
  };
  return choice === 'none' ? [] : [{ collect: gpuCollector(host, choice, note), isBeside: true }];
}

/**
 * The confidential guest in which a host that enrolled by its TPM runs. It vouches for more than the TPM can, and for nothing
 * that the host needs to be accepted: one that may not be asked is told, and left out.
 */
async function guestPart(guest: ConfidentialGuest, note: Note): Promise<EvidencePart[]> {
  try {
    const provider = await guest.provider();
    if (provider === null) return [];
    const attester = guestAttester(guest, KIND_OF_PROVIDER[provider], note);
    return [partOf(attester, true)];
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    note(`No evidence of the guest that this host runs in (${error.code}): ${error.message}. ${error.mend}`);
    return [];
  }
}

/** Says each sentence once: an agent that runs for months attests every hour. */
function once(note: Note): Note {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    note(sentence);
  };
}
