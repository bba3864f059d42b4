import { EVIDENCE_KINDS } from '../../agent/attester.ts';
import { GPU_CHOICES } from '../../agent/gpu/choice.ts';
import { TSM_REPORTS_PATH } from '../../agent/tee/configfs-tsm.ts';
import { EK_ALGORITHMS } from '../../agent/tpm/endorsement-keys.ts';
import { choice, list, type Program, parsed, text, toggle, type Values } from '../configuration/setting.ts';
import { AGENT_TRACE_SETTINGS } from '../serve/trace-settings.ts';
import { handle } from './handle.ts';

const settings = {
  verifier: text({
    flags: '--verifier <url>',
    variable: 'SEXTANT_AGENT_VERIFIER',
    what: 'the verifier',
    fallback: undefined,
    otherwise: 'the one where this host is enrolled',
  }),
  data: text({
    flags: '--data <folder>',
    variable: 'SEXTANT_AGENT_DATA',
    what: 'host key and state',
    fallback: undefined,
    otherwise: '<SEXTANT_DATA or ./.sextant>/agent',
  }),
  evidence: choice({
    flags: '--evidence <kind>',
    variable: 'SEXTANT_AGENT_EVIDENCE',
    what: 'what vouches for this host; auto: what it enrolled by, and beside a TPM the guest that it runs in; at enrolment a TEE, else its TPM',
    choices: ['auto', ...EVIDENCE_KINDS],
    fallback: 'auto',
  }),
  gpus: choice({
    flags: '--gpus <choice>',
    variable: 'SEXTANT_AGENT_GPUS',
    what: 'evidence of NVIDIA GPUs by nvattest: of those that attest (auto), of all or fail (required), or none',
    choices: GPU_CHOICES,
    fallback: 'auto',
  }),
  tsm: text({
    flags: '--tsm <folder>',
    variable: 'SEXTANT_AGENT_TSM',
    what: 'where the kernel makes reports of a TEE',
    fallback: undefined,
    otherwise: TSM_REPORTS_PATH,
  }),
  tcti: text({
    flags: '--tcti <tcti>',
    variable: 'SEXTANT_AGENT_TCTI',
    what: 'TPM to use, as tpm2-tools name it',
    fallback: undefined,
    otherwise: 'TPM2TOOLS_TCTI, else /dev/tpmrm0',
  }),
  ek: choice({
    flags: '--ek <kind>',
    variable: 'SEXTANT_AGENT_EK',
    what: 'endorsement key',
    choices: EK_ALGORITHMS,
    fallback: undefined,
    otherwise: 'the first with a certificate',
  }),
  ak: choice({
    flags: '--ak <kind>',
    variable: 'SEXTANT_AGENT_AK',
    what: 'attestation key to make',
    choices: ['rsa', 'ecc'],
    fallback: undefined,
    otherwise: 'ecc',
  }),
  ekCertificate: text({
    flags: '--ek-certificate <file>',
    variable: 'SEXTANT_AGENT_EK_CERTIFICATE',
    what: 'certificate of the endorsement key, where the TPM holds none (DER or PEM)',
    fallback: undefined,
    otherwise: 'the TPM’s',
  }),
  fetchEkCertificate: toggle({
    flags: '--fetch-ek-certificate',
    variable: 'SEXTANT_AGENT_FETCH_EK_CERTIFICATE',
    what: 'where the TPM holds none, ask its maker (Intel, AMD) over https and keep the answer; it is sent a digest of the endorsement key, and nothing is proven by asking: the verifier validates the chain as ever',
  }),
  ekChain: text({
    flags: '--ek-chain <file>',
    variable: 'SEXTANT_AGENT_EK_CHAIN',
    what: 'CA certificates above it, or on Azure above the attestation key, where the TPM holds none (DER or PEM)',
    fallback: undefined,
    otherwise: 'the TPM’s',
  }),
  platformCertificate: text({
    flags: '--platform-certificate <file>',
    variable: 'SEXTANT_AGENT_PLATFORM_CERTIFICATE',
    what: 'the machine’s platform certificate (TCG), to be enrolled with (DER or PEM)',
    fallback: undefined,
    otherwise: 'none',
  }),
  platformChain: text({
    flags: '--platform-chain <file>',
    variable: 'SEXTANT_AGENT_PLATFORM_CHAIN',
    what: 'CA certificates above its issuer, and that (DER or PEM)',
    fallback: undefined,
    otherwise: 'none',
  }),
  akHandle: parsed({
    flags: '--ak-handle <handle>',
    variable: 'SEXTANT_AGENT_AK_HANDLE',
    what: 'where the attestation key is kept',
    parse: handle,
    fallback: undefined,
    otherwise: '0x8101a500',
  }),
  pcrs: text({
    flags: '--pcrs <list>',
    variable: 'SEXTANT_AGENT_PCRS',
    what: 'registers to quote, e.g. sha256:0-9,14',
    fallback: undefined,
    otherwise: 'sha256:0-9,14',
  }),
  licence: list({
    flags: '--licence <licence...>',
    variable: 'SEXTANT_AGENT_LICENCE',
    what: 'keep the grants of this host under these licences in the data folder, and renew them (docs/grants.md)',
    read: (texts): readonly string[] | undefined => texts,
    fallback: undefined,
  }),
  listDevices: toggle({
    flags: '--list-devices',
    variable: 'SEXTANT_AGENT_LIST_DEVICES',
    what: 'have those grants list their devices, for whoever counts them on this host',
  }),
  ...AGENT_TRACE_SETTINGS,
  dangerouslyPlaintext: toggle({
    flags: '--dangerously-plaintext',
    variable: 'SEXTANT_AGENT_DANGEROUSLY_PLAINTEXT',
    what: 'speak plain HTTP to another machine',
  }),
};

/** What an agent can be told; docs/configuration.md is made of it. */
export const AGENT: Program<typeof settings> = {
  name: 'agent',
  settings,
  fileVariable: 'SEXTANT_AGENT_CONFIG',
};

export type AgentSettings = Values<typeof settings>;
