import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type AccessEntry, accessLog } from '../../src/http/access-log.ts';

function gathering(level = 'info') {
  const lines: string[] = [];
  const timestamp = () => ',"time":1772366400000';
  const log = pino({ level, base: null, timestamp }, { write: (line: string) => void lines.push(line) });
  return { lines, log };
}

const entry: AccessEntry = { requestId: '7b0c3b7e', method: 'GET', status: 200, durationMs: 0.5 };

describe('a line of the access log', () => {
  it.each<AccessEntry>([
    entry,
    { ...entry, durationMs: 12, caller: 'prn_01' },
    { ...entry, status: 404, code: 'not_found' },
    { ...entry, caller: 'hst_01', code: 'rate_limited', traceId: '0af7651916cd43dd8448eb211c80319c' },
    { ...entry, method: 'M-SEARCH', caller: 'a "b" \\ c\nd\u0001 é 🛰' },
  ])('is as pino would write it: %j', (asked) => {
    const { lines, log } = gathering();
    accessLog(log, 'getHost')(asked);
    log.child({ operation: 'getHost' }).info(asked, 'request');
    expect(lines[0]).toBe(lines[1]);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 30,
      time: 1772366400000,
      operation: 'getHost',
      ...asked,
      msg: 'request',
    });
  });

  it('has what the logger itself was bound to', () => {
    const { lines, log } = gathering();
    accessLog(log.child({ part: 'api' }), 'getHost')(entry);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ part: 'api', operation: 'getHost' });
  });

  it('is written where lines of its level are', () => {
    const { lines, log } = gathering('warn');
    accessLog(log, 'getHost')(entry);
    expect(lines).toEqual([]);
  });
});
