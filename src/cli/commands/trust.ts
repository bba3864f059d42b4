import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { ANCHOR_PURPOSES, type AnchorPurpose } from '../../protocol/anchor-purpose.ts';
import { apiCommand, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';
import { trustImportCommand } from '../trust-import/command.ts';

const digest = (): Option =>
  new Option('--digest <hex>', 'what you looked at: the digest that `show` printed').makeOptionMandatory();
const reason = (): Option =>
  new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory();

const HELP = `What decisions rest on (anchors, publishers, manufacturers, reference sets, rule packs, chip tables) is immutable versions: proposed by one principal,
approved by another, logged before it takes effect. Results cite the digests.`;

export function trustCommands(): Command {
  return group('trust', 'Anchors, publishers and reference sets, under two-person approval.', [
    apiCommand<{ name?: string; version: string; purpose: AnchorPurpose }>({
      name: 'propose-anchors',
      description: 'Propose certification authorities of TPMs, or of confidential guests.',
      arguments: [['<pem...>', 'PEM files, or folders of them']],
      options: [
        new Option('--name <name>', 'stable across versions (default: tpm-makers, or the purpose)'),
        new Option('--purpose <purpose>', 'what they may vouch for')
          .choices(ANCHOR_PURPOSES)
          .default('tpm-ek'),
        new Option('--version <text>').makeOptionMandatory(),
      ],
      request: (paths, { purpose, version, name = purpose === 'tpm-ek' ? 'tpm-makers' : purpose }) => ({
        method: 'POST',
        path: '/v1/trust-inputs',
        body: json({
          kind: 'anchors',
          content: { name, version, purpose, certificates: paths.map(readPem).join('\n') },
        }),
      }),
      view: { kind: 'object' },
      next: toApprove,
      help: HELP,
    }),
    trustImportCommand(),
    apiCommand({
      name: 'propose',
      description: 'Propose a version of any kind from a file {kind, content}, or a reference set by itself.',
      arguments: [['<file>', 'JSON; - for standard input']],
      request: ([file = '-']) => ({
        method: 'POST',
        path: '/v1/trust-inputs',
        body: json(proposalOf(readJsonFile(file))),
      }),
      view: { kind: 'object' },
      next: toApprove,
      help: HELP,
    }),
    apiCommand({
      name: 'list',
      description: 'List every version of every trust input.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/trust-inputs' }),
      view: {
        kind: 'table',
        columns: ['id', 'kind', 'name', 'version', 'state', 'selfApproved', 'effectiveAt'],
        empty: 'No trust inputs: no evidence can be accepted until anchors are approved.',
      },
    }),
    apiCommand({
      name: 'show',
      description: 'Show one version with its content and digest.',
      arguments: [['<input>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/trust-inputs/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand<{ withdraw?: boolean }>({
      name: 'preview',
      description: 'List which hosts a change would gain and lose, before it is made.',
      arguments: [['<input|file>', 'the id of a proposal, or a file that could be proposed']],
      options: [new Option('--withdraw', 'the change is to withdraw that input')],
      request: ([what = ''], { withdraw }) => ({
        method: 'POST',
        path: '/v1/trust-inputs/preview',
        body: json(previewOf(what, withdraw === true)),
      }),
      view: {
        kind: 'described',
        describe: async () => (await import('../client/describe-preview.ts')).describePreview,
      },
    }),
    apiCommand<{ digest: string }>({
      name: 'approve',
      description: 'Approve what another principal proposed.',
      arguments: [['<input>', 'its id']],
      options: [digest()],
      request: ([id], options) => ({
        method: 'POST',
        path: `/v1/trust-inputs/${segment(id)}/approval`,
        body: json({ digest: options.digest }),
      }),
      view: { kind: 'object' },
    }),
    ...(['refuse', 'withdraw'] as const).map((verb) =>
      apiCommand<{ reason: string }>({
        name: verb,
        description: verb === 'refuse' ? 'Turn a proposal down, for good.' : 'Take an input out of force.',
        arguments: [['<input>', 'its id']],
        options: [reason()],
        request: ([id], options) => ({
          method: 'POST',
          path: `/v1/trust-inputs/${segment(id)}/${verb === 'refuse' ? 'refusal' : 'withdrawal'}`,
          body: json({ reason: options.reason }),
        }),
        view: { kind: 'object' },
      }),
    ),
  ]);
}

export function toApprove({ id, digest: proposed, state }: { readonly [name: string]: JsonValue }): string {
  if (state !== 'proposed') return `see it: sextant trust show ${id}`;
  return `another principal looks and approves:\n  sextant trust preview ${id}\n  sextant trust approve ${id} --digest ${proposed}`;
}

function readPem(path: string): string {
  if (!existsSync(path))
    throw new UsageError('unreadable', `cannot read ${path}`, 'Name existing PEM files or folders.');
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  return readdirSync(path)
    .filter((name) => /\.(?:pem|crt|cer)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('\n');
}

/** A reference set by itself, as `agent measure` prints it, is the usual thing to propose: it is wrapped as its kind. */
function proposalOf(value: JsonValue): JsonValue {
  const isBare = isJsonObject(value) && !Object.hasOwn(value, 'content');
  return isBare ? { kind: 'reference-set', content: value } : value;
}

function previewOf(what: string, withdraw: boolean): JsonValue {
  if (withdraw) return { change: 'withdraw', trustInputId: what };
  if (what.startsWith('tri_')) return { change: 'approve', trustInputId: what };
  return { change: 'content', proposal: proposalOf(readJsonFile(what)) };
}
