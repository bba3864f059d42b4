import { type Command, Option } from 'commander';
import { ROTATED_PURPOSES } from '../../protocol/key-purpose.ts';
import { apiCommand, group, json, segment } from '../client/api-command.ts';

const VIEW = {
  kind: 'table',
  member: 'keys',
  columns: ['kid', 'purpose', 'state', 'createdAt', 'activeFrom', 'publishedUntil'],
  empty: 'No keys.',
} as const;

type Rotation = { purpose: string; reason: string; compromised?: boolean };

export function keyCommands(): Command {
  return group('keys', "The verifier's own signing keys.", [
    apiCommand({
      name: 'list',
      description: 'List every key, and when it is good for what.',
      request: () => ({ method: 'GET', path: '/v1/keys' }),
      view: VIEW,
    }),
    apiCommand<Rotation>({
      name: 'rotate',
      description: 'Let the next key take its turn.',
      options: [
        new Option(
          '--purpose <purpose>',
          'what the key signs: ear, attestation results; permit, probe permits; or seal: what secrets lie sealed under',
        )
          .choices(ROTATED_PURPOSES)
          .makeOptionMandatory(),
        new Option('--reason <text>', 'why; kept and logged').makeOptionMandatory(),
        new Option(
          '--compromised',
          'somebody else may have the keys: give up all of them now, with what they signed',
        ),
      ],
      request: (_args, { purpose, reason, compromised = false }) => ({
        method: 'POST',
        path: `/v1/keys/${segment(purpose)}/rotation`,
        body: json({ reason, compromised }),
      }),
      view: VIEW,
      help: 'The old key stays published until the last result that it signed has ended; a verifier rotates by itself (`serve --rotate-ear-after`). See docs/operations.md.',
    }),
  ]);
}
