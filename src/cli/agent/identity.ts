import { hash } from 'node:crypto';
import type { Agent } from '../../agent/agent.ts';
import type { Endorsement } from '../../agent/tpm/port.ts';
import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { fromBase64Url, toHex } from '../../bytes/text.ts';
import { importPublicKey, parseTpm2bPublic, withoutPadding } from '../../evidence/tpm/index.ts';
import { nameText, parseCertificate } from '../../pki/index.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

export type IdentityFlags = { readonly row?: string; readonly model?: string };

/** Prints what this host is declared by, for people or as a row of an import. @throws AgentError */
export async function showIdentity(settings: AgentSettings, flags: IdentityFlags): Promise<void> {
  const agent = openAgentFor({ ...settings, verifier: settings.verifier ?? 'http://127.0.0.1' });
  const { identity, lines } = await withProgress('looking at this machine', () => identify(agent));
  process.stdout.write(
    flags.row === undefined
      ? describe(lines)
      : row({ ...identity, model: flags.model ?? identity.model }, flags.row),
  );
}

type Identity = {
  /** As a row of an import has it. */
  readonly identity: {
    readonly kind: string;
    readonly model: string;
    readonly column: string;
    readonly sha256: string;
  };
  /** For people. */
  readonly lines: readonly (readonly string[])[];
};

const GUESTS = { tdx: 'Intel TDX guest', snp: 'AMD SEV-SNP guest', azure: 'Azure confidential VM' } as const;

async function identify(agent: Agent): Promise<Identity> {
  const { kind } = await agent.attester();
  if (kind === 'tpm') return identifyTpm(await agent.device.readEndorsement());
  // The hardware is shared by all of its guests: what tells this one apart is the key that its report vouches for.
  const sha256 = toHex(fromBase64Url(agent.jkt, 'jkt'));
  return {
    identity: { kind: 'host-tee', model: GUESTS[kind], column: 'hostKeySha256', sha256 },
    lines: [
      ['hostKeySha256', bold(sha256)],
      ['vouched for by', GUESTS[kind]],
    ],
  };
}

function identifyTpm(endorsement: Endorsement): Identity {
  const sha256 = ekSha256(endorsement);
  return {
    identity: { kind: 'host-tpm', model: 'TPM 2.0', column: 'tpmEkSha256', sha256 },
    lines: [
      ['tpmEkSha256', bold(sha256)],
      ...certificate(endorsement.ekCertificate),
      ['certificates above it', `${endorsement.ekIntermediates.length} in this TPM or given by --ek-chain`],
    ],
  };
}

/** SHA-256 of the key's SubjectPublicKeyInfo: what a device of kind host-tpm is declared by. */
function ekSha256({ ekPublic }: Endorsement): string {
  const spki = importPublicKey(parseTpm2bPublic(ekPublic)).export({ type: 'spki', format: 'der' });
  return hash('sha256', spki, 'hex');
}

function row({ kind, model, column, sha256 }: Identity['identity'], facility: string): string {
  const quoted = `"${model.replaceAll('"', '""')}"`;
  return `kind,model,${column},facilityId\n${kind},${quoted},${sha256},${facility}\n`;
}

function describe(lines: Identity['lines']): string {
  return `${lines.map(([name = '', value = '']) => `${name.padEnd(22)}${value}`).join('\n')}\n`;
}

/** Whether it is genuine is the verifier's to say; this is for finding the root that must be approved. */
function certificate(nv: Uint8Array): string[][] {
  try {
    const { issuer, notAfter } = parseCertificate(withoutPadding(nv));
    return [
      ['certificate issued by', printable(nameText(issuer))],
      ['valid until', formatInstant(notAfter)],
    ];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return [
      ['certificate', dim(`${error.code} at ${error.path ?? 'its start'}: the verifier will refuse it`)],
    ];
  }
}
