import { describe, expect, it } from 'vitest';
import { analysePack, type RulePack } from '../../../src/policy/packs/index.ts';
import { ownPack } from './own-pack.ts';
import { BASE, packIn } from './shipped.ts';

const sound = ownPack('1.0.0', 60);
const schemaOf = (types: string, of: string): string => `entity Consignee; entity Licence; ${types}
  action "use" appliesTo { principal: Consignee, resource: Licence, context: { x: ${of} } };`;
const policyOf = (condition: string): string =>
  `@id("a") @code("own.a") @kind("violated") @sentence("A.") @mend("B.")
   forbid (principal, action, resource) when { ${condition} };`;

/** Types that each name the next one twice: their texts grow by a line, what they stand for doubles. */
const doubling = (types: number): string =>
  Array.from({ length: types }, (_, index) => {
    const next = index + 1 < types ? `T${index + 1}` : 'Long';
    return `type T${index} = { a: ${next}, b: ${next} };`;
  }).join('\n');
const chained = (types: number): string =>
  Array.from({ length: types }, (_, index) => {
    return `type T${index} = ${index + 1 < types ? `Set<T${index + 1}>` : 'Long'};`;
  }).join('\n');

const read = 'context.evidence.oldestAgeSeconds == 1';
const inBrackets = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}1${close.repeat(times)}`;

const FORMS: readonly (readonly [string, (times: number) => Partial<RulePack>])[] = [
  ['types that double', (times) => ({ schema: schemaOf(doubling(times), 'T0') })],
  [
    'types of an entity that double',
    (times) => ({
      schema: schemaOf(`${doubling(times)} entity Third { x: T0 };`, 'Long'),
    }),
  ],
  ['types that name one another', (times) => ({ schema: schemaOf(chained(times), 'T0') })],
  ['sets of sets', (times) => ({ schema: schemaOf('', `${'Set<'.repeat(times)}Long${'>'.repeat(times)}`) })],
  ['brackets', (times) => ({ policies: policyOf(`${'('.repeat(times)}${read}${')'.repeat(times)}`) })],
  ['negations', (times) => ({ policies: policyOf(`${'!('.repeat(times)}${read}${')'.repeat(times)}`) })],
  ['choices', (times) => ({ policies: policyOf(`${`if ${read} then true else `.repeat(times)}false`) })],
  ['alternatives', (times) => ({ policies: policyOf(Array(times).fill(read).join(' || ')) })],
  ['sums', (times) => ({ policies: policyOf(`${Array(times).fill('1').join(' + ')} == 1`) })],
  ['members', (times) => ({ policies: policyOf(`context${'.evidence'.repeat(times)} == 1`) })],
  ['sets in sets', (times) => ({ policies: policyOf(`${inBrackets('[', ']', times)} == [1]`) })],
  ['records in records', (times) => ({ policies: policyOf(`${inBrackets('{a:', '}', times)} == {a:1}`) })],
  ['calls', (times) => ({ policies: policyOf(`[1]${'.contains(1)'.repeat(times)}`) })],
  [
    'brackets behind a text that never ends',
    (times) => ({ policies: `${policyOf('true')}"${'\\"'.repeat(times)}` }),
  ],
];

/** As sound packs are. */
const codesOf = (pack: RulePack): readonly string[] => [
  ...new Set(analysePack(pack).findings.map(({ code }) => code)),
];

describe('a pack that would be too much for Cedar', () => {
  it.each(FORMS)('is refused before Cedar is handed it, and Cedar goes on: %s', (form, make) => {
    const codes = codesOf({ ...sound, ...make(3_000) });
    // What is no text of Cedar's at all is said by Cedar itself.
    expect(codes).toEqual([form.includes('never ends') ? 'pack.policies' : 'pack.too-complex']);
    expect(codesOf(sound)).toEqual([]);
  });

  it.each(FORMS)('is read, however deep, up to where it is refused: %s', (_, make) => {
    const isRefused = (times: number): boolean =>
      codesOf({ ...sound, ...make(times) }).includes('pack.too-complex');
    let [read, refused] = [1, 256];
    while (refused - read > 1) {
      const middle = Math.floor((read + refused) / 2);
      if (isRefused(middle)) refused = middle;
      else read = middle;
    }
    // The last ones that were read went all the way through Cedar, which answers as before.
    expect(isRefused(read)).toBe(false);
    expect(codesOf(sound)).toEqual([]);
  });

  it('is none of what people write: eighty alternatives, a list of a thousand', () => {
    const alternatives = Array(80).fill(read).join(' || ');
    const list = `[${Array.from({ length: 1_000 }, (_, index) => `"c${index}"`).join(', ')}].contains("c1")`;
    for (const condition of [alternatives, `${list} && ${read}`])
      expect(codesOf({ ...sound, policies: policyOf(condition) })).not.toContain('pack.too-complex');
    expect(codesOf(packIn(BASE))).toEqual([]);
  });

  it('is not hidden by a comment or a text', () => {
    const deep = `${'('.repeat(300)}${read}${')'.repeat(300)}`;
    const shallow = [`true // ${deep}\n`, `"${deep}" == "a"`, `"\\"${deep}" == "a"`];
    for (const condition of shallow)
      expect(codesOf({ ...sound, policies: policyOf(condition) })).not.toContain('pack.too-complex');
    const hidden = [`true // a\r && ${deep}`, `"a\\\\" == "b" && ${deep}`, `"//" == "a" && ${deep}`];
    for (const condition of hidden)
      expect(codesOf({ ...sound, policies: policyOf(condition) })).toEqual(['pack.too-complex']);
  });
});
