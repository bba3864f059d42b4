import { type Command, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { apiCommand, group, json, segment } from '../client/api-command.ts';
import { printable } from '../terminal/table.ts';

const reason = (): Option =>
  new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory();

export function retentionCommands(): Command {
  return group('retention', 'How long things are kept, and what was deleted by rule.', [
    apiCommand({
      name: 'plan',
      description: 'Say what the rules would delete now, and what would stay and why. Nothing is deleted.',
      request: () => ({ method: 'GET', path: '/v1/retention/plan' }),
      view: {
        kind: 'table',
        member: 'classes',
        columns: ['class', 'keepDays', 'until', 'wouldGo', 'more'],
        empty: 'Nothing is kept by rule.',
        remarks: async () => keptBack,
      },
      help: 'Rules are trust inputs of the kind retention-rule, proposed by one and approved by another:\n  sextant trust propose rule.json --as authority\nSee docs/operations.md.',
    }),
    apiCommand({
      name: 'deletions',
      description: 'List what was deleted by rule, newest first.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/retention/deletions' }),
      view: {
        kind: 'table',
        columns: ['leafIndex', 'class', 'at', 'until', 'count'],
        empty: 'Nothing was deleted by rule.',
      },
    }),
  ]);
}

export function legalHoldCommands(): Command {
  return group('legal-hold', 'What must be kept, whatever its age.', [
    apiCommand({
      name: 'list',
      description: 'List legal holds, those that were lifted too.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/legal-holds' }),
      view: {
        kind: 'table',
        columns: ['id', 'subject', 'placedAt', 'liftedAt', 'reason'],
        empty: 'No legal holds.',
      },
    }),
    apiCommand<{ reason: string }>({
      name: 'place',
      description: 'Stop the deletion of whatever something touches.',
      arguments: [['<subject>', 'licence, party, facility, host, device or incident, as <kind>:<id>']],
      options: [reason()],
      request: ([subject = ''], { reason }) => ({
        method: 'POST',
        path: '/v1/legal-holds',
        body: json({ subject, reason }),
      }),
      view: { kind: 'object' },
      help: 'Example:\n  sextant legal-hold place host:hst_01k… --reason "inquiry 26-114" --as auditor',
    }),
    apiCommand<{ reason: string }>({
      name: 'lift',
      description: 'End a legal hold: what is old enough may then go.',
      arguments: [['<hold>', 'its id']],
      options: [reason()],
      request: ([id], { reason }) => ({
        method: 'POST',
        path: `/v1/legal-holds/${segment(id)}/lifting`,
        body: json({ reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}

/** What is old enough and stays, and what needs it. */
function keptBack(row: JsonValue): readonly string[] {
  const list = isJsonObject(row) && Array.isArray(row['keptBack']) ? row['keptBack'] : [];
  return list.flatMap((one) =>
    isJsonObject(one) && isJsonObject(row)
      ? [`${printable(String(row['class']))}: ${one['count']} kept back by ${printable(String(one['by']))}`]
      : [],
  );
}
