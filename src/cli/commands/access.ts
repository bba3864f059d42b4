import { Command, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { writeSecret } from '../secret-file.ts';
import { dataFolder, keyPathOf, tokenPath } from '../settings.ts';

const ROLES = ['exporter', 'operator', 'authority', 'auditor', 'administrator'];

export function principalCommands(): Command {
  return group('principal', 'Who may hold tokens.', [
    apiCommand<Joining>({
      name: 'add',
      description: 'Add a principal; with --save also a token for it.',
      options: [
        new Option('--name <text>', 'for people').makeOptionMandatory(),
        new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory(),
        new Option('--tenant <name>', 'what its rows belong to').makeOptionMandatory(),
        new Option('--party <id>', 'the party of the register whose people it is'),
        new Option(
          '--save <name>',
          'mint a token for it, good for 90 days, into <data>/tokens: other commands then take --as <name>',
        ),
      ],
      request: (_args, { name, role, tenant, party }) => ({
        method: 'POST',
        path: '/v1/principals',
        body: json(given({ name, role, tenant, partyId: party })),
      }),
      view: { kind: 'object' },
      conclude: async (answer, { save, data }, ask) => {
        if (!isJsonObject(answer) || typeof answer['id'] !== 'string') return undefined;
        const { id } = answer;
        if (save === undefined) return `Next: sextant token mint ${id} --save NAME`;
        const body = json({ principalId: id, label: 'command line', key: await keyFor(save, data) });
        return keepToken(await ask({ method: 'POST', path: '/v1/tokens', body }), save, data);
      },
      help: 'Example:\n  sextant principal add --name "Frankfurt operations" --role operator --tenant frankfurt --save operator\n  sextant host list --as operator',
    }),
    apiCommand({
      name: 'list',
      description: 'List principals.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/principals' }),
      view: {
        kind: 'table',
        columns: ['id', 'role', 'tenant', 'name', 'disabledAt'],
        empty: 'No principals.',
      },
    }),
    apiCommand({
      name: 'party',
      description: 'Say whose people a principal is: audits count by it.',
      arguments: [
        ['<principal>', 'its id'],
        ['<party>', 'a party of the register, by id'],
      ],
      request: ([id, partyId]) => ({
        method: 'POST',
        path: `/v1/principals/${segment(id)}/party`,
        body: json({ partyId: partyId ?? '' }),
      }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'disable',
      description: 'Disable a principal and all its tokens, at once.',
      arguments: [['<principal>', 'its id']],
      request: ([id]) => ({ method: 'POST', path: `/v1/principals/${segment(id)}/disabling` }),
      view: { kind: 'object' },
    }),
  ]);
}

type Joining = { name: string; role: string; tenant: string; party?: string; save?: string; data?: string };
type Minting = {
  label: string;
  scope?: string[];
  expiresIn?: string;
  save?: string;
  key?: string;
  certificate?: string;
  readsOnly?: boolean;
  data?: string;
};

/** What a token that was handed out is used with, by what it is bound to. */
function nextWith({ bindUntil, jkt, x5tS256 }: { readonly [name: string]: JsonValue }): string {
  if (bindUntil !== null)
    return 'within a day, by whoever is to hold it: sextant login NAME, or signing in to the page with it';
  if (x5tS256 !== null)
    return 'as Bearer, on connections with that certificate: curl --cert FILE --key FILE -H "Authorization: Bearer $TOKEN"';
  return jkt === null
    ? 'as Bearer, to read: curl -H "Authorization: Bearer $TOKEN"'
    : 'with the key that it is bound to: sextant login NAME';
}

/** How long whoever is handed a token has to bind it. */
const BIND_WITHIN_SECONDS = 86_400;

export function tokenCommands(): Command {
  return group('token', 'Tokens: shown once, stored hashed, bound to keys.', [
    apiCommand<Minting>({
      name: 'mint',
      description: 'Mint a token for a principal.',
      arguments: [['<principal>', 'its id: see `sextant principal list`']],
      options: [
        new Option('--label <text>', 'where the token will be kept, for people').default('command line'),
        new Option('--scope <scope...>', 'fewer than the role allows, e.g. devices:read'),
        new Option('--expires-in <seconds>', 'default 90 days'),
        new Option(
          '--save <name>',
          'save it in <data>/tokens instead of printing it, with a key of this machine: other commands then take --as <name>',
        ).conflicts(['key', 'readsOnly']),
        new Option(
          '--key <key>',
          'bind it to this key: the thumbprint that `sextant token key` printed, or a file with a public JWK',
        ).conflicts('readsOnly'),
        new Option(
          '--certificate <file>',
          'bind it to this client certificate (PEM), or to one by its digest as RFC 8705 has it: its holder connects with that',
        ).conflicts(['key', 'save', 'readsOnly']),
        new Option(
          '--reads-only',
          'a plain bearer token: it reads and never changes anything, e.g. for metrics',
        ),
      ],
      request: async (
        [principalId = ''],
        { label, scope, expiresIn, save, key, certificate, readsOnly, data },
      ) => ({
        method: 'POST',
        path: '/v1/tokens',
        body: json(
          given({
            principalId,
            label,
            scopes: scope,
            expiresInSeconds: expiresIn === undefined ? undefined : Number(expiresIn),
            key:
              save === undefined ? (key === undefined ? undefined : readKey(key)) : await keyFor(save, data),
            certificate: certificate === undefined ? undefined : await certificateDigest(certificate),
            bindWithinSeconds: [save, key, certificate, readsOnly].every((binding) => binding === undefined)
              ? BIND_WITHIN_SECONDS
              : undefined,
          }),
        ),
      }),
      conceal: ({ save }) => (save === undefined ? [] : ['token']),
      view: { kind: 'object' },
      conclude: (answer, { save, data }) => (save === undefined ? undefined : keepToken(answer, save, data)),
      next: nextWith,
    }),
    new Command('key')
      .description('Make the key that a token is to be bound to, and print its thumbprint.')
      .argument('<name>', 'under which the token will be saved: --as <name>')
      .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
      .action(async (name: string, { data }: { readonly data?: string }) => {
        process.stdout.write(`${await keyFor(name, data)}\n`);
      }),
    apiCommand({
      name: 'list',
      description: 'List tokens, without their secrets.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/tokens' }),
      view: {
        kind: 'table',
        columns: ['id', 'principalId', 'label', 'jkt', 'expiresAt', 'revokedAt', 'lastUsedAt'],
        empty: 'No tokens.',
      },
    }),
    apiCommand({
      name: 'revoke',
      description: 'End a token, from the next request on.',
      arguments: [['<token>', 'its id, not the token itself']],
      request: ([id]) => ({ method: 'POST', path: `/v1/tokens/${segment(id)}/revocation` }),
      view: { kind: 'object' },
    }),
  ]);
}

/** Thumbprint of the key that is, or is made, beside where a token will be saved. */
async function keyFor(name: string, data: string | undefined): Promise<string> {
  const { makeTokenKey } = await import('../client/token-key.ts');
  return makeTokenKey(keyPathOf(tokenPath(dataFolder(data), name))).jkt;
}

/** `x5t#S256` of RFC 8705, as given or of the first certificate in a file. */
async function certificateDigest(named: string): Promise<string> {
  if (/^[A-Za-z0-9_-]{43}$/.test(named)) return named;
  const { hash } = await import('node:crypto');
  const { parsePem } = await import('../../bytes/pem.ts');
  const { readInput } = await import('../read-input.ts');
  const [certificate = new Uint8Array()] = parsePem(readInput(named), { label: 'CERTIFICATE' });
  return hash('sha256', certificate, 'base64url');
}

function readKey(key: string): JsonValue {
  return /^[A-Za-z0-9_-]{43}$/.test(key) ? key : readJsonFile(key);
}

/** Writes a minted token where `--as` finds it, and says so. */
function keepToken(answer: JsonValue, name: string, data: string | undefined): string | undefined {
  if (!isJsonObject(answer) || typeof answer['token'] !== 'string') return undefined;
  const path = tokenPath(dataFolder(data), name);
  writeSecret(path, answer['token']);
  return `Saved in ${path}; use it with --as ${name}.`;
}
