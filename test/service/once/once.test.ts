import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RequestError } from '../../../src/service/errors.ts';
import { claimOf, KEPT_FOR_MS } from '../../../src/service/once/claim.ts';
import { type Once, onceFor } from '../../../src/service/once/once.ts';
import { onceStore } from '../../../src/service/once/store.ts';
import type { ProofUse } from '../../../src/service/principal.ts';
import type { Hole, Store } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { openTestStore } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const forgetAnswers = statement((db) => db.updateTable('kept_act').set({ answer: null }));
const keptActs = statement((db) => db.selectFrom('kept_act').select(['key_sha256', 'answer']));
const spent = statement((db, hole: Hole<{ digest: number }>) =>
  db.selectFrom('dpop_proof').select('digest').where('digest', '=', hole('digest')),
);
/** An act: leaves a mark that is counted. */
const mark = statement((db, hole: Hole<{ digest: number }>) =>
  db.insertInto('dpop_proof').values({ digest: hole('digest'), expires_at_ms: 0 }),
);
const marks = statement((db) => db.selectFrom('dpop_proof').select('digest').where('expires_at_ms', '=', 0));

let store: Store;
let nowMs = 0;
let marked = 0;
const clock = () => new Date(nowMs);
const random = (length: number) => new Uint8Array(randomBytes(length));

/** One process over the store: the acts of its requests go through `store`. */
function process(): { readonly once: Once; readonly store: Store } {
  const needed = { store, clock, random, log: pino({ level: 'silent' }) };
  return { once: onceFor(needed), store: onceStore(needed) };
}

beforeEach(async () => {
  store = await openTestStore({ folder: temporaryFolder() });
  onTestFinished(() => store.close());
  nowMs = Date.UTC(2026, 2, 1);
  marked = 100;
});

const request = (body = 'a body') => ({
  method: 'POST',
  target: '/v1/things',
  mediaType: 'application/json',
  body: Buffer.from(body),
});
const claim = (key = 'a random key', body?: string, caller = 'prn_1') => claimOf(caller, key, request(body));
const proof = (digest: number): ProofUse => ({ digest, expiresAt: new Date(nowMs + 60_000) });

/** Does one thing and answers with its number. */
const doing = ({ store: own }: { readonly store: Store }) =>
  async function act(): Promise<string> {
    const number = await own.write(async (tx) => {
      marked++;
      await tx.run(mark, { digest: marked });
      return marked;
    });
    return `did ${number}`;
  };
const done = async (): Promise<number> => (await store.read((view) => view.all(marks, {}))).length;

describe('what is asked for under an Idempotency-Key', () => {
  it('is done once, and answered alike however often it is asked', async () => {
    const own = process();
    const ask = () => own.once({ proof: null, claim: claim(), act: doing(own) });
    const answers = [await ask(), await ask(), await ask()];
    expect(new Set(answers).size).toBe(1);
    expect(await done()).toBe(1);
  });

  it('is another thing under another key, and of another caller', async () => {
    const own = process();
    for (const each of [claim(), claim('another key'), claim('a random key', 'a body', 'prn_2')])
      await own.once({ proof: null, claim: each, act: doing(own) });
    expect(await done()).toBe(3);
  });

  it('is refused where the key stood for another request, by any part of it', async () => {
    const own = process();
    await own.once({ proof: null, claim: claim(), act: doing(own) });
    const others = [
      { ...request(), method: 'PUT' },
      { ...request(), target: '/v1/other' },
      { ...request(), mediaType: 'text/csv' },
      request('another body'),
    ];
    for (const other of others) {
      const asked = { proof: null, claim: claimOf('prn_1', 'a random key', other), act: doing(own) };
      await expect(own.once(asked)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    }
    expect(await done()).toBe(1);
  });

  it('is refused while it is under way, by the same process', async () => {
    const own = process();
    const { promise: gate, resolve: go } = Promise.withResolvers<void>();
    const slow = async () => {
      await gate;
      return doing(own)();
    };
    const first = own.once({ proof: null, claim: claim(), act: slow });
    await expect(own.once({ proof: null, claim: claim(), act: slow })).rejects.toMatchObject({
      code: 'idempotency_in_flight',
      retryAfterSeconds: 1,
    });
    go();
    expect(await first).toBe('did 101');
    expect(await done()).toBe(1);
  });

  it('is undone whole where another process was faster', async () => {
    const [a, b] = [process(), process()];
    const { promise: bothFoundNothing, resolve } = Promise.withResolvers<void>();
    let begun = 0;
    const meeting = (own: ReturnType<typeof process>) => async () => {
      if (++begun === 2) resolve();
      await bothFoundNothing;
      return doing(own)();
    };
    const asked = [a, b].map((own) => own.once({ proof: null, claim: claim(), act: meeting(own) }));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'idempotency_in_flight' },
    });
    expect(await done()).toBe(1);
    expect(await b.once({ proof: null, claim: claim(), act: doing(b) })).toMatch(/^did 10\d$/);
    expect(await done()).toBe(1);
  });

  it('is answered from what it came to, where a crash swallowed the answer, and not done again', async () => {
    const own = process();
    const first = await own.once({ proof: null, claim: claim(), act: doing(own) });
    await own.once({ proof: null, claim: claim(), act: doing(own) }); // waits until the answer is kept
    await store.write((tx) => tx.run(forgetAnswers, {}));
    const next = process();
    expect(await next.once({ proof: null, claim: claim(), act: doing(next) })).toBe(first);
    expect(await done()).toBe(1);
  });

  it('is a conflict where a crash swallowed the answer of an act that came to nothing', async () => {
    const own = process();
    const act = async () => {
      await own.store.write(async (tx) => void (await tx.run(mark, { digest: 7 })));
      return random(8);
    };
    const first = await own.once({ proof: null, claim: claim(), act });
    expect(await own.once({ proof: null, claim: claim(), act })).toEqual(first);
    await store.write((tx) => tx.run(forgetAnswers, {}));
    await expect(own.once({ proof: null, claim: claim(), act })).rejects.toMatchObject({ code: 'conflict' });
    expect(await done()).toBe(1);
  });

  it('is judged anew where it was refused, and keeps nothing then', async () => {
    const own = process();
    const refuse = () =>
      own.store.write(async (tx) => {
        await tx.run(mark, { digest: 7 });
        throw new RequestError('conflict', 'not now');
      });
    const asked = own.once({ proof: proof(1), claim: claim(), act: refuse });
    await expect(asked).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.read((view) => view.all(keptActs, {}))).toEqual([]);
    expect(await store.first(spent, { digest: 1 })).toBeUndefined();
    await own.once({ proof: proof(1), claim: claim(), act: doing(own) });
    expect(await done()).toBe(1);
  });

  it('is judged anew where it changed nothing', async () => {
    const own = process();
    let turn = 0;
    const look = async () => `look ${turn++}`;
    expect(await own.once({ proof: null, claim: claim(), act: look })).toBe('look 0');
    expect(await own.once({ proof: null, claim: claim(), act: look })).toBe('look 1');
  });

  it('is done in further units of work as they are', async () => {
    const own = process();
    const act = async () => `${await doing(own)()}, ${await doing(own)()}`;
    expect(await own.once({ proof: proof(1), claim: claim(), act })).toBe('did 101, did 102');
    expect(await done()).toBe(2);
  });

  it('may be done anew after a day, and is forgotten by then', async () => {
    const own = process();
    await own.once({ proof: null, claim: claim(), act: doing(own) });
    nowMs += KEPT_FOR_MS - 1;
    await own.once({ proof: null, claim: claim(), act: doing(own) });
    expect(await done()).toBe(1);
    nowMs += 1;
    await own.once({ proof: null, claim: claim('a random key', 'another body'), act: doing(own) });
    expect(await done()).toBe(2);
    expect(await store.read((view) => view.all(keptActs, {}))).toHaveLength(1);
  });

  it('is answered again only where nothing speaks against it', async () => {
    const own = process();
    const seen: string[] = [];
    const again = async (kept: string) => {
      seen.push(kept);
      throw new RequestError('conflict', 'it no longer holds');
    };
    const ask = () => own.once({ proof: null, claim: claim(), act: doing(own), again });
    expect(await ask()).toBe('did 101');
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
    await store.write((tx) => tx.run(forgetAnswers, {}));
    const next = process();
    const lost = next.once({ proof: null, claim: claim(), act: doing(next), again });
    await expect(lost).rejects.toMatchObject({ code: 'conflict' });
    expect(seen).toEqual(['did 101', 'did 101']);
  });
});

describe('a proof of possession', () => {
  it('is spent with the act, and by a repetition too', async () => {
    const own = process();
    await own.once({ proof: proof(1), claim: claim(), act: doing(own) });
    expect(await store.first(spent, { digest: 1 })).toBeDefined();
    await own.once({ proof: proof(2), claim: claim(), act: doing(own) });
    expect(await store.first(spent, { digest: 2 })).toBeDefined();
  });

  it.each([
    ['of another act', claim('another key')],
    ['of a repetition', claim()],
  ])('that was used is refused for that %s', async (_, second) => {
    const own = process();
    await own.once({ proof: proof(1), claim: claim(), act: doing(own) });
    const asked = own.once({ proof: proof(1), claim: second, act: doing(own) });
    await expect(asked).rejects.toMatchObject({ code: 'dpop_replayed' });
    expect(await done()).toBe(1);
  });

  it('is spent where only an answer is made again', async () => {
    const own = process();
    await own.once({ proof: proof(1), claim: claim(), act: doing(own) });
    await own.once({ proof: proof(2), claim: claim(), act: doing(own) });
    await store.write((tx) => tx.run(forgetAnswers, {}));
    const next = process();
    const asked = next.once({ proof: proof(2), claim: claim(), act: doing(next) });
    await expect(asked).rejects.toMatchObject({ code: 'dpop_replayed' });
    await next.once({ proof: proof(3), claim: claim(), act: doing(next) });
    expect(await done()).toBe(1);
  });
});
