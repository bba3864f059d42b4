import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataFolder } from '../../src/agent/folder.ts';
import { keepGrant } from '../../src/agent/grants/fetch.ts';
import { grantLoop } from '../../src/agent/grants/loop.ts';
import { Refusal } from '../../src/agent/verifier/refusal.ts';
import type { RenewalAnswer } from '../../src/protocol/grant.ts';
import { temporaryFolder } from '../store/temporary.ts';

const licenceId = `lic_${'0'.repeat(26)}`;
const START = Date.parse('2026-03-01T12:00:00Z');
const at = (ms: number): string => new Date(ms).toISOString();
const granted = (renewAfter: string): RenewalAnswer => ({
  outcome: 'granted',
  licenceId,
  decisionId: `dec_${'0'.repeat(26)}`,
  grant: {
    grantId: `grt_${'0'.repeat(26)}`,
    hostId: 'hst_1',
    grant: 'a.b.c',
    expiresAt: at(START + 3_600_000),
    renewAfter,
    devices: ['dev_1'],
    leafIndex: 7,
  },
  statusList: 'd.e.f',
  reasons: [],
});
const denied: RenewalAnswer = {
  ...granted(''),
  outcome: 'denied',
  grant: null,
  statusList: null,
  reasons: [{ code: 'evidence.stale', kind: 'unproven', sentence: 'Old.' }],
};

/** Runs the loop over answers in turn, on a clock that sleeping moves; says when each was asked for. */
async function run(answers: readonly (RenewalAnswer | Error)[]) {
  const ending = new AbortController();
  let now = START;
  const asked: number[] = [];
  const notes: string[] = [];
  await grantLoop({
    licences: [licenceId],
    keep: async () => {
      const answer = answers[asked.length];
      asked.push(now - START);
      if (asked.length === answers.length) ending.abort();
      if (answer instanceof Error || answer === undefined) throw answer;
      return answer;
    },
    pace: {
      clock: () => new Date(now),
      sleep: async (ms) => {
        now += ms;
      },
      random: () => 0,
    },
    note: (sentence) => notes.push(sentence),
    signal: ending.signal,
  });
  return { asked, notes };
}

describe('the agent’s grants', () => {
  it('are asked for again from half of their lives on', async () => {
    const { asked, notes } = await run([
      granted(at(START + 1_800_000)),
      granted(at(START + 3_000_000)),
      denied,
    ]);
    expect(asked).toEqual([0, 1_800_000, 3_000_000]);
    expect(notes).toHaveLength(1);
  });

  it('that are denied or cannot be fetched are asked for again later, and told once', async () => {
    const refusal = new Refusal(503, 'overloaded', 'busy', { retryAfterMs: null, mend: '', requestId: null });
    const { asked, notes } = await run([denied, refusal, granted(at(START + 1_800_000)), denied]);
    expect(asked.slice(0, 3)).toEqual([0, 30_000, 60_000]);
    expect(asked[3]).toBe(1_800_000);
    // Of three failures in a row the first, and of what failed after a grant the first again.
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain('evidence.stale');
  });

  it('lie in the data folder for their user alone, with list and receipt, whole or not at all', async () => {
    const path = join(temporaryFolder(), 'agent');
    const folder = openDataFolder(path);
    const answer = granted(at(START));
    const asked: unknown[] = [];
    const post = async ({ body }: { readonly body: { readonly content: string } }) => {
      asked.push(JSON.parse(body.content));
      return answer;
    };
    const client = { address: new URL('http://127.0.0.1'), post } as never; // all that is used of it
    const wish = { licenceId, listDevices: true };
    const signal = new AbortController().signal;
    await keepGrant(client, folder, wish, signal);
    expect(asked).toEqual([wish]);
    const file = join(path, `grant-${licenceId}.json`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(answer);
    const broken = {
      address: new URL('http://127.0.0.1'),
      post: async () => ({ outcome: 'granted' }),
    } as never; // likewise
    await expect(keepGrant(broken, folder, wish, signal)).rejects.toMatchObject({
      code: 'answer_malformed',
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(answer);
  });
});
