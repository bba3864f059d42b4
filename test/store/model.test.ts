import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { leafOf } from '../../src/record/leaf.ts';
import { EMPTY_RANGE, rootOf } from '../../src/record/merkle.ts';
import { readHead } from '../../src/store/log/statements.ts';
import { naiveRoot } from '../record/tree.ts';
import { fuzzRuns } from '../vectors.ts';
import { act } from './contract.ts';
import { claimNote, insertNote, NOTE_MIGRATIONS, readNotes } from './notes.ts';
import { temporaryStore } from './temporary.ts';

/** One unit: the notes that it writes and records, and how it ends. */
type Unit = { readonly ids: readonly number[]; readonly end: 'well' | 'throws' | 'swallows' };

const unit: fc.Arbitrary<Unit> = fc.record({
  ids: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
  end: fc.constantFrom('well', 'well', 'well', 'throws', 'swallows'),
});
const groups = fc.array(fc.array(unit, { maxLength: 12 }), { maxLength: 5 });

describe('any sequence of groups', () => {
  it('leaves the notes and the log that its kept units, one after another, would leave', async () => {
    await fc.assert(
      fc.asyncProperty(groups, fc.integer({ min: 1, max: 5 }), async (plan, maxGroup) => {
        const { store } = await temporaryStore({
          migrations: NOTE_MIGRATIONS,
          maxGroup,
          dangerouslyUnsynced: true,
        });
        const notes = new Set<number>();
        const leaves: Uint8Array[] = [];
        for (const group of plan) {
          const outcomes = await Promise.allSettled(
            group.map(({ ids, end }) =>
              store.write(async (tx) => {
                for (const id of ids) {
                  if ((await tx.run(claimNote, { id, text: 'note' })) === 1) await tx.record(act(`${id}`));
                }
                if (end === 'throws') throw new Error('planned');
                // Claims that exist collide; the work hides it, the store must not.
                if (end === 'swallows' && ids[0] !== undefined) {
                  await tx.run(insertNote, { id: ids[0], text: 'again' }).catch(() => {});
                }
              }),
            ),
          );
          for (const [order, { ids, end }] of group.entries()) {
            const isKept = end === 'well' || (end === 'swallows' && ids.length === 0);
            expect(outcomes[order]?.status).toBe(isKept ? 'fulfilled' : 'rejected');
            if (!isKept) continue;
            for (const id of ids) {
              if (!notes.has(id)) leaves.push(leafOf(act(`${id}`)));
              notes.add(id);
            }
          }
        }
        const { rows, head } = await store.read(async (view) => ({
          rows: await view.all(readNotes, { limit: 100 }),
          head: await view.first(readHead, {}),
        }));
        await store.close();
        expect(rows.map(({ id }) => id)).toEqual([...notes].sort((a, b) => a - b));
        expect(head?.size).toBe(leaves.length);
        expect(toHex(head?.root ?? new Uint8Array())).toBe(toHex(naiveRoot(leaves, rootOf(EMPTY_RANGE))));
      }),
      { numRuns: Math.max(40, Math.floor(fuzzRuns / 100)) },
    );
  }, 120_000);
});
