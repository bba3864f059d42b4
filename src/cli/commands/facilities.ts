import { type Command, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';
import { reason } from './reason.ts';

type Proposal = {
  name: string;
  country: string;
  operator: string;
  area?: string;
  point?: string;
  radius?: string;
};

type Authorisation = {
  digest: string;
  from?: string;
  until?: string;
  tier?: string;
  governmentAgreement?: true;
  reason: string;
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
          columns: ['id', 'name', 'country', 'operatorTenant', 'state', 'tier', 'authorisedUntil'],
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
      apiCommand({
        name: 'authorisations',
        description: 'Show every period for which a facility was ever authorised.',
        arguments: [['<facility>', 'its id']],
        request: ([id]) => ({ method: 'GET', path: `/v1/facilities/${segment(id)}/authorisations` }),
        view: {
          kind: 'table',
          columns: ['from', 'until', 'tier', 'governmentAgreement', 'reason', 'withdrawnAt'],
          empty: 'It was never authorised.',
        },
      }),
      apiCommand<Authorisation>({
        name: 'authorise',
        description: 'Authorise a facility as it was proposed.',
        arguments: [['<facility>', 'its id']],
        options: [
          new Option(
            '--digest <hex>',
            'what you looked at: the digest that `show` printed',
          ).makeOptionMandatory(),
          new Option('--from <instant>', 'when the authorisation begins; at once unless given'),
          new Option('--until <instant>', 'when the authorisation ends'),
          new Option('--tier <word>', 'how much it is trusted, in words that rule packs know; denied denies'),
          new Option('--government-agreement', "its government has an agreement with the authority's"),
          reason(),
        ],
        request: ([id], { digest, from, until, tier, governmentAgreement, reason: why }) => ({
          method: 'POST',
          path: `/v1/facilities/${segment(id)}/authorisation`,
          body: json(
            given({
              digest,
              authorisedFrom: from,
              authorisedUntil: until,
              tier,
              governmentAgreement,
              reason: why,
            }),
          ),
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
