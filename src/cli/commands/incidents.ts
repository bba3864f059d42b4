import { type Command, Option } from 'commander';
import { apiCommand, group, json, segment } from '../client/api-command.ts';

export function incidentCommands(): Command {
  return group('incident', 'What must be reported to an authority.', [
    apiCommand({
      name: 'list',
      description: 'List incidents.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/incidents' }),
      view: {
        kind: 'table',
        columns: ['id', 'kind', 'state', 'overdue', 'dueAt', 'subjects', 'reference'],
        empty: 'No incidents.',
      },
    }),
    apiCommand({
      name: 'show',
      description: 'Show an incident with its notes.',
      arguments: [['<incident>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/incidents/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand<{ text: string }>({
      name: 'note',
      description: 'Add a note to an incident.',
      arguments: [['<incident>', 'its id']],
      options: [new Option('--text <text>', 'kept, logged and shown').makeOptionMandatory()],
      request: ([id], { text }) => ({
        method: 'POST',
        path: `/v1/incidents/${segment(id)}/notes`,
        body: json({ note: text }),
      }),
      view: { kind: 'object' },
    }),
    apiCommand<{ reference: string }>({
      name: 'report',
      description: 'Say that an incident was reported to the authority.',
      arguments: [['<incident>', 'its id']],
      options: [new Option('--reference <text>', 'by which the report is found again').makeOptionMandatory()],
      request: ([id], { reference }) => ({
        method: 'POST',
        path: `/v1/incidents/${segment(id)}/report`,
        body: json({ reference }),
      }),
      view: { kind: 'object' },
    }),
    apiCommand<{ reason: string }>({
      name: 'close',
      description: 'End an incident, as the authority, with a reason.',
      arguments: [['<incident>', 'its id']],
      options: [new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory()],
      request: ([id], { reason }) => ({
        method: 'POST',
        path: `/v1/incidents/${segment(id)}/closing`,
        body: json({ reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}
