import { FormatError } from '../../bytes/errors.ts';
import { type HclReport, hclReportTypeOf, parseHclReport } from '../../evidence/azure/index.ts';
import { AgentError } from '../errors.ts';
import { EVENT_LOG_PATH, readEventLog } from '../tpm/event-log.ts';
import { handleText, listHandles } from '../tpm/handles.ts';
import { readNv } from '../tpm/nv.ts';
import { quote } from '../tpm/quote.ts';
import { type Scratch, withScratch } from '../tpm/scratch.ts';
import type { AzureMetadata } from './metadata.ts';
import type { AzureVm } from './port.ts';

/** What Azure reserves in the vTPMs of its VMs ("Confidential VM Guest Attestation Design Detail"). */
const HCL_REPORT_INDEX = 0x01400001;
const AK_CERTIFICATE_INDEX = 0x01c101d0;
const AK_HANDLE = 0x81000003;

export type ToolsAzureVmOptions = {
  /** As `resolveTcti` gives it. */
  readonly tcti: string;
  readonly metadata: AzureMetadata;
  /** Default: {@link EVENT_LOG_PATH}. */
  readonly eventLogPath?: string;
};

/** An Azure confidential VM through tpm2-tools and the metadata service. Nothing in it is changed. */
export function toolsAzureVm({ tcti, metadata, eventLogPath }: ToolsAzureVmOptions): AzureVm {
  return {
    hardware: () =>
      withScratch(tcti, async (scratch) => {
        const indices = await listHandles(scratch, 'handles-nv-index');
        if (!indices.includes(HCL_REPORT_INDEX)) return null;
        return hclReportTypeOf(await readNv(scratch, HCL_REPORT_INDEX, 'owner'));
      }),
    collect: async (request) => {
      const fromTpm = await withScratch(tcti, async (scratch) => {
        const indices = await listHandles(scratch, 'handles-nv-index');
        requireReport(indices);
        await requireKey(scratch);
        return {
          ...(await quote(scratch, AK_HANDLE, request)),
          hclReport: await readNv(scratch, HCL_REPORT_INDEX, 'owner'),
          akCertificate: indices.includes(AK_CERTIFICATE_INDEX)
            ? await readNv(scratch, AK_CERTIFICATE_INDEX, 'owner')
            : null,
        };
      });
      return {
        ...fromTpm,
        ...(await fromHost(fromTpm.hclReport, metadata)),
        eventLog: await readEventLog(eventLogPath ?? EVENT_LOG_PATH),
      };
    },
  };
}

/** What the host adds to the report of its hardware: a quote of it, or the certificates above it. */
async function fromHost(
  report: Uint8Array,
  metadata: AzureMetadata,
): Promise<{ tdQuote: Uint8Array | null; certificates: Uint8Array[] }> {
  const { reportType, hardwareReport } = parseReport(report);
  if (reportType === 'tdx') return { tdQuote: await metadata.tdQuote(hardwareReport), certificates: [] };
  return { tdQuote: null, certificates: await metadata.amdCertificates() };
}

function parseReport(bytes: Uint8Array): HclReport {
  try {
    return parseHclReport(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new AgentError(
      'tpm_failed',
      `NV index ${handleText(HCL_REPORT_INDEX)} holds no report of Azure's that is read here: ${cause.message}`,
      'See that agent and VM are of versions that go together.',
      { cause },
    );
  }
}

function requireReport(indices: readonly number[]): void {
  if (indices.includes(HCL_REPORT_INDEX)) return;
  throw new AgentError(
    'nv_index_absent',
    `this is no Azure confidential VM: NV index ${handleText(HCL_REPORT_INDEX)} is not defined`,
    'Enrol the host by its TPM, or by its TEE where the guest reaches it itself.',
    { expected: handleText(HCL_REPORT_INDEX), actual: indices.map(handleText).join(', ') || 'no NV indices' },
  );
}

/** The paravisor makes it anew at every boot; nobody else can. */
async function requireKey(scratch: Scratch): Promise<void> {
  const handles = await listHandles(scratch, 'handles-persistent');
  if (handles.includes(AK_HANDLE)) return;
  throw new AgentError(
    'ak_absent',
    `the attestation key of this VM's paravisor is not at ${handleText(AK_HANDLE)}`,
    'Restart the VM: its paravisor makes the key again.',
    { expected: handleText(AK_HANDLE), actual: handles.map(handleText).join(', ') || 'no persistent keys' },
  );
}
