import { type Command, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { manifestCommands } from './manifests.ts';

const reason = (): Option =>
  new Option('--reason <text>', 'why; kept, logged and shown').makeOptionMandatory();

export function partyCommands(): Command {
  return group('party', 'Exporters, end users and whoever else stands on a licence.', [
    apiCommand<{ name: string; country: string; parent?: string }>({
      name: 'add',
      description: 'Register a party.',
      options: [
        new Option('--name <text>', 'legal name').makeOptionMandatory(),
        new Option('--country <code>', 'ISO 3166 alpha-2, e.g. DE').makeOptionMandatory(),
        new Option('--parent <party>', 'the party that ultimately owns it'),
      ],
      request: (_args, { name, country, parent }) => ({
        method: 'POST',
        path: '/v1/parties',
        body: json(given({ legalName: name, country, ultimateParentId: parent })),
      }),
      view: { kind: 'object' },
      next: ({ id }) =>
        `the authority says what its screening came to: sextant party screen ${id} --standing clear --reason TEXT`,
    }),
    apiCommand({
      name: 'list',
      description: 'List parties.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/parties' }),
      view: {
        kind: 'table',
        columns: ['id', 'legalName', 'country', 'standing', 'clearUntil'],
        empty: 'No parties.',
      },
    }),
    apiCommand<{ standing: string; until?: string; reason: string }>({
      name: 'screen',
      description: 'Say what a screening of a party came to.',
      arguments: [['<party>', 'its id']],
      options: [
        new Option('--standing <word>').choices(['clear', 'denied', 'unscreened']).makeOptionMandatory(),
        new Option('--until <instant>', 'when a clear screening lapses'),
        reason(),
      ],
      request: ([id], { standing, until, reason: why }) => ({
        method: 'POST',
        path: `/v1/parties/${segment(id)}/screening`,
        body: json(given({ standing, clearUntil: until, reason: why })),
      }),
      view: { kind: 'object' },
    }),
  ]);
}

type Proposal = {
  name: string;
  country: string;
  operator: string;
  area?: string;
  point?: string;
  radius?: string;
};

export function facilityCommands(): Command {
  return group(
    'facility',
    'Places where chips may stand: proposed by exporters, authorised by the authority.',
    [
      apiCommand<Proposal>({
        name: 'propose',
        description: 'Propose a facility.',
        options: [
          new Option('--name <text>').makeOptionMandatory(),
          new Option('--country <code>', 'ISO 3166 alpha-2').makeOptionMandatory(),
          new Option('--operator <tenant>', 'the tenant whose hosts stand there').makeOptionMandatory(),
          new Option('--area <file>', 'GeoJSON Polygon or MultiPolygon; - for standard input').conflicts([
            'point',
            'radius',
          ]),
          new Option('--point <latitude,longitude>', 'or a point, in degrees'),
          new Option('--radius <metres>', 'and everything within this of it'),
        ],
        request: (_args, options) => ({
          method: 'POST',
          path: '/v1/facilities',
          body: json({
            name: options.name,
            country: options.country,
            operatorTenant: options.operator,
            area: areaOf(options),
          }),
        }),
        view: { kind: 'object' },
        next: ({ id, digest }) =>
          `the authority looks and authorises:\n  sextant facility show ${id}\n  sextant facility authorise ${id} --digest ${digest} --reason TEXT`,
        help: 'Example:\n  sextant facility propose --as exporter --name "Frankfurt 1" --country DE --operator frankfurt --point 50.1109,8.6821 --radius 400',
      }),
      apiCommand({
        name: 'list',
        description: 'List facilities.',
        paged: true,
        request: () => ({ method: 'GET', path: '/v1/facilities' }),
        view: {
          kind: 'table',
          columns: ['id', 'name', 'country', 'operatorTenant', 'state', 'authorisedUntil'],
          empty: 'No facilities.',
        },
      }),
      apiCommand({
        name: 'show',
        description: 'Show a facility, with the digest that an authorisation is of.',
        arguments: [['<facility>', 'its id']],
        request: ([id]) => ({ method: 'GET', path: `/v1/facilities/${segment(id)}` }),
        view: { kind: 'object' },
      }),
      apiCommand<{ digest: string; until?: string; reason: string }>({
        name: 'authorise',
        description: 'Authorise a facility as it was proposed.',
        arguments: [['<facility>', 'its id']],
        options: [
          new Option(
            '--digest <hex>',
            'what you looked at: the digest that `show` printed',
          ).makeOptionMandatory(),
          new Option('--until <instant>', 'when the authorisation ends'),
          reason(),
        ],
        request: ([id], { digest, until, reason: why }) => ({
          method: 'POST',
          path: `/v1/facilities/${segment(id)}/authorisation`,
          body: json(given({ digest, authorisedUntil: until, reason: why })),
        }),
        view: { kind: 'object' },
      }),
      ...(['refuse', 'withdraw'] as const).map((verb) =>
        apiCommand<{ reason: string }>({
          name: verb,
          description: verb === 'refuse' ? 'Refuse a proposed facility.' : 'Withdraw an authorisation.',
          arguments: [['<facility>', 'its id']],
          options: [reason()],
          request: ([id], options) => ({
            method: 'POST',
            path: `/v1/facilities/${segment(id)}/${verb === 'refuse' ? 'refusal' : 'withdrawal'}`,
            body: json({ reason: options.reason }),
          }),
          view: { kind: 'object' },
        }),
      ),
    ],
  );
}

function areaOf({ area, point, radius }: Proposal): JsonValue {
  if (area !== undefined) {
    const value = readJsonFile(area);
    // A Feature is what most tools export; its geometry is what counts.
    return isJsonObject(value) && value['type'] === 'Feature' ? (value['geometry'] ?? null) : value;
  }
  const [latitude, longitude, ...rest] = (point ?? '').split(',').map(Number);
  if (latitude === undefined || longitude === undefined || rest.length > 0 || radius === undefined) {
    throw new UsageError(
      'usage',
      'a facility needs an area',
      'Give --area FILE, or --point LATITUDE,LONGITUDE and --radius METRES.',
    );
  }
  return { type: 'Point', coordinates: [longitude, latitude], radiusMeters: Number(radius) };
}

const MEDIA_TYPES = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

export function deviceCommands(): Command {
  return group('device', 'Chips, as their exporter declares them.', [
    manifestCommands(),
    apiCommand<{ format?: keyof typeof MEDIA_TYPES }>({
      name: 'import',
      description: 'Declare many devices, with a report for each row.',
      arguments: [['<file>', 'JSON, JSON lines or CSV; - for standard input']],
      options: [
        new Option('--format <format>', 'where the name does not say').choices(Object.keys(MEDIA_TYPES)),
      ],
      request: ([file = '-'], { format }) => ({
        method: 'POST',
        path: '/v1/devices/import',
        body: {
          mediaType: MEDIA_TYPES[format ?? formatOf(file)],
          bytes: new Uint8Array(readInput(file)),
        },
      }),
      view: {
        kind: 'table',
        member: 'results',
        columns: ['row', 'outcome', 'deviceId', 'code', 'field', 'message'],
        empty: 'No rows.',
      },
      conclude: (answer) => {
        if (!isJsonObject(answer)) return undefined;
        const count = (name: string): string => `${String(answer[name])} ${name}`;
        return ['created', 'changed', 'unchanged', 'rejected'].map(count).join(', ');
      },
      help: 'CSV columns: kind, model, serial, tpmEkSha256, hostKeySha256, nvidiaChipKeySha256, facilityId, partyId. Rows that are right are kept although others are not.',
    }),
    apiCommand({
      name: 'list',
      description: 'List devices.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/devices' }),
      view: {
        kind: 'table',
        columns: ['id', 'kind', 'model', 'serial', 'facilityId', 'lifecycle'],
        empty: 'No devices.',
      },
    }),
    apiCommand<{ reason: string }>({
      name: 'retire',
      description: 'Take a device out of service, for good.',
      arguments: [['<device>', 'its id']],
      options: [reason()],
      request: ([id], options) => ({
        method: 'POST',
        path: `/v1/devices/${segment(id)}/retirement`,
        body: json({ reason: options.reason }),
      }),
      view: { kind: 'object' },
    }),
  ]);
}

function formatOf(file: string): keyof typeof MEDIA_TYPES {
  if (file.endsWith('.csv')) return 'csv';
  if (/\.(?:ndjson|jsonl)$/.test(file)) return 'ndjson';
  if (file.endsWith('.json')) return 'json';
  throw new UsageError(
    'usage',
    `the name ${file} does not say its format`,
    'Give --format json, ndjson or csv.',
  );
}
