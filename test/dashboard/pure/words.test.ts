import { describe, expect, it } from 'vitest';
import { auditWords } from '../../../src/dashboard/views/audits/words.ts';
import { challengeWords } from '../../../src/dashboard/views/challenges/words.ts';
import { conditionWords } from '../../../src/dashboard/views/condition/words.ts';
import { evidenceWords } from '../../../src/dashboard/views/decision/evidence-words.ts';
import { incidentWords } from '../../../src/dashboard/views/incidents/words.ts';
import { overviewWords } from '../../../src/dashboard/views/overview/words.ts';
import { peopleWords } from '../../../src/dashboard/views/people/words.ts';
import { reportWords } from '../../../src/dashboard/views/reports/words.ts';
import { ruleWords } from '../../../src/dashboard/views/rules/words.ts';
import { keyWords } from '../../../src/dashboard/views/signing-keys/words.ts';
import { proposeWords } from '../../../src/dashboard/views/trust/propose/words.ts';
import { trustWords } from '../../../src/dashboard/views/trust/words.ts';
import { webhookWords } from '../../../src/dashboard/views/webhooks/words.ts';
import { formatsOf } from '../../../src/dashboard/words/formats.ts';
import { mendOf } from '../../../src/dashboard/words/problems.ts';
import { shellWords } from '../../../src/dashboard/words/shell.ts';
import { PROBLEMS } from '../../../src/http/problem-codes.ts';

type Tree = { readonly [key: string]: unknown };

function textsOf(words: Tree, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, word]): [string, string][] => {
    if (typeof word === 'string') return [[path + key, word]];
    return typeof word === 'object' && word !== null ? textsOf(word as Tree, `${path}${key}.`) : [];
  });
}

describe('what the page says', () => {
  it('is said in both languages, and not in English twice', () => {
    for (const { en, ko } of [
      shellWords,
      overviewWords,
      incidentWords,
      trustWords,
      proposeWords,
      auditWords,
      challengeWords,
      evidenceWords,
      reportWords,
      peopleWords,
      webhookWords,
      keyWords,
      conditionWords,
      ruleWords,
    ]) {
      const korean = new Map(textsOf(ko));
      const same = textsOf(en).filter(([path, text]) => korean.get(path) === text);
      expect(same.filter(([path]) => path !== 'product')).toEqual([]);
      expect([...korean.values()].filter((text) => text.trim() === '')).toEqual([]);
    }
  });

  it('says of every refusal what to do about it', () => {
    for (const code of [
      ...Object.keys(PROBLEMS),
      'offline',
      'unreadable_answer',
      'constructor',
      'unheard_of',
    ]) {
      expect(mendOf(code, 'en')).toMatch(/\.$/);
      expect(mendOf(code, 'ko')).toMatch(/[.]$/);
    }
  });

  it('writes numbers and lengths as the language does, and instants alike in all', () => {
    const now = new Date('2026-11-21T10:00:00Z');
    const said = (['en', 'ko'] as const).map((language) => {
      const formats = formatsOf(language);
      return [
        formats.number(1234567),
        formats.instant('2026-11-21T09:59:30.123Z'),
        formats.relative('2026-11-18T10:00:00Z', now),
        formats.relative('2026-11-21T10:05:59Z', now),
        formats.duration(12_000_000),
        formats.duration(0),
      ];
    });
    expect(said).toEqual([
      ['1,234,567', '2026-11-21 09:59:30 UTC', '3 days ago', 'in 5 minutes', '3 hr, 20 min', '0 sec'],
      ['1,234,567', '2026-11-21 09:59:30 UTC', '3일 전', '5분 후', '3시간 20분', '0초'],
    ]);
    expect(formatsOf('en').instant('never')).toBe('no instant');
  });
});
