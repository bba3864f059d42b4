import { type Command, Option } from 'commander';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import { importOperation } from './import-file.ts';
import { reason } from './reason.ts';

export function screeningCommands(): Command {
  return group('screening', 'What screening tools found of parties, and the list that is in force.', [
    apiCommand(
      importOperation({
        name: 'import',
        description: 'Take in what a screening tool found, with a report for each row.',
        path: '/v1/screenings/import',
        columns: ['row', 'outcome', 'partyId', 'standing'],
        outcomes: ['recorded', 'unchanged', 'rejected'],
        help: 'CSV columns: partyId, listVersion, outcome (clear, hit or review), reviewer, date (YYYY-MM-DD). Repeating a file changes nothing.',
      }),
    ),
    apiCommand({
      name: 'show',
      description: 'Show what tools found of a party.',
      arguments: [['<party>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/parties/${segment(id)}/screenings` }),
      view: {
        kind: 'table',
        columns: ['date', 'outcome', 'listVersion', 'reviewer', 'importedAt'],
        empty: 'Nobody has screened it.',
      },
    }),
    apiCommand<{ reason: string; grace?: number }>({
      name: 'declare',
      description: 'Declare which list is in force: who was screened against another was not screened.',
      arguments: [['<version>', 'its name, e.g. 2026-11-01']],
      options: [
        new Option(
          '--grace <seconds>',
          'for how long what was granted before stands (default: a day; 0: suspended now)',
        ).argParser(Number),
        reason(),
      ],
      request: ([version], { grace: graceSeconds, reason: why }) => ({
        method: 'POST',
        path: '/v1/screening-lists',
        body: json(given({ version, graceSeconds, reason: why })),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'lists',
      description: 'Show the lists that were declared, the one in force first.',
      request: () => ({ method: 'GET', path: '/v1/screening-lists' }),
      view: { kind: 'table', columns: ['version', 'declaredAt', 'reason'], empty: 'No list was declared.' },
    }),
  ]);
}

export function accessCommands(): Command {
  return group('access', 'Who is let in, to which host or facility, since when and until when.', [
    apiCommand<{ host?: string; facility?: string; at?: string }>({
      name: 'start',
      description: 'Record that a party is let in.',
      arguments: [['<party>', 'its id']],
      options: [
        new Option('--host <host>', 'to this host').conflicts('facility'),
        new Option('--facility <facility>', 'or to all that you have at this facility'),
        new Option('--at <instant>', 'when; now unless given'),
      ],
      request: ([partyId], { host, facility, at }) => ({
        method: 'POST',
        path: '/v1/accesses',
        body: json(given({ partyId, hostId: host, facilityId: facility, startedAt: at })),
      }),
      view: { kind: 'object' },
    }),
    apiCommand<{ at?: string; reason: string }>({
      name: 'end',
      description: 'Record that it is let in no more.',
      arguments: [['<access>', 'its id']],
      options: [new Option('--at <instant>', 'when; now unless given'), reason()],
      request: ([id], { at, reason: why }) => ({
        method: 'POST',
        path: `/v1/accesses/${segment(id)}/end`,
        body: json(given({ endedAt: at, reason: why })),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'list',
      description: 'List who was let in where.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/accesses' }),
      view: {
        kind: 'table',
        columns: ['id', 'partyId', 'facilityId', 'hostId', 'startedAt', 'endedAt'],
        empty: 'Nobody was let in.',
      },
    }),
  ]);
}
