import { expect, it } from 'vitest';
import { EXPLAINED_CODES } from '../../../src/appraisal/explain.ts';
import { DEMAND_CODES } from '../../../src/appraisal/levels.ts';
import { CHECK_REASONS } from '../../../src/dashboard/words/reasons/checks.ts';
import { DECISION_REASONS } from '../../../src/dashboard/words/reasons/decisions.ts';
import { koreanReason } from '../../../src/dashboard/words/reasons/index.ts';
import { LEVEL_REASONS } from '../../../src/dashboard/words/reasons/levels.ts';
import { PACK_REASONS } from '../../../src/policy/packs/evaluate.ts';
import { DECISION_CODES } from '../../../src/policy/reasons.ts';

/** What suspends a licence of itself, and is no reason of a decision (src/policy/lifecycle.ts). */
const OF_LICENCES = ['licence.devices-missing'];

/** Before anything is decided (src/service/grant/turned-away.ts). */
const OF_HOSTS = ['request.no-device-of-host'];

it.each([
  [
    'decisions',
    DECISION_REASONS,
    [...DECISION_CODES, ...Object.keys(PACK_REASONS), ...OF_LICENCES, ...OF_HOSTS],
  ],
  ['checks', CHECK_REASONS, EXPLAINED_CODES],
  ['levels', LEVEL_REASONS, DEMAND_CODES],
] as const)('reasons of %s are told in Korean, each with what to do, and no others', (_, told, codes) => {
  expect(Object.keys(told).toSorted()).toEqual([...codes].toSorted());
  const texts = Object.values(told).flatMap(({ sentence, mend }) => [sentence, mend]);
  expect(texts.filter((text) => !/[가-힣].*\.$/s.test(text))).toEqual([]);
});

it('a code that is the demand of a level too is told as what it is asked for as', () => {
  const told = (['decision', 'appraisal', 'level'] as const).map((of) =>
    koreanReason('device.not-bound-to-host', of),
  );
  expect(told[0]).toEqual(told[1]);
  expect(told[2]).toEqual(LEVEL_REASONS['device.not-bound-to-host']);
  expect(koreanReason('rules.of-a-pack', 'decision')).toBeNull();
  expect(koreanReason('constructor', 'level')).toBeNull();
});
