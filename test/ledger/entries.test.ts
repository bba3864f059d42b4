import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjust,
  type Balance,
  balanceOf,
  type Change,
  chipsOfLicence,
  commit,
  commitReserved,
  computeOfLicence,
  computeOfParty,
  EMPTY_BALANCE,
  enter,
  readAccount,
  release,
  releaseReserved,
  reserve,
  takenOf,
  tppAtHome,
  tppOfConsignee,
  tppOfCountry,
  tppOfLicence,
} from '../../src/ledger/index.ts';

const amount = fc.nat(1_000);
const change: fc.Arbitrary<Change> = fc.oneof(
  amount.map(reserve),
  amount.map(commitReserved),
  amount.map(commit),
  amount.map(releaseReserved),
  amount.map(release),
  fc.integer({ min: -1_000, max: 1_000 }).map(adjust),
);

describe('a balance', () => {
  it('is what its entries come to, and never below zero', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const kept: Change[] = [];
        let balance: Balance = EMPTY_BALANCE;
        for (const next of changes) {
          const isCovered = balance.reserved + next.reserved >= 0 && balance.committed + next.committed >= 0;
          if (isCovered) {
            balance = enter(balance, next);
            kept.push(next);
          } else {
            expect(() => enter(balance, next)).toThrowError(
              expect.objectContaining({ code: 'ledger_negative' }),
            );
          }
        }
        expect(balance).toEqual(balanceOf(kept));
        expect(balance.entries).toBe(kept.length);
        expect(takenOf(balance)).toBe(balance.reserved + balance.committed);
      }),
    );
  });

  it('is refused where reserved and committed together could not be counted', () => {
    const full = enter(EMPTY_BALANCE, commit(Number.MAX_SAFE_INTEGER));
    for (const more of [commit(1), reserve(1)]) {
      expect(() => enter(full, more)).toThrowError(expect.objectContaining({ code: 'ledger_overflow' }));
    }
  });

  it('takes the same before and after what was reserved is committed', () => {
    const reserved = enter(EMPTY_BALANCE, reserve(7));
    expect(takenOf(enter(reserved, commitReserved(7)))).toBe(takenOf(reserved));
    expect(takenOf(enter(reserved, releaseReserved(7)))).toBe(0);
  });

  it('takes no amount that is none', () => {
    for (const make of [reserve, commit, commitReserved, release, releaseReserved]) {
      expect(() => make(-1)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
    }
    expect(() => adjust(0.5)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
  });
});

describe('accounts', () => {
  it('are told apart by their names, which tell their units', () => {
    const accounts = [
      tppOfLicence('lic_1'),
      tppOfConsignee('lic_1'),
      tppOfCountry('DE'),
      tppAtHome('chips'),
      chipsOfLicence('lic_1', 'H100'),
      computeOfLicence('lic_1'),
      computeOfParty('pty_1', 'training: phase 2'),
    ];
    expect(new Set(accounts.map(({ name }) => name)).size).toBe(accounts.length);
    for (const { name, unit } of accounts) expect(readAccount(name)).toMatchObject({ name, unit });
    const none = [
      '',
      'constructor:x:y',
      'tpp:licence:',
      'tpp:licence:a:b',
      'compute:party:a',
      'chips:party:a:b',
    ];
    for (const name of none) expect(readAccount(name)).toBeNull();
  });

  it('of a party and a purpose are one, however the purpose is spelt', () => {
    const { name } = computeOfParty('pty_1', 'Training runs');
    for (const spelt of ['training runs', ' TRAINING RUNS ', 'Ｔraining runs']) {
      expect(computeOfParty('pty_1', spelt).name).toBe(name);
    }
    expect(computeOfParty('pty_1', 'inference').name).not.toBe(name);
    expect(computeOfParty('pty_2', 'Training runs').name).not.toBe(name);
  });
});
