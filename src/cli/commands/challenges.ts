import { Command, InvalidArgumentError, Option } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { apiCommand, given, group, json, segment } from '../client/api-command.ts';
import { UsageError } from '../failure.ts';

type Wish = {
  licence?: string;
  facility?: string;
  party?: string;
  devices?: number;
  percent?: number;
  answerWithin?: number;
  reason: string;
};

export function challengeCommands(): Command {
  return group('challenge', 'Unannounced challenges of devices that are drawn at random.', [
    orderCommand(),
    apiCommand({
      name: 'list',
      description: 'List orders of challenges.',
      paged: true,
      request: () => ({ method: 'GET', path: '/v1/challenges' }),
      view: {
        kind: 'table',
        columns: ['id', 'of', 'state', 'wanted', 'population', 'drawnAt', 'deadline'],
        empty: 'No challenges.',
      },
    }),
    apiCommand({
      name: 'show',
      description: 'Show an order and what came of each device.',
      arguments: [['<challenge>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/challenges/${segment(id)}` }),
      view: { kind: 'object' },
    }),
    apiCommand({
      name: 'proof',
      description: 'Print what anybody needs to draw the devices again.',
      arguments: [['<challenge>', 'its id']],
      request: ([id]) => ({ method: 'GET', path: `/v1/challenges/${segment(id)}/proof` }),
      view: { kind: 'object' },
      help: 'Example:\n  sextant challenge proof chl_… --as auditor --json > proof.json\n  sextant challenge verify proof.json --log-key log.key',
    }),
    verifyDrawCommand(),
  ]);
}

/** Orders and draws in one go; the secret is made here, and told only once the order stands in the log. */
function orderCommand(): Command {
  let secret = '';
  return apiCommand<Wish>({
    name: 'order',
    description: 'Order challenges, and draw the devices once the order is logged.',
    options: [
      new Option('--licence <licence>', 'of the devices that it names'),
      new Option('--facility <facility>', 'of the devices there'),
      new Option('--party <party>', 'of the devices for its use'),
      new Option('--devices <number>', 'how many').argParser(count(1_000)),
      new Option('--percent <number>', 'how many of a hundred, rounded up').argParser(count(100)),
      new Option('--answer-within <seconds>', 'from the draw (default: an hour)').argParser(count(86_400)),
      new Option('--reason <text>', 'why; kept and logged').makeOptionMandatory(),
    ],
    request: async (_args, wish) => {
      const { newSecret } = await import('../challenge/secret.ts');
      const made = newSecret();
      secret = made.secret;
      const { devices, percent, reason, answerWithin: answerWithinSeconds } = wish;
      const body = {
        of: scopeOf(wish),
        devices,
        percent,
        answerWithinSeconds,
        reason,
        commitment: made.commitment,
      };
      return { method: 'POST', path: '/v1/challenges', body: json(given(body)) };
    },
    conclude: async (answer, _options, ask) => {
      const id = isJsonObject(answer) && typeof answer['id'] === 'string' ? answer['id'] : '';
      const path = `/v1/challenges/${segment(id)}/draw`;
      const drawn = await ask({ method: 'POST', path, body: json({ secret }) });
      return lineOf(drawn);
    },
    view: { kind: 'object' },
    help: 'Example:\n  sextant challenge order --as auditor --licence lic_… --devices 3 --reason "as every quarter"\n  sextant challenge show chl_…',
  });
}

function lineOf(drawn: JsonValue): string {
  const { devices, deadline } = isJsonObject(drawn) ? drawn : {};
  const ids = Array.isArray(devices)
    ? devices.flatMap((one) => (isJsonObject(one) ? [String(one['deviceId'])] : []))
    : [];
  return `Drawn, to be answered by ${String(deadline)}: ${ids.join(', ')}`;
}

function scopeOf({ licence, facility, party }: Wish): JsonValue {
  const named = Object.entries({ licence, facility, party }).filter((entry) => entry[1] !== undefined);
  const [only, ...more] = named;
  if (only === undefined || more.length > 0)
    throw new UsageError(
      'usage',
      'of what the devices are',
      'Name one of --licence, --facility and --party.',
    );
  return { kind: only[0], id: only[1] ?? '' };
}

function count(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from 1 to ${most}.`);
  };
}

function verifyDrawCommand(): Command {
  return new Command('verify')
    .description('Draw again, offline, from what a verifier shows of a draw, and print every check.')
    .argument('<file>', 'what `sextant challenge proof --json` printed; - for standard input')
    .requiredOption(
      '--log-key <file>',
      "the log's key: /v1/log/key, compared with what is published elsewhere",
    )
    .option('--json', 'print the judgement as JSON')
    .addHelpText('after', '\nExit status: 0 accepted, 1 refused, 2 could not be judged. docs/challenges.md')
    .action(async (file: string, flags: { logKey: string; json?: boolean }) => {
      const { judgeDraw } = await import('../challenge/verify.ts');
      process.exitCode = judgeDraw(file, flags);
    });
}
