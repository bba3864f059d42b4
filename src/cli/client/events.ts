import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { speaker } from './speaker.ts';
import { request } from './transport.ts';

export type EventFlags = {
  readonly as?: string;
  readonly url?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly after: string;
  readonly follow?: boolean;
};

/** How often it is asked for more. */
const EVERY_MS = 1_000;

/** Prints what changed, oldest first, a line each; with `follow` until it is stopped. */
export async function tellEvents(options: EventFlags): Promise<void> {
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
