import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { canonicalXml } from '../../../src/evidence/nvidia/xml/canonical-xml.ts';
import { parseXml } from '../../../src/evidence/nvidia/xml/xml-reader.ts';
import { isElement } from '../../../src/evidence/nvidia/xml/xml-tree.ts';
import { describeWithVectors, fuzzRuns } from '../../vectors.ts';
import { rim } from './genuine.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const canonical = (text: string): string => Buffer.from(canonicalXml(parseXml(bytes(text)))).toString();

function code(text: string | Uint8Array): string | null {
  try {
    parseXml(typeof text === 'string' ? bytes(text) : text);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('the XML that is read', () => {
  it.each([
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<a/>'],
    ['a declaration in other quotes', "<?xml version='1.0' encoding='utf-8' standalone='yes' ?><a/>"],
    ['white space around the root', ' \n<a></a>\n\t'],
    ['either quote', `<a b="'" c='"'/>`],
    ['the five entities and characters by number', '<a b="&lt;&#9;">&amp;&gt;&quot;&apos;&#x1F600;&#65;</a>'],
    ['one name under two namespaces', '<a xmlns:p="u:1" xmlns:q="u:2" p:b="" q:b="" b=""/>'],
  ])('admits %s', (_, text) => expect(code(text)).toBeNull());

  it.each([
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'bad_value'],
    ['a DOCTYPE within', '<a><!DOCTYPE a></a>', 'unsupported'],
    ['a comment', '<a>b<!-- c -->d</a>', 'unsupported'],
    ['a comment in front', '<!-- c --><a/>', 'unsupported'],
    ['a comment behind', '<a/><!-- c -->', 'trailing_data'],
    ['a CDATA section', '<a><![CDATA[b]]></a>', 'unsupported'],
    ['the end of one', '<a>]]></a>', 'bad_value'],
    ['a processing instruction', '<a><?b c?></a>', 'unsupported'],
    ['one in front', '<?xml-stylesheet href="b"?><a/>', 'unsupported'],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><a/>', 'unsupported'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>', 'unsupported'],
    ['another version', '<?xml version="1.1"?><a/>', 'unsupported'],
    ['an entity of its own', '<a>&b;</a>', 'bad_value'],
    ['a bare ampersand', '<a>b & c</a>', 'bad_value'],
    ['a reference without an end', '<a>&lt</a>', 'bad_value'],
    ['a reference to no character', '<a>&#0;</a>', 'bad_value'],
    ['a reference to a surrogate', '<a>&#xD800;</a>', 'bad_value'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>', 'bad_value'],
    ['a control character', '<a>\u0001</a>', 'bad_value'],
    ['a less-than sign in a value', '<a b="<"/>', 'bad_value'],
    ['a value without quotes', '<a b=c/>', 'bad_value'],
    ['attributes without space between them', '<a b="c"d="e"/>', 'bad_value'],
    ['an attribute twice', '<a b="c" b="d"/>', 'duplicate'],
    ['an attribute twice by namespace', '<a xmlns:p="u:1" xmlns:q="u:1" p:b="" q:b=""/>', 'duplicate'],
    ['a prefix twice', '<a xmlns:p="u:1" xmlns:p="u:1"/>', 'duplicate'],
    ['a prefix that nobody declared', '<p:a/>', 'bad_value'],
    ['a prefix that a brother declared', '<a><b xmlns:p="u:1"/><p:c/></a>', 'bad_value'],
    ['a name of two prefixes', '<a:b:c xmlns:a="u:1"/>', 'bad_value'],
    ['a name beyond ASCII', '<ä/>', 'bad_value'],
    ['xml: attributes', '<a xml:base="http://b/"/>', 'unsupported'],
    ['another meaning of xml', '<a xmlns:xml="u:1"/>', 'unsupported'],
    ['another name for xml', '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>', 'unsupported'],
    ['a relative namespace', '<a xmlns="b"/>', 'unsupported'],
    ['a default namespace taken back', '<a xmlns="u:1"><b xmlns=""/></a>', 'unsupported'],
    ['another end tag', '<a><b></a></b>', 'bad_value'],
    ['an end tag of another prefix', '<p:a xmlns:p="u:1"></a>', 'bad_value'],
    ['no end tag', '<a><b></b>', 'truncated'],
    ['a tag that does not end', '<a ', 'bad_value'],
    ['a second root', '<a/><b/>', 'trailing_data'],
    ['text behind the root', '<a/>b', 'trailing_data'],
    ['nothing', '', 'bad_value'],
    ['text alone', 'a', 'bad_value'],
    ['a byte order mark', '\ufeff<a/>', 'bad_value'],
  ])('refuses %s', (_, text, expected) => {
    expect(code(text)).not.toBeNull();
    if (!text.startsWith('<!DOCTYPE')) expect(code(text)).toBe(expected);
  });

  it('refuses what is no UTF-8', () => {
    expect(code(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e))).toBe('bad_value');
  });

  it('refuses too much of anything', () => {
    expect(code('<a>'.repeat(16) + '</a>'.repeat(16))).toBeNull();
    expect(code('<a>'.repeat(17) + '</a>'.repeat(17))).toBe('budget_exceeded');
    expect(code(`<a>${'<b/>'.repeat(5000)}</a>`)).toBe('budget_exceeded');
    expect(code(`<a${Array.from({ length: 257 }, (_, index) => ` b${index}=""`).join('')}/>`)).toBe(
      'budget_exceeded',
    );
    const prefixes = (many: number): string =>
      `<a${Array.from({ length: many }, (_, index) => ` xmlns:p${index}="a:b"`).join('')}>`;
    expect(code(`${prefixes(32)}</a>`)).toBeNull();
    expect(code(`${prefixes(33)}</a>`)).toBe('budget_exceeded');
    expect(code(`${prefixes(32)}<a xmlns:one-more="a:b"/></a>`)).toBe('budget_exceeded');
    expect(code(`<a>${' '.repeat(1 << 19)}</a>`)).toBe('too_long');
  });

  it('reads long hostile text in time that grows with its length alone', () => {
    const started = process.cpuUsage().user;
    code(`<a b="${'&lt'.repeat(300_000)}"/>`);
    code(`<a${' '.repeat(900_000)}`);
    code(`<a>${'&'.repeat(900_000)}</a>`);
    code(`<?xml ${' '.repeat(900_000)}`);
    expect(process.cpuUsage().user - started).toBeLessThan(2_000_000);
  });

  it('gives white space in values the meaning that XML gives it', () => {
    const [value] = parseXml(bytes('<a b="1\r\n2\t3&#10;4"/>')).attributes;
    expect(value?.value).toBe('1 2 3\n4');
  });

  it('resolves prefixes to where they stand', () => {
    const root = parseXml(bytes('<a xmlns="u:1" xmlns:p="u:2"><p:b c="" p:d=""/><e xmlns="u:3"/></a>'));
    expect(root.namespace).toBe('u:1');
    const [b, e] = root.children.filter(isElement);
    expect([b?.namespace, e?.namespace]).toEqual(['u:2', 'u:3']);
    expect(b?.attributes.map(({ namespace, local }) => [namespace, local])).toEqual([
      ['', 'c'],
      ['u:2', 'd'],
    ]);
  });
});

describe('Canonical XML 1.1', () => {
  it.each([
    // After the recommendation's examples (3.3, 3.4), without what is not read here.
    ['empty elements', '<doc><e1   /><e2   ></e2></doc>', '<doc><e1></e1><e2></e2></doc>'],
    [
      'attributes by namespace, then name',
      '<d a:attr="o" b:attr="s" attr2="all" attr="I\'m" xmlns:b="http://w.o" xmlns:a="http://z.o" xmlns="http://e.o"/>',
      '<d xmlns="http://e.o" xmlns:a="http://z.o" xmlns:b="http://w.o" attr="I\'m" attr2="all" b:attr="s" a:attr="o"></d>',
    ],
    [
      'declarations that say nothing new',
      '<a xmlns:p="u:1"><b xmlns:p="u:1"><p:c xmlns:p="u:2"/></b></a>',
      '<a xmlns:p="u:1"><b><p:c xmlns:p="u:2"></p:c></b></a>',
    ],
    [
      'declarations that nobody uses',
      '<a xmlns:q="u:2" xmlns:p="u:1"/>',
      '<a xmlns:p="u:1" xmlns:q="u:2"></a>',
    ],
    ['text', '<a>&#xD;&gt;"\'&#9;&amp;</a>', '<a>&#xD;&gt;"\'\t&amp;</a>'],
    ['values', "<a b='&lt;&gt;\"&#10;&#9;&#13;&amp;'/>", '<a b="&lt;>&quot;&#xA;&#x9;&#xD;&amp;"></a>'],
    ['line ends', '<a>\r\n\r</a>', '<a>\n\n</a>'],
    ['white space within, but none around', '\n<a >\n <b/> </a >\n', '<a>\n <b></b> </a>'],
    ['characters by number', '<a>&#169;\u00a9&#x1F600;</a>', '<a>\u00a9\u00a9\u{1F600}</a>'],
    ['the declaration', '<?xml version="1.0"?><a/>', '<a></a>'],
  ])('writes %s', (_, text, expected) => expect(canonical(text)).toBe(expected));

  it('keeps the declarations of its ancestors for an element that is taken out', () => {
    const root = parseXml(bytes('<a xmlns="u:1" xmlns:q="u:2"><b><q:c/></b></a>'));
    const [b] = root.children.filter(isElement);
    if (b === undefined) throw new Error('one child');
    const text = Buffer.from(canonicalXml(b, { inherited: root.declarations })).toString();
    expect(text).toBe('<b xmlns="u:1" xmlns:q="u:2"><q:c></q:c></b>');
  });

  it('leaves out one element and what is in it, and nothing beside it', () => {
    const root = parseXml(bytes('<a>1<b>2</b>3<b>2</b></a>'));
    const [b] = root.children.filter(isElement);
    if (b === undefined) throw new Error('two children');
    expect(Buffer.from(canonicalXml(root, { without: b })).toString()).toBe('<a>13<b>2</b></a>');
  });

  const text = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '\n', '&amp;', '&#xD;', '>', '\u00e4', '&#9;'),
    maxLength: 12,
  });
  const attribute = fc.tuple(fc.constantFrom('x', 'y', 'p:x', 'q:x'), text);
  const xml = fc.letrec<{ node: string }>((tie) => ({
    node: fc
      .tuple(
        fc.constantFrom('a', 'p:b', 'q:c'),
        fc.uniqueArray(attribute, { maxLength: 3, selector: ([name]) => name }),
        fc.constantFrom('', ' xmlns:p="u:p"', ' xmlns:q="u:other"', ' xmlns="u:d"'),
        fc.array(fc.oneof({ maxDepth: 3, depthSize: 'small' }, text, tie('node')), { maxLength: 3 }),
      )
      .map(([name, attributes, declaration, children]) => {
        const written = attributes.map(([key, value]) => ` ${key}="${value}"`).join('');
        return `<${name}${written}${declaration}>${children.join('')}</${name}>`;
      }),
  })).node;
  const whole = xml.map((inner) => `<root xmlns:p="u:p" xmlns:q="u:q">${inner}</root>`);

  it('is its own canonical form, and says what the text said', () => {
    fc.assert(
      fc.property(whole, (given) => {
        const once = canonical(given);
        expect(canonical(once)).toBe(once);
      }),
      { numRuns: Math.min(fuzzRuns, 2000) },
    );
  });

  it('does not mind the order of attributes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(attribute, { maxLength: 4, selector: ([name]) => name }), (attributes) => {
        const write = (list: typeof attributes): string =>
          canonical(
            `<a ${list.map(([key, value]) => `${key}="${value}"`).join(' ')} xmlns:p="u:p" xmlns:q="u:q"/>`,
          );
        expect(write(attributes.toReversed())).toBe(write(attributes));
      }),
      { numRuns: 500 },
    );
  });

  it('throws FormatError alone, whatever the text', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ':',
      '"',
      "'",
      '=',
      ' ',
      '&',
      ';',
      '#',
      '!',
      '?',
      '-',
      'xmlns',
      '\u0000',
      '[',
      ']',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 60 }), (noise) => {
        code(noise);
        code(`<a ${noise}/>`);
        code(`<a>${noise}</a>`);
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('genuine manifests as XML', () => {
  const genuine = Buffer.from(rim('NV_GPU_DRIVER_GH100_550.144.03')).toString('latin1').trim();

  it('are refused, cut at every byte', () => {
    const short = genuine.replace(/<ns0:Resource [^>]*>\s*/g, (found) =>
      found.includes('"63"') ? found : '',
    );
    expect(short.length).toBeLessThan(8000);
    for (let length = 0; length < short.length; length++) expect(code(short.slice(0, length))).not.toBeNull();
    expect(code(short)).toBeNull();
  });

  it('throw FormatError alone, whatever is changed in them', () => {
    const head = `${genuine.slice(0, 2000).replace(/[^>]*$/, '')}</ns0:Payload></SoftwareIdentity>`;
    expect(code(head)).toBeNull();
    const change = fc.tuple(
      fc.nat(head.length - 1),
      fc.constantFrom('<', '>', '&', '"', ':', ' ', 'a', '\u0000', '\u00e9'),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const letters = [...head];
        for (const [at, letter] of changes) letters[at] = letter;
        code(letters.join(''));
      }),
      { numRuns: Math.min(fuzzRuns, 3000) },
    );
  });
});
