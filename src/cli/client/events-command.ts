import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { speaker } from './speaker.ts';
import { request } from './transport.ts';

type Options = {
  readonly as?: string;
  readonly url?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly after: string;
  readonly follow?: boolean;
};

/** How often it is asked for more. */
const EVERY_MS = 1_000;

export function eventsCommand(): Command {
  const command = new Command('events')
    .description('What changed, oldest first, a line each.')
    .option(
      '--as <name>',
      'speak with the token saved under this name (default: SEXTANT_TOKEN, else the administrator’s)',
    )
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', 'one JSON object a line')
    .option('--after <sequence>', 'go on behind this sequence number', '0')
    .option('--follow', 'wait for more, until Ctrl-C');
  return command.action(async () => {
    const options = command.opts<Options>();
    let stopped = options.follow !== true;
    if (options.follow === true) {
      void untilAskedToStop().then(() => {
        stopped = true;
      });
    }
    let cursor = options.after;
    for (;;) {
      const path = `/v1/events?${new URLSearchParams({ after: cursor })}`;
      const page = await request(speaker(options), { method: 'GET', path });
      const { items, next } = membersOf(page);
      for (const item of items)
        process.stdout.write(`${options.json === true ? JSON.stringify(item) : line(item)}\n`);
      cursor = membersOf(page).cursor;
      if (next !== null) continue;
      if (stopped) return;
      await delay(EVERY_MS);
      if (stopped) return;
    }
  });
}

function membersOf(page: JsonValue): { items: readonly JsonValue[]; next: JsonValue; cursor: string } {
  const { items = [], next = null, cursor = 0 } = isJsonObject(page) ? page : {};
  return { items: Array.isArray(items) ? items : [], next, cursor: String(cursor) };
}

function line(event: JsonValue): string {
  if (!isJsonObject(event)) return printable(JSON.stringify(event));
  const { sequence, timestamp, type, subject, tenant, data } = event;
  const text = (value: JsonValue | undefined): string => printable(String(value ?? '–'));
  const rest = dim(`${text(tenant)} ${printable(JSON.stringify(data ?? {}))}`);
  return `${dim(`${text(sequence)} ${text(timestamp)}`)} ${bold(text(type))} ${text(subject)} ${rest}`;
}
