import { type Command, Option } from 'commander';
import type { JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import { importOperation } from './import-file.ts';
import { reason } from './reason.ts';

/** What is said of a party and of who owns it. */
type Said = {
  name?: string;
  country?: string;
  reference?: string;
  headquarters?: string;
  parent?: string;
  ultimateParent?: string;
  ownUltimateParent?: true;
  source?: string;
  dated?: string;
};

const ownership = (): Option[] => [
  new Option('--headquarters <code>', 'from where it is led: ISO 3166 alpha-2'),
  new Option('--parent <party>', 'who owns it directly'),
  new Option('--ultimate-parent <party>', 'who owns it in the end'),
  new Option('--own-ultimate-parent', 'nobody owns it').conflicts(['parent', 'ultimateParent']),
  new Option('--source <text>', 'what says so, e.g. an extract of a commercial register'),
  new Option('--dated <day>', 'of what day that source is, YYYY-MM-DD'),
];

function bodyOf(said: Said): { [name: string]: JsonValue | undefined } {
  const { headquarters, ownUltimateParent, source, dated } = said;
  return {
    legalName: said.name,
    country: said.country,
    headquarters,
    parentId: said.parent,
    ultimateParentId: said.ultimateParent,
    ownUltimateParent,
    source,
    dated,
  };
}

export function partyCommands(): Command {
  return group('party', 'Exporters, end users and whoever else stands on a licence.', [
    apiCommand<Said>({
      name: 'add',
      description: 'Register a party.',
      options: [
        new Option('--name <text>', 'legal name').makeOptionMandatory(),
        new Option(
          '--country <code>',
          'where it is registered: ISO 3166 alpha-2, e.g. DE',
        ).makeOptionMandatory(),
        new Option('--reference <text>', 'what you call it, e.g. a number of a commercial register'),
        ...ownership(),
      ],
      request: (_args, said) => ({
        method: 'POST',
        path: '/v1/parties',
        body: json(given({ reference: said.reference, ...bodyOf(said) })),
      }),
      view: { kind: 'object' },
      next: ({ id }) =>
        `the authority says what its screening came to: sextant party screen ${id} --standing clear --reason TEXT`,
    }),
    apiCommand(
      importOperation({
        name: 'import',
        description: 'Register many parties, with a report for each row.',
        path: '/v1/parties/import',
        columns: ['row', 'outcome', 'partyId'],
        outcomes: ['created', 'changed', 'unchanged', 'rejected'],
        help: 'CSV columns: reference, legalName, country, headquarters, parentId, parentReference, ultimateParentId, ultimateParentReference, ownUltimateParent, source, dated. Parents come before those whom they own.',
      }),
    ),
    apiCommand({
      name: 'show',
      description: 'Show a party, with the chain of its parents.',
      arguments: [['<party>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/parties/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand<Said & { reason: string }>({
      name: 'change',
      description: 'Say something else of a party, or who owns it; what it was before is kept.',
      arguments: [['<party>', 'its id']],
      options: [
        new Option('--name <text>', 'legal name'),
        new Option('--country <code>', 'where it is registered'),
        ...ownership(),
        reason(),
      ],
      request: ([id], said) => ({
        method: 'POST',
        path: `/v1/parties/${segment(id)}/versions`,
        body: json(given({ ...bodyOf(said), reason: said.reason })),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'versions',
      description: 'Show everything that a party was ever said to be.',
      arguments: [['<party>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/parties/${segment(id)}/versions` }),
      view: {
        kind: 'table',
        columns: ['version', 'legalName', 'headquarters', 'parentId', 'ownUltimateParent', 'saidBy', 'at'],
        empty: 'No versions.',
      },
    }),
    apiCommand({
      name: 'deliveries',
      description: 'Count what was delivered to a party, what of it is verified and what is missing.',
      arguments: [['<party>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/parties/${segment(id)}/deliveries` }),
      view: { kind: 'object' },
    }),
    apiCommand<{ reference: string; dated: string; reviewer: string }>({
      name: 'examine',
      description: 'Record that a customer was examined (know your customer).',
      arguments: [['<party>', 'its id']],
      options: [
        new Option('--reference <text>', 'under what the examination is filed').makeOptionMandatory(),
        new Option('--dated <day>', 'when, YYYY-MM-DD').makeOptionMandatory(),
        new Option('--reviewer <name>', 'who did').makeOptionMandatory(),
      ],
      request: ([id], { reference, dated, reviewer }) => ({
        method: 'POST',
        path: `/v1/parties/${segment(id)}/know-your-customer`,
        body: json({ reference, dated, reviewer }),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'list',
      description: 'List parties.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/parties' }),
      view: {
        kind: 'table',
        columns: ['id', 'legalName', 'country', 'headquarters', 'standing', 'listVersion', 'clearUntil'],
        empty: 'No parties.',
      },
    }),
    apiCommand<{ standing: string; list?: string; until?: string; reason: string }>({
      name: 'screen',
      description: 'Say what a screening of a party came to.',
      arguments: [['<party>', 'its id']],
      options: [
        new Option('--standing <word>').choices(['clear', 'denied', 'unscreened']).makeOptionMandatory(),
        new Option('--list <version>', 'against which list; needed while one is in force'),
        new Option('--until <instant>', 'when a clear screening lapses'),
        reason(),
      ],
      request: ([id], { standing, list, until, reason: why }) => ({
        method: 'POST',
        path: `/v1/parties/${segment(id)}/screening`,
        body: json(given({ standing, listVersion: list, clearUntil: until, reason: why })),
      }),
      view: { kind: 'object' },
    }),
  ]);
}
