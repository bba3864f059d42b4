import { type Command, Option } from 'commander';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';

export function ledgerCommands(): Command {
  return group('ledger', 'What was taken of what may be delivered and computed.', [
    apiCommand<{ licence?: string; party?: string; country?: string }>({
      name: 'show',
      description: 'Show the accounts of a licence, a party or a country.',
      options: [
        new Option('--licence <licence>', 'its id'),
        new Option('--party <party>', 'its id'),
        new Option('--country <code>', 'ISO 3166-1 alpha-2'),
      ],
      request: (_args, options) => ({
        method: 'GET',
        path: `/v1/ledger/accounts?${new URLSearchParams(oneOf(options))}`,
      }),
      view: {
        kind: 'table',
        columns: ['account', 'unit', 'reserved', 'committed', 'entries'],
        empty: 'Nothing was taken.',
      },
    }),
    apiCommand({
      name: 'entries',
      description: 'List the entries of an account, oldest first.',
      arguments: [['<account>', 'its name, e.g. compute:licence:lic_…']],
      paged: true,
      request: ([account]) => ({ method: 'GET', path: `/v1/ledger/entries?account=${segment(account)}` }),
      view: {
        kind: 'table',
        columns: ['number', 'at', 'kind', 'reserved', 'committed', 'period', 'decisionId', 'by', 'reason'],
        empty: 'No entries.',
      },
    }),
    apiCommand<{ amount: string; period?: string; reason: string }>({
      name: 'adjust',
      description: 'Correct an account, as the authority, with a reason.',
      arguments: [['<account>', 'its name']],
      options: [
        new Option('--amount <number>', 'above zero takes, below zero gives back').makeOptionMandatory(),
        new Option('--period <period>', 'the month or day that it counts in (default: the present one)'),
        new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory(),
      ],
      request: ([account = ''], { amount, period, reason }) => ({
        method: 'POST',
        path: '/v1/ledger/adjustments',
        body: json(given({ account, amount: Number(amount), period, reason })),
      }),
      view: { kind: 'object' },
      help: 'Example:\n  sextant ledger adjust tpp:home:exporter --as authority --amount 790000000 --reason "shipped at home in 2026"',
    }),
    apiCommand({
      name: 'allocations',
      description: 'List what may be delivered under a licence.',
      arguments: [['<licence>', 'its id']],
      paged: true,
      request: ([licence]) => ({ method: 'GET', path: `/v1/allocations?licence=${segment(licence)}` }),
      view: {
        kind: 'table',
        columns: ['id', 'state', 'tpp', 'chips', 'country', 'period', 'at'],
        empty: 'No allocations.',
      },
    }),
    apiCommand({
      name: 'usage',
      description: 'List the reports of usage that were counted under a licence.',
      arguments: [['<licence>', 'its id']],
      paged: true,
      request: ([licence]) => ({ method: 'GET', path: `/v1/usage-reports?licence=${segment(licence)}` }),
      view: {
        kind: 'table',
        columns: ['hostId', 'from', 'until', 'leasedE12', 'creditedE12', 'reportedBy', 'at', 'leafIndex'],
        empty: 'No reports: all that was paid counts.',
      },
    }),
    apiCommand<UsageOptions>({
      name: 'report',
      description: 'Report, as its operator, what a host used, where its licence accepts that.',
      arguments: [['<host>', 'its id']],
      options: [
        new Option('--licence <licence>', 'its id').makeOptionMandatory(),
        new Option('--from <instant>', 'where the window begins').makeOptionMandatory(),
        new Option('--until <instant>', 'where it ends').makeOptionMandatory(),
        new Option('--unit <unit>', 'of the amount')
          .choices(['operations-e12', 'chip-seconds'])
          .makeOptionMandatory(),
        new Option('--amount <number>', 'what was used').makeOptionMandatory(),
        new Option('--source <meter>', 'by the name that the licence gives it').makeOptionMandatory(),
        new Option('--purpose <purpose>', 'what for').makeOptionMandatory(),
      ],
      request: ([host], { licence: licenceId, amount, ...window }) => ({
        method: 'POST',
        path: `/v1/hosts/${segment(host)}/usage-reports`,
        body: json({ licenceId, amount: Number(amount), ...window }),
      }),
      view: { kind: 'object' },
      help: 'A refusal is an answer with its reasons: all that was paid counts then.',
    }),
    apiCommand<{ state: string; reason: string }>({
      name: 'rule',
      description: 'Say that an allocation was delivered, or is given back.',
      arguments: [['<allocation>', 'its id']],
      options: [
        new Option('--state <word>', 'released is final')
          .choices(['committed', 'released'])
          .makeOptionMandatory(),
        new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory(),
      ],
      request: ([id], { state, reason }) => ({
        method: 'POST',
        path: `/v1/allocations/${segment(id)}/ruling`,
        body: json({ state, reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}

type UsageOptions = {
  licence: string;
  from: string;
  until: string;
  unit: string;
  amount: string;
  source: string;
  purpose: string;
};

function oneOf(options: { licence?: string; party?: string; country?: string }): [string, string][] {
  const named = (['licence', 'party', 'country'] as const).flatMap((name): [string, string][] => {
    const value = options[name];
    return value === undefined ? [] : [[name, value]];
  });
  if (named.length === 1) return named;
  throw new UsageError('usage', 'name one subject', 'Give one of --licence, --party and --country.');
}
