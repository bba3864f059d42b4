import { type Command, Option } from 'commander';
import { parsePem } from '../../bytes/pem.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { apiCommand, group, json } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

const HELP = `A manifest is a JWS by a key that was approved for its manufacturer (sextant trust propose, kind manufacturer):
docs/device-manifest.md has the format. An older one than is known of a device is refused.`;

export function manifestCommands(): Command {
  return group('manifest', "Manufacturers' words of which serial number is which chip.", [
    apiCommand({
      name: 'import',
      description: 'Import a device manifest.',
      arguments: [['<file>', 'the signed manifest; - for standard input']],
      request: async ([file = '-']) => {
        const { MANIFEST_MEDIA_TYPE } = await import('../../protocol/device-manifest.ts');
        const body = { mediaType: MANIFEST_MEDIA_TYPE, bytes: trimmed(readInput(file)) };
        return { method: 'POST', path: '/v1/device-manifests', body };
      },
      view: { kind: 'object' },
      help: HELP,
    }),
    apiCommand<PlatformFiles>({
      name: 'import-platform',
      description: "Import a TPM's platform certificate (TCG, RFC 5755).",
      options: [
        new Option('--platform-cert <file>', 'the attribute certificate, DER or PEM').makeOptionMandatory(),
        new Option('--ek-cert <file>', 'the endorsement certificate that it names').makeOptionMandatory(),
        new Option('--platform-chain <file>', 'its issuer and CAs above it'),
        new Option('--ek-chain <file>', 'CAs above the endorsement certificate'),
      ],
      request: (_args, files) => ({
        method: 'POST',
        path: '/v1/platform-certificates',
        body: json({
          platformCertificate: only(files.platformCert, 'ATTRIBUTE CERTIFICATE'),
          platformIntermediates: all(files.platformChain),
          ekCertificate: only(files.ekCert),
          ekIntermediates: all(files.ekChain),
        }),
      }),
      view: { kind: 'object' },
      help: 'The root of its maker must be approved: sextant trust propose-anchors --purpose tcg-platform-ca.',
    }),
    apiCommand({
      name: 'list',
      description: 'List what was imported, and whether it counts now.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/device-manifests' }),
      view: {
        kind: 'table',
        columns: ['id', 'kind', 'manufacturer', 'devices', 'issuedAt', 'expiresAt', 'inForce'],
        empty: 'No manifests: every serial number is its operator’s word.',
      },
    }),
  ]);
}

type PlatformFiles = { platformCert: string; ekCert: string; platformChain?: string; ekChain?: string };

/** What every DER certificate begins with: a constructed SEQUENCE. */
const SEQUENCE = 0x30;

function all(file: string | undefined, label = 'CERTIFICATE'): string[] {
  if (file === undefined) return [];
  const bytes = readInput(file);
  return (bytes[0] === SEQUENCE ? [bytes] : parsePem(bytes.toString('latin1'), { label })).map(toBase64Url);
}

function only(file: string, label?: string): string {
  const [one, ...more] = all(file, label);
  if (one !== undefined && more.length === 0) return one;
  throw new UsageError('unreadable', `${file} holds not one certificate`, 'Give one, in DER or PEM.');
}

/** A text file ends with a line break, which a JWS does not have. */
function trimmed(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(bytes.toString('latin1').trim(), 'latin1'));
}
