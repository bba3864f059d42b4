import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/**
 * Every check that any verifier asks, by its id: docs/checks.md, which test/policy/checks-page.test.ts holds against the source. Reasons of
 * the gate have a kind in their row, and tests of their own; what never fails cannot fail alone.
 */
const CHECKS = [
  ...readFileSync(join(root, 'docs/checks.md'), 'utf8').matchAll(/^\| `([a-z0-9.-]+)` \| (.*)$/gm),
]
  .map(([, id = '', words = '']) => ({ id, words }))
  .filter(
    ({ id, words }) => id.includes('.') && !/^(?:violated|unproven|unavailable) \||^never\b/.test(words),
  );

/** Why a check has no test in which it alone fails. Whatever gets one is taken off this list. */
const WITHOUT: Readonly<Record<string, string>> = {
  'manifest.manufacturer':
    'what nobody approved signs, and may speak of, nothing either: those two fail with it',
  'receipt.landmark-in-force': 'takes a landmark whose registration changes while a permit of it runs',
  'host.evidence': 'a host without evidence lacks its level too',
  'tee.tcb': 'its test is an enrolment, which says it in a sentence',
};

/** What one file of tests says, by what is looked for in it. */
type TestFile = {
  /** Every word that stands in quotation marks by itself. */
  readonly words: ReadonlySet<string>;
  /** Those that stand so in a list by themselves: what a row of a table expects. */
  readonly lists: ReadonlySet<string>;
  /** What a test says that equals all that failed: an id, a template, or a name. */
  readonly asserted: readonly string[];
  /** Templates of ids, in backticks. */
  readonly templates: readonly string[];
};

/** What is equal to a list of one, whatever it is. */
const ASSERTED = /(?:\.to(?:Strict)?Equal\((?:[^;()]*\? [^;()]*: )?|\bfailed: )\[\s*([^\][\n]*?),?\s*\]/g;
/** What was not asked is no failure. */
const OF_ANOTHER_LIST = /notPerformed|skipped|\bopen\b/;
const NAME = /^[a-z]\w*(?:\.\w+)*$/;

function readTests(text: string): TestFile {
  const asserted = [...text.matchAll(ASSERTED)].flatMap(({ 1: list = '', index }) => {
    const before = text.slice(Math.max(0, index - 200), index);
    return OF_ANOTHER_LIST.test(before.slice(before.lastIndexOf('expect('))) ? [] : [list.trim()];
  });
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
  return {
    words: new Set(all(/'([a-z0-9.-]+)'/g)),
    lists: new Set([
      ...all(/(?<!toEqual\()\[\s*'([a-z0-9.-]+)',?\s*\]/g),
      // With what it is about.
      ...all(/\[\s*\['([a-z0-9.-]+)', '[^']*'\],?\s*\]/g),
    ]),
    asserted,
    templates: all(/`([^`\n]*\$\{[^`\n]*)`/g),
  };
}

const TESTS: readonly TestFile[] = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => path !== import.meta.filename)
  .map((path) => readTests(readFileSync(path, 'utf8')));

/**
 * Whether a file seems to have a test in which a check fails and nothing else does; a test that ran would know, and this reads: one that asserts a list of its id alone, or of a name alone for
 * which a table in the file has the id, whole or as what a template leaves open; or a table whose row has that list.
 */
function failsAloneIn({ words, lists, asserted, templates }: TestFile, id: string): boolean {
  const made = (template: string): boolean => fits(template, id, words);
  if (lists.has(id) || asserted.includes(`'${id}'`)) return true;
  if (asserted.some((list) => list.startsWith('`') && made(list.slice(1, -1)))) return true;
  return asserted.some((list) => NAME.test(list)) && (words.has(id) || templates.some(made));
}

/** Whether an id is what a template makes of words that the file says. */
function fits(template: string, id: string, words: ReadonlySet<string>): boolean {
  const fixed = template.split(/\$\{[^}]*\}/);
  if (fixed.length < 2 || !fixed.join('').includes('.')) return false;
  const escaped = fixed.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const open = new RegExp(`^${escaped.join('([a-z0-9.-]+)')}$`).exec(id)?.slice(1);
  return open?.every((word) => words.has(word)) ?? false;
}

describe('every check', () => {
  const tested = ({ id }: { readonly id: string }): boolean => TESTS.some((file) => failsAloneIn(file, id));

  it('has a test in which it fails and nothing else does', () => {
    expect(CHECKS.length).toBeGreaterThan(380);
    const bare = CHECKS.filter((check) => !(check.id in WITHOUT) && !tested(check));
    expect(bare.map(({ id }) => id)).toEqual([]);
  });

  it('that is said to have no such test has none, and is one', () => {
    const ids = new Set(CHECKS.map(({ id }) => id));
    expect(Object.keys(WITHOUT).filter((id) => !ids.has(id) || tested({ id }))).toEqual([]);
  });

  it('is looked for in what tests demand, not in what they mention', () => {
    const of = (text: string): boolean => failsAloneIn(readTests(text), 'tpm.ek.chain');
    const row = "['tpm.ek.chain', made],";
    expect(of("expect(failed(x)).toEqual(['tpm.ek.chain']);")).toBe(true);
    expect(of(`${row} expect(failed(x)).toEqual([id]);`)).toBe(true);
    expect(of(`${row} expect(examine(x)).toEqual({ failed: [id], identity: null });`)).toBe(true);
    expect(of("['chain', made], expect(failed(x)).toEqual([`tpm.ek.$" + '{id}`]);')).toBe(true);
    expect(of("['an unknown root', ['tpm.ek.chain']], expect(failed(x)).toEqual(expected);")).toBe(true);
    expect(of(`${row} expect(paths(answer)).toContain(check);`)).toBe(false);
    expect(of("expect(failed(x)).toEqual(['tpm.ek.chain', 'tpm.ek.public']);")).toBe(false);
    expect(of("expect(findings.notPerformed.map(toId)).toEqual(['tpm.ek.chain']);")).toBe(false);
    expect(of(`${row} expect(failed(x)).toEqual([]);`)).toBe(false);
  });
});
