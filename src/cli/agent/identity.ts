import { hash } from 'node:crypto';
import type { Command } from 'commander';
import type { Endorsement } from '../../agent/tpm/port.ts';
import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { importPublicKey, parseTpm2bPublic, withoutPadding } from '../../evidence/tpm/index.ts';
import { nameText, parseCertificate } from '../../pki/index.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { type AgentFlags, agentCommand, openAgentFor } from './flags.ts';

/** Before a host is enrolled, its exporter declares the TPM by this digest, and its authority needs the maker's root. */
export function identityCommand(): Command {
  return agentCommand('identity', 'Print the endorsement key of this TPM, as its exporter declares it.')
    .option(
      '--row <facility>',
      'print it as CSV for `sextant device import - --format csv`, and nothing else',
    )
    .option('--model <text>', 'model in that row', 'TPM 2.0')
    .action(async (flags: AgentFlags & { row?: string; model: string }) => {
      const { device } = openAgentFor({ verifier: 'http://127.0.0.1', ...flags });
      const endorsement = await withProgress('reading the endorsement key', () => device.readEndorsement());
      const text = flags.row === undefined ? describe(endorsement) : row(endorsement, flags.model, flags.row);
      process.stdout.write(text);
    });
}

/** SHA-256 of the key's SubjectPublicKeyInfo: what a device of kind host-tpm is declared by. */
function ekSha256({ ekPublic }: Endorsement): string {
  const spki = importPublicKey(parseTpm2bPublic(ekPublic)).export({ type: 'spki', format: 'der' });
  return hash('sha256', spki, 'hex');
}

function row(endorsement: Endorsement, model: string, facility: string): string {
  const quoted = `"${model.replaceAll('"', '""')}"`;
  return `kind,model,tpmEkSha256,facilityId\nhost-tpm,${quoted},${ekSha256(endorsement)},${facility}\n`;
}

function describe(endorsement: Endorsement): string {
  const lines = [
    ['tpmEkSha256', bold(ekSha256(endorsement))],
    ...certificate(endorsement.ekCertificate),
    ['certificates above it', `${endorsement.ekIntermediates.length} in this TPM or given by --ek-chain`],
  ];
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
