import { type Command, Option } from 'commander';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';

export function webhookCommands(): Command {
  return group('webhook', 'Where events are delivered.', [
    apiCommand<{ type?: string[] }>({
      name: 'add',
      description: 'Have events delivered to an address, from now on. The secret is shown this once.',
      arguments: [['<url>', 'https, where messages are posted']],
      options: [new Option('--type <type...>', 'which events (default: all that the token may read)')],
      request: ([url = ''], { type }) => ({
        method: 'POST',
        path: '/v1/webhooks',
        body: json(given({ url, types: type })),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'list',
      description: 'List webhooks and how they fare.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/webhooks' }),
      view: {
        kind: 'table',
        columns: ['id', 'url', 'state', 'cursor', 'failures', 'lastResult', 'nextAttemptAt'],
        empty: 'No webhooks.',
      },
    }),
    apiCommand({
      name: 'test',
      description: 'Send one message that tells of nothing.',
      arguments: [['<webhook>', 'its id']],
      request: ([id]) => ({ method: 'POST', path: `/v1/webhooks/${segment(id)}/test` }),
      view: { kind: 'object' },
    }),
    apiCommand<{ after: string }>({
      name: 'replay',
      description: 'Deliver events again, and take up a webhook that was disabled.',
      arguments: [['<webhook>', 'its id']],
      options: [
        new Option('--after <sequence>', 'every event behind this one; 0 for all').makeOptionMandatory(),
      ],
      request: ([id], { after }) => ({
        method: 'POST',
        path: `/v1/webhooks/${segment(id)}/replay`,
        body: json({ after: Number(after) }),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'rotate',
      description: 'Give a webhook another secret; for a day both sign.',
      arguments: [['<webhook>', 'its id']],
      request: ([id]) => ({ method: 'POST', path: `/v1/webhooks/${segment(id)}/secret` }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'remove',
      description: 'Remove a webhook.',
      arguments: [['<webhook>', 'its id']],
      request: ([id]) => ({ method: 'DELETE', path: `/v1/webhooks/${segment(id)}` }),
      view: { kind: 'object' },
    }),
  ]);
}
