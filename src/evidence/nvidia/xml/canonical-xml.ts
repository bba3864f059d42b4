import { toUtf8 } from '../../../bytes/text.ts';
import { isElement, type XmlAttribute, type XmlElement } from './xml-tree.ts';

/**
 * Canonical XML 1.1 (inclusive, without comments) of an element and everything in it: UTF-8.
 *
 * Exact for what `parseXml` admits: it has no comments, processing instructions or xml: attributes, and takes no default
 * namespace back, so that each declaration is written where its value first differs (2.3), sorted by prefix, and
 * attributes after it by namespace and name.
 */
export type CanonicalOptions = {
  /** Declarations of the ancestors: an element that is taken out of a document keeps them (2.4). */
  readonly inherited?: ReadonlyMap<string, string>;
  /** A descendant that is left out: the signature, from what it signs. */
  readonly without?: XmlElement;
};

/** Throws FormatError `bad_value` for a lone surrogate, which the reader lets none through to be. */
export function canonicalXml(apex: XmlElement, options: CanonicalOptions = {}): Uint8Array {
  const pieces: string[] = [];
  const declared = new Map([...(options.inherited ?? []), ...apex.declarations]);
  write(apex, declared, new Map(), options.without, pieces);
  return toUtf8(pieces.join(''), 'xml');
}

function write(
  element: XmlElement,
  declarations: ReadonlyMap<string, string>,
  rendered: ReadonlyMap<string, string>,
  without: XmlElement | undefined,
  pieces: string[],
): void {
  const name = qualified(element);
  const fresh = [...declarations].filter(([prefix, value]) => rendered.get(prefix) !== value).sort(byFirst);
  pieces.push('<', name);
  for (const [prefix, value] of fresh) {
    pieces.push(prefix === '' ? ' xmlns' : ` xmlns:${prefix}`, '="', escapeValue(value), '"');
  }
  for (const attribute of element.attributes.toSorted(byName)) {
    pieces.push(' ', qualified(attribute), '="', escapeValue(attribute.value), '"');
  }
  pieces.push('>');
  const inScope = fresh.length === 0 ? rendered : new Map([...rendered, ...fresh]);
  for (const child of element.children) {
    if (!isElement(child)) pieces.push(escapeText(child));
    else if (child !== without) write(child, child.declarations, inScope, without, pieces);
  }
  pieces.push('</', name, '>');
}

function qualified({ prefix, local }: { readonly prefix: string; readonly local: string }): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}

/** The reader admits ASCII alone in names, so that code units order them as code points do. */
function byFirst([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return order(a, b);
}

function byName(a: XmlAttribute, b: XmlAttribute): number {
  return order(a.namespace, b.namespace) || order(a.local, b.local);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const REPLACED: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\t', '&#x9;'],
  ['\n', '&#xA;'],
  ['\r', '&#xD;'],
]);

function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, replaced);
}

function escapeValue(value: string): string {
  return value.replace(/[&<"\t\n\r]/g, replaced);
}

function replaced(character: string): string {
  return REPLACED.get(character) ?? character;
}
