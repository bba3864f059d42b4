import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportPage } from '../../../src/cli/audit/html.ts';
import { CHECKS, describeReport } from '../../../src/cli/audit/present.ts';
import type { AuditReport } from '../../../src/cli/audit/run.ts';
import { AUDIT_CODES, finding } from '../../../src/record/audit/findings.ts';

const HOSTILE = '<script src="https://evil.example">\u001b[31m';

const report: AuditReport = {
  source: 'https://verifier.example',
  at: '2026-03-01T12:00:00.000Z',
  origin: 'verifier.example/log',
  checkpoint: { size: 1_234, root: 'ab'.repeat(32), cosignedBy: ['witness.example/w1'] },
  openings: [],
  readBefore: 256,
  holds: { leaves: 1_233, 'appraisals.judged-again': 400 },
  found: { 'log.leaf-altered': 1 },
  findings: [finding('log.leaf-altered', 'leaf 9', { expected: 'aa', actual: HOSTILE })],
  unchecked: [{ what: 'acts.understood', reason: HOSTILE, count: 2, examples: ['leaf 3'] }],
  types: { 'session.issued': 800, appraisal: 400 },
  days: { '2026-02-28': 1_000, '2026-03-01': 234 },
  verdict: 'diverges',
};

describe('a report as a page', () => {
  const page = reportPage(report);

  it('needs nothing else: no script, nothing that is fetched', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|<[^>]*\s(?:src|href)=/i);
    expect(page).toContain('&#60;script src=');
  });

  it('says what holds, what diverges and what could not be checked, with figures', () => {
    for (const said of [
      'Diverges',
      'leaf 9',
      CHECKS['leaves'],
      AUDIT_CODES['log.leaf-altered'],
      'witness.example/w1',
    ])
      expect(page).toContain(said);
    const pictures = page.match(/<svg [^>]*aria-label="[^"]+"/g) ?? [];
    expect(pictures).toHaveLength(2);
    expect(page.match(/<rect /g)).toHaveLength(4);
  });
});

describe('a report for the terminal', () => {
  const text = describeReport(report);

  it('says the same, and lets nobody write to the terminal', () => {
    expect(text).toContain('1234 leaves');
    expect(text).toContain('from leaf 256');
    expect(text).toContain('log.leaf-altered');
    expect(text).toContain('1 thing does not hold');
    expect(text).not.toContain('\u001b[31m<');
    const styles = text.split('\u001b').slice(1);
    expect(styles.every((after) => /^\[\d+m/.test(after))).toBe(true);
  });
});

describe('the codes of an audit', () => {
  it('each stand in docs/audit.md', () => {
    const docs = readFileSync(resolve(import.meta.dirname, '../../../docs/audit.md'), 'utf8');
    expect(Object.keys(AUDIT_CODES).filter((code) => !docs.includes(`\`${code}\``))).toEqual([]);
  });
});
