import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { isJsonObject } from '../../bytes/json.ts';
import { apiCommand, given, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { EXIT, UsageError } from '../failure.ts';

type Conditions = {
  tenant: string;
  conditions?: string;
  party?: string[];
  facility?: string[];
  device?: string[];
  level?: string;
  maxAge: string;
  from?: string;
  until?: string;
  set?: string[];
  pack?: string[];
  waive?: string[];
};

export function licenceCommands(): Command {
  return group('licence', 'On what named devices may be used.', [
    apiCommand<Conditions>({
      name: 'grant',
      description: 'Grant a licence.',
      options: [
        new Option('--tenant <name>', 'the exporter that is to hold it').makeOptionMandatory(),
        new Option('--conditions <file>', 'the conditions as JSON, in place of the options below'),
        new Option('--party <party...>', 'who must be screened clear'),
        new Option('--facility <facility...>', 'where the devices may stand'),
        new Option('--device <device...>', 'which devices'),
        new Option('--level <level>', 'the least that every device must reach').choices([
          'G1',
          'G2',
          'G3',
          'G4',
        ]),
        new Option('--max-age <seconds>', 'how old evidence may be').default('86400'),
        new Option('--from <instant>', 'default: now'),
        new Option('--until <instant>', 'when the licence ends'),
        new Option(
          '--set <name...>',
          'reference sets of which the host must match one (default: any that is approved)',
        ),
        new Option(
          '--pack <name@version...>',
          'rule packs that narrow decisions; none says that there is none',
        ),
        new Option('--waive <weakness...>', 'weaknesses accepted by name, e.g. operator-claimed-serial'),
      ],
      request: (_args, options) => ({
        method: 'POST',
        path: '/v1/licences',
        body: json({
          tenant: options.tenant,
          conditions:
            options.conditions === undefined ? conditionsOf(options) : readJsonFile(options.conditions),
        }),
      }),
      view: { kind: 'object' },
      next: ({ id }) => `ask under it: sextant decide ${id}`,
      help: 'Example:\n  sextant licence grant --as authority --tenant exporter --party pty_… --facility fac_… --device dev_… --level G2 --max-age 3600 --pack base@1.0.0 --until 2027-01-01T00:00:00Z\n\nRule packs: docs/rule-packs.md; `sextant trust list` shows those in force.',
    }),
    apiCommand({
      name: 'list',
      description: 'List licences.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/licences' }),
      view: {
        kind: 'table',
        columns: ['id', 'tenant', 'status', 'conditions.minimumLevel', 'conditions.validUntil'],
        empty: 'No licences.',
      },
    }),
    apiCommand({
      name: 'show',
      description: 'Show a licence with its conditions.',
      arguments: [['<licence>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/licences/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand<{ status: string; reason: string }>({
      name: 'rule',
      description: 'Suspend, reinstate or revoke a licence.',
      arguments: [['<licence>', 'its id']],
      options: [
        new Option('--status <word>', 'revoked is final')
          .choices(['active', 'suspended', 'revoked'])
          .makeOptionMandatory(),
        new Option('--reason <text>', 'why; kept and logged').makeOptionMandatory(),
      ],
      request: ([id], { status, reason }) => ({
        method: 'POST',
        path: `/v1/licences/${segment(id)}/ruling`,
        body: json({ status, reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}

function conditionsOf(options: Conditions) {
  const { party, facility, device, level, until, pack } = options;
  if (
    pack === undefined ||
    party === undefined ||
    facility === undefined ||
    device === undefined ||
    level === undefined ||
    until === undefined
  ) {
    throw new UsageError(
      'usage',
      'a licence names parties, facilities, devices, a level, rule packs and its end',
      'Give --party, --facility, --device, --level, --pack (or --pack none) and --until, or --conditions FILE.',
    );
  }
  return given({
    validFrom: options.from ?? new Date().toISOString(),
    validUntil: until,
    parties: party,
    facilities: facility,
    devices: device,
    minimumLevel: level,
    evidenceMaxAgeSeconds: Number(options.maxAge),
    referenceSets: options.set ?? 'any-approved',
    rulePacks: packsOf(pack),
    waivers: options.waive,
  });
}

/** `base@1.0.0` -> {name, version}. @throws UsageError `usage` */
function packsOf(given: readonly string[]) {
  if (given.length === 1 && given[0] === 'none') return 'none';
  return given.map((text) => {
    const [, name, version] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
    if (name !== undefined && version !== undefined) return { name, version };
    throw new UsageError('usage', `${text} names no rule pack`, 'Write base@1.0.0, or none alone.');
  });
}

type Question = {
  device?: string[];
  allocate?: string[];
  purpose?: string;
  dryRun?: boolean;
  key?: string;
};

/** `8xH100` -> eight of H100. @throws UsageError `usage` */
function asked(allocate: readonly string[] | undefined) {
  if (allocate === undefined) return {};
  const chips = allocate.map((text) => {
    const [, quantity, model] = /^([1-9]\d{0,6})x(.+)$/.exec(text) ?? [];
    if (quantity !== undefined && model !== undefined) return { model, quantity: Number(quantity) };
    throw new UsageError('usage', `${text} is not a number of chips`, 'Write 8xH100.');
  });
  return { action: 'allocate', chips };
}

export function decideCommand(): Command {
  return apiCommand<Question>({
    name: 'decide',
    description:
      'May these devices be used, or these chips delivered, under this licence, now? Ends with 0 for allow, 1 for deny.',
    arguments: [['<licence>', 'its id']],
    options: [
      new Option('--device <device...>', 'default: all that the licence names'),
      new Option(
        '--allocate <chips...>',
        'ask about a delivery instead, before it is shipped: 8xH100',
      ).conflicts('device'),
      new Option('--purpose <text>', 'what for; kept and logged'),
      new Option('--dry-run', 'decide and say so, but record nothing'),
      new Option(
        '--key <text>',
        'Idempotency-Key: the same question under the same key gets the same decision (default: a new one)',
      ),
    ],
    request: ([licenceId = ''], { device, allocate, purpose, dryRun, key }) => ({
      method: 'POST',
      path: '/v1/decisions',
      headers: { 'idempotency-key': key ?? randomUUID() },
      body: json(given({ licenceId, ...asked(allocate), devices: device, purpose, dryRun })),
    }),
    view: {
      kind: 'described',
      describe: async () => (await import('../client/describe-decision.ts')).describeDecision,
    },
    help: 'Examples:\n  sextant decide lic_… --as authority --purpose inference\n  sextant decide lic_… --as authority --allocate 8xH100 16xB200 --dry-run',
    conclude: (answer) => {
      const allowed = isJsonObject(answer) && answer['outcome'] === 'allow';
      if (!allowed) process.exitCode = EXIT.refused;
      return undefined;
    },
  });
}

export function statusCommands(): Command {
  const kinds = {
    host: ['hosts', 'describeHostStatus'],
    device: ['devices', 'describeDeviceStatus'],
    licence: ['licences', 'describeLicenceStatus'],
  } as const;
  return group(
    'status',
    'Where a host, device or licence stands, and what is missing.',
    Object.entries(kinds).map(([kind, [resource, describe]]) =>
      apiCommand({
        name: kind,
        description: `Show the status of a ${kind}.`,
        arguments: [[`<${kind}>`, 'its id']],
        request: ([id]) => ({ method: 'GET', path: `/v1/${resource}/${segment(id)}/status` }),
        view: {
          kind: 'described',
          describe: async () => (await import('../client/describe-status.ts'))[describe],
        },
      }),
    ),
  );
}
