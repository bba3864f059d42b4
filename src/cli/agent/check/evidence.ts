import { azureMetadata } from '../../../agent/azure/metadata.ts';
import { toolsAzureVm } from '../../../agent/azure/tools.ts';
import { AgentError } from '../../../agent/errors.ts';
import { KIND_OF_PROVIDER } from '../../../agent/tee/attester.ts';
import { configfsTsm, TSM_REPORTS_PATH } from '../../../agent/tee/configfs-tsm.ts';
import { readEndorsement } from '../../../agent/tpm/endorsement.ts';
import { resolveTcti } from '../../../agent/tpm/run-tool.ts';
import { withScratch } from '../../../agent/tpm/scratch.ts';
import { requireDevice } from '../../../agent/tpm/tools.ts';
import { type Finding, ok, problem, skipped } from '../../doctor/finding.ts';
import { endorsementOptions } from '../open.ts';
import type { AgentSettings } from '../settings.ts';
import { failed } from './folder.ts';

/**
 * What can vouch for this host: its TPM, with its rights, tpm2-tools and a certificate of its endorsement key; or the TEE that it is a guest
 * of. One of them has to; asked for by name, that one has to.
 */
export async function checkEvidence(settings: AgentSettings): Promise<Finding[]> {
  const { evidence } = settings;
  const tee =
    evidence === 'tpm' || evidence === 'azure' ? notWanted('tee', evidence) : await checkTee(settings);
  const tpm =
    evidence === 'tdx' || evidence === 'snp' ? notWanted('tpm', evidence) : await checkTpm(settings);
  if (evidence === 'tdx' || evidence === 'snp') return [requireKind(tee, evidence), tpm];
  if (evidence !== 'auto') return [tee, tpm];
  // Of two ways one that is barred is no problem while the other is open.
  if (tee.status === 'ok' && isAbsent(tpm)) return [tee, skipped('tpm', tpm.says)];
  return [tee, tpm];
}

function notWanted(id: string, evidence: string): Finding {
  return skipped(id, `--evidence ${evidence} has nothing to do with it`);
}

async function checkTee({ tsm = TSM_REPORTS_PATH }: AgentSettings): Promise<Finding> {
  try {
    const provider = await configfsTsm({ reports: tsm }).provider();
    if (provider === null)
      return skipped('tee', `no driver at ${tsm}: this is no confidential guest, or Linux before 6.7`);
    return ok('tee', `a guest under ${KIND_OF_PROVIDER[provider]}, by ${provider}`);
  } catch (error) {
    if (error instanceof AgentError) return failed('tee', error);
    throw error;
  }
}

function requireKind(tee: Finding, kind: string): Finding {
  if (tee.status === 'ok' && tee.says.includes(`under ${kind},`)) return tee;
  if (tee.status === 'problem') return tee;
  return problem(
    'tee',
    `${tee.says}; --evidence ${kind} asks for it`,
    'Load its driver (modprobe tdx_guest, or sev-guest), as root.',
  );
}

async function checkTpm(settings: AgentSettings): Promise<Finding> {
  const id = 'tpm';
  const tcti = resolveTcti(settings.tcti, process.env);
  try {
    await requireDevice(tcti);
    const hardware = await toolsAzureVm({ tcti, metadata: azureMetadata() }).hardware();
    if (hardware !== null) return ok(id, `${tcti} answers: an Azure confidential VM's, on ${hardware}`);
    if (settings.evidence === 'azure')
      return problem(id, `${tcti} answers, and is no Azure confidential VM's`, 'Leave out --evidence azure.');
    const { ekCertificate } = await withScratch(tcti, (scratch) =>
      readEndorsement(scratch, endorsementOptions(settings)),
    );
    return ok(id, `${tcti} answers, with a certificate of its key (${ekCertificate.length} bytes)`);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    if (error.code === 'nv_index_absent' && settings.fetchEkCertificate)
      return ok(id, `${tcti} answers; it holds no certificate, and its maker is asked at enrolment`);
    return failed(id, error);
  }
}

function isAbsent({ says }: Finding): boolean {
  return /^(?:tpm_absent|tool_missing):/.test(says);
}
