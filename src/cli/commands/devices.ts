import { type Command, Option } from 'commander';
import type { JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import type { CliRequest } from '../client/transport.ts';
import { UsageError } from '../failure.ts';
import { importOperation } from './import-file.ts';
import { manifestCommands } from './manifests.ts';
import { reason } from './reason.ts';

export function deviceCommands(): Command {
  return group('device', 'Chips, as their exporter declares them.', [
    manifestCommands(),
    apiCommand(
      importOperation({
        name: 'import',
        description: 'Declare many devices, with a report for each row.',
        path: '/v1/devices/import',
        columns: ['row', 'outcome', 'deviceId'],
        outcomes: ['created', 'changed', 'unchanged', 'rejected'],
        help: 'CSV columns: kind, model, serial, tpmEkSha256, hostKeySha256, nvidiaChipKeySha256, facilityId, partyId. Rows that are right are kept although others are not.',
      }),
    ),
    apiCommand({
      name: 'list',
      description: 'List devices.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/devices' }),
      view: {
        kind: 'table',
        columns: ['id', 'kind', 'model', 'serial', 'facilityId', 'lifecycle', 'notedState'],
        empty: 'No devices.',
      },
    }),
    apiCommand<{ dueAfter?: string; reason: string }>({
      name: 'ship',
      description: 'Say that a device is on its way: a proof of its arrival is owed from now on.',
      arguments: [['<device>', 'its id']],
      options: [new Option('--due-after <days>', 'within how many days (default 30, at most 90)'), reason()],
      request: ([id], { dueAfter, reason: why }) =>
        move(id, 'shipment', given({ dueAfterDays: daysOf(dueAfter), reason: why })),
      view: { kind: 'object' },
    }),
    apiCommand<{ until: string; reason: string }>({
      name: 'maintain',
      description: 'Take a device out of use until an instant; its operator does.',
      arguments: [['<device>', 'its id']],
      options: [
        new Option('--until <instant>', 'when the maintenance ends, within 30 days').makeOptionMandatory(),
        reason(),
      ],
      request: ([id], { until, reason: why }) => move(id, 'maintenance', { until, reason: why }),
      view: { kind: 'object' },
    }),
    ...SIMPLE_MOVES.map(([name, noun, description]) =>
      apiCommand<{ reason: string }>({
        name,
        description,
        arguments: [['<device>', 'its id']],
        options: [reason()],
        request: ([id], options) => move(id, noun, { reason: options.reason }),
        view: { kind: 'object' },
      }),
    ),
    transferCommands(),
  ]);
}

const SIMPLE_MOVES = [
  ['resume', 'resumption', 'End the maintenance of a device before its time.'],
  ['return', 'return', 'Say that a device came back.'],
  ['retire', 'retirement', 'Take a device out of service, for good.'],
] as const;

function move(id: string | undefined, noun: string, body: JsonValue): CliRequest {
  return { method: 'POST', path: `/v1/devices/${segment(id)}/${noun}`, body: json(body) };
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new UsageError('usage', `${text} is no number of days`, 'Give a whole number from 1 to 90.');
}

function transferCommands(): Command {
  return group('transfer', 'Devices that go from one exporter to another: one offers, the other accepts.', [
    apiCommand<{ to: string; reason: string }>({
      name: 'offer',
      description: 'Offer a device to another exporter.',
      arguments: [['<device>', 'its id']],
      options: [new Option('--to <tenant>', 'who is to have it').makeOptionMandatory(), reason()],
      request: ([id], { to, reason: why }) => move(id, 'transfers', { toTenant: to, reason: why }),
      view: { kind: 'object' },
      next: ({ id }) => `the other exporter accepts: sextant device transfer accept ${id} --reason TEXT`,
    }),
    apiCommand({
      name: 'list',
      description: 'List what was offered by you or to you.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/device-transfers' }),
      view: {
        kind: 'table',
        columns: ['id', 'deviceId', 'fromTenant', 'toTenant', 'state', 'newDeviceId'],
        empty: 'No transfers.',
      },
    }),
    ...RULINGS.map(([name, noun, description]) =>
      apiCommand<{ reason: string }>({
        name,
        description,
        arguments: [['<transfer>', 'its id']],
        options: [reason()],
        request: ([id], options) => ({
          method: 'POST',
          path: `/v1/device-transfers/${segment(id)}/${noun}`,
          body: json({ reason: options.reason }),
        }),
        view: { kind: 'object' },
      }),
    ),
  ]);
}

const RULINGS = [
  ['accept', 'acceptance', 'Take a device that was offered to you.'],
  ['refuse', 'refusal', 'Turn an offer down.'],
  ['withdraw', 'withdrawal', 'Take back an offer of your own.'],
] as const;
