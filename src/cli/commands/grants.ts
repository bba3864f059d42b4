import { type Command, Option } from 'commander';
import { apiCommand, group, json, segment } from '../client/api-command.ts';
import { verifyGrantCommand } from '../grant/command.ts';

type Filter = { licence?: string; host?: string };

export function grantCommands(): Command {
  return group('grant', 'What hosts may use under licences, and until when.', [
    verifyGrantCommand(),
    apiCommand<Filter>({
      name: 'list',
      description: 'List grants of a licence or of a host.',
      options: [new Option('--licence <licence>', 'under which'), new Option('--host <host>', 'to which')],
      paged: true,
      request: (_args, { licence, host }) => {
        const query = new URLSearchParams();
        if (licence !== undefined) query.set('licenceId', licence);
        if (host !== undefined) query.set('hostId', host);
        return { method: 'GET', path: query.size === 0 ? '/v1/grants' : `/v1/grants?${query}` };
      },
      view: {
        kind: 'table',
        columns: ['grantId', 'licenceId', 'hostId', 'status', 'issuedAt', 'expiresAt'],
        empty: 'No grants.',
      },
      help: 'Example:\n  sextant grant list --as operator --host hst_…\nAll of them are shown to the authority and its auditors alone.',
    }),
    apiCommand({
      name: 'show',
      description: 'Show a grant and what became of it.',
      arguments: [['<grant>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/grants/${segment(id)}` }),
      view: { kind: 'object' },
      help: 'The token alone: sextant grant show grt_… --only grant',
    }),
    apiCommand<{ reason: string }>({
      name: 'revoke',
      description: 'End a grant for good: it shows in the list of statuses at once.',
      arguments: [['<grant>', 'its id']],
      options: [new Option('--reason <text>', 'why; kept and logged').makeOptionMandatory()],
      request: ([id], { reason }) => ({
        method: 'POST',
        path: `/v1/grants/${segment(id)}/revocation`,
        body: json({ reason }),
      }),
      view: { kind: 'object' },
      help: 'For one that was copied or issued by mistake: its host may ask for another. To stop a host:\n  sextant host suspend <host>, or sextant licence rule <licence> --status suspended',
    }),
  ]);
}
