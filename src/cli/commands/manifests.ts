import type { Command } from 'commander';
import { MANIFEST_MEDIA_TYPE } from '../../protocol/device-manifest.ts';
import { apiCommand, group } from '../client/api-command.ts';
import { readInput } from '../read-input.ts';

const HELP = `A manifest is a JWS by a key that was approved for its manufacturer (sextant trust propose, kind manufacturer):
docs/device-manifest.md has the format. An older one than is known of a device is refused.`;

export function manifestCommands(): Command {
  return group('manifest', "Manufacturers' words of which serial number is which chip.", [
    apiCommand({
      name: 'import',
      description: 'Import a device manifest.',
      arguments: [['<file>', 'the signed manifest; - for standard input']],
      request: ([file = '-']) => ({
        method: 'POST',
        path: '/v1/device-manifests',
        body: { mediaType: MANIFEST_MEDIA_TYPE, bytes: trimmed(readInput(file)) },
      }),
      view: { kind: 'object' },
      help: HELP,
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

/** A text file ends with a line break, which a JWS does not have. */
function trimmed(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(bytes.toString('latin1').trim(), 'latin1'));
}
