import { type Command, Option } from 'commander';
import { isJsonObject } from '../../bytes/json.ts';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';
import { writeSecret } from '../secret-file.ts';
import { verifierUrl } from '../settings.ts';

const reason = (): Option =>
  new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory();

type Minting = { facility: string; device?: string[]; expiresIn?: string; save?: string; url?: string };

export function hostCommands(): Command {
  return group('host', 'Hosts and how they are enrolled.', [
    apiCommand<Minting>({
      name: 'token',
      description: 'Mint a token with which one host is enrolled.',
      options: [
        new Option('--facility <facility>', 'where the host stands').makeOptionMandatory(),
        new Option(
          '--device <kind:serial...>',
          'devices that it holds, on your word, e.g. gpu:1653921000123',
        ),
        new Option('--expires-in <seconds>', 'default one day'),
        new Option('--save <file>', 'write the token there (mode 0600) instead of printing it'),
      ],
      request: (_args, { facility, device, expiresIn }) => ({
        method: 'POST',
        path: '/v1/enrolment-tokens',
        body: json(
          given({
            facilityId: facility,
            expiresInSeconds: expiresIn === undefined ? undefined : Number(expiresIn),
            devices: device?.map(claimOf),
          }),
        ),
      }),
      conceal: ({ save }) => (save === undefined ? [] : ['token']),
      view: { kind: 'object' },
      conclude: (answer, { save, url }) => {
        if (save === undefined || !isJsonObject(answer) || typeof answer['token'] !== 'string')
          return undefined;
        writeSecret(save, answer['token']);
        return `Saved in ${save}. On the host: sextant agent enrol --verifier ${verifierUrl(url).origin} --token-file ${save}`;
      },
    }),
    apiCommand({
      name: 'enrolments',
      description: 'List attempts to enrol, refused ones with every failed check.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/enrolments' }),
      view: {
        kind: 'table',
        columns: ['id', 'hostname', 'outcome', 'createdAt', 'hostId'],
        empty: 'No enrolments.',
        remarks: async () => (await import('../client/remarks-on-hosts.ts')).failedChecks,
      },
    }),
    apiCommand({
      name: 'list',
      description: 'List hosts, each with the reasons of its newest submission.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/hosts' }),
      view: {
        kind: 'table',
        columns: ['id', 'hostname', 'lastSubmission.outcome', 'failures', 'nextAttestationAfter'],
        empty: 'No hosts.',
        remarks: async () => (await import('../client/remarks-on-hosts.ts')).submissionReasons,
      },
    }),
    apiCommand({
      name: 'show',
      description: 'Show a host with its keys and devices.',
      arguments: [['<host>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/hosts/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'grants',
      description:
        'Show how a host stands under each licence that granted it anything or refused it, and why.',
      arguments: [['<host>', 'its id']],
      paged: true,
      request: ([id]) => ({ method: 'GET', path: `/v1/hosts/${segment(id)}/grants` }),
      view: {
        kind: 'table',
        columns: ['licenceId', 'grant.status', 'grant.expiresAt', 'grant.heldBy', 'denied.at'],
        empty:
          'No licence has granted it anything or refused it: its agent asks with sextant agent run --licence <licence>.',
        remarks: async () => (await import('../client/remarks-on-hosts.ts')).denialReasons,
      },
    }),
    ...(['suspend', 'reinstate'] as const).map((verb) =>
      apiCommand<{ reason: string }>({
        name: verb,
        description:
          verb === 'suspend' ? 'Refuse everything from a host.' : 'Let a suspended host act again.',
        arguments: [['<host>', 'its id']],
        options: [reason()],
        request: ([id], options) => ({
          method: 'POST',
          path: `/v1/hosts/${segment(id)}/${verb === 'suspend' ? 'suspension' : 'reinstatement'}`,
          body: json({ reason: options.reason }),
        }),
        view: { kind: 'object' },
      }),
    ),
  ]);
}

function claimOf(text: string): { kind: string; serial: string } {
  const colon = text.indexOf(':');
  if (colon > 0) return { kind: text.slice(0, colon), serial: text.slice(colon + 1) };
  throw new UsageError('usage', `${text} is not kind:serial`, 'Write e.g. gpu:1653921000123.');
}

export function latchCommands(): Command {
  return group('latch', 'What is held for review until a person clears it.', [
    apiCommand({
      name: 'list',
      description: 'List what is held for review.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/latches' }),
      view: {
        kind: 'table',
        columns: ['id', 'subject', 'code', 'since', 'sentence'],
        empty: 'Nothing is held.',
      },
    }),
    apiCommand<{ reason: string }>({
      name: 'clear',
      description: 'Clear holds, with a reason.',
      arguments: [['<latch...>', 'their ids']],
      options: [reason()],
      request: (latchIds, options) => ({
        method: 'POST',
        path: '/v1/latch-clearings',
        body: json({ latchIds: [...latchIds], reason: options.reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}
