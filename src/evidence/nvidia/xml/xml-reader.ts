import { FormatError } from '../../../bytes/errors.ts';
import { resolveReferences, xmlCharacters } from './xml-text.ts';
import type { XmlAttribute, XmlElement, XmlNode } from './xml-tree.ts';

/**
 * Reads the XML that reference manifests are written in, and no more than that: elements, attributes, text, namespaces
 * (Namespaces in XML 1.0), the five predefined entities and character references, in UTF-8.
 *
 * Refused, because they make documents mean different things to different readers, or cost more than they say: DOCTYPE and
 * with it every other entity, processing instructions, comments, CDATA sections, names beyond ASCII, the prefix `xml` in
 * attributes (C14N 1.1 treats its attributes each in its own way), and taking a default namespace back. An XML
 * declaration is read if it says version 1.0 and UTF-8.
 *
 * @throws FormatError `bad_value`, `duplicate`, `truncated`, `trailing_data`, `too_long`, `budget_exceeded`, `unsupported`
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > MAX_BYTES) {
    throw new FormatError('too_long', `XML of ${bytes.length} bytes is longer than ${MAX_BYTES}`, {
      path: 'xml',
    });
  }
  return new XmlReader(xmlCharacters(bytes)).document();
}

/** Genuine manifests have up to 30 KiB, 5 levels and 100 elements. */
const MAX_BYTES = 1 << 19;
const MAX_DEPTH = 16;
const MAX_ELEMENTS = 5000;
const MAX_ATTRIBUTES = 256;
/** Genuine ones have 6. Each element that declares one more has a scope of its own: thousands of them, 5000 times, take seconds. */
const MAX_PREFIXES = 32;

const DECLARATION =
  /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"UTF-8"|'UTF-8'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/i;
const SPACE = /[ \t\n]*/y;
const QNAME = /(?:([A-Za-z_][A-Za-z0-9._-]*):)?([A-Za-z_][A-Za-z0-9._-]*)(?![:A-Za-z0-9._-])/y;
const ATTRIBUTE_VALUE = /[ \t\n]*=[ \t\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
/** C14N 1.1 (1.3) fails on relative names; ASCII keeps their order one and the same for everybody. */
const NAMESPACE_NAME = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/;

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

type Scope = ReadonlyMap<string, string>;
type RawAttribute = { readonly prefix: string; readonly local: string; readonly value: string };

class XmlReader {
  readonly #text: string;
  #at = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): XmlElement {
    this.#at = DECLARATION.exec(this.#text)?.[0].length ?? 0;
    this.#match(SPACE);
    if (!this.#follows('<')) throw this.#error('bad_value', 'there is no root element');
    const root = this.#element(new Map(), 1);
    this.#match(SPACE);
    if (this.#at < this.#text.length)
      throw this.#error('trailing_data', 'something follows the root element');
    return root;
  }

  #element(outer: Scope, depth: number): XmlElement {
    this.#elements++;
    if (depth > MAX_DEPTH || this.#elements > MAX_ELEMENTS) {
      throw this.#error('budget_exceeded', `more than ${MAX_DEPTH} levels or ${MAX_ELEMENTS} elements`);
    }
    this.#refuseMarkup();
    this.#at++;
    const [prefix, local] = this.#name();
    const raw = this.#attributes();
    const declarations = this.#declarations(raw);
    const scope = declarations.size === 0 ? outer : new Map([...outer, ...declarations]);
    if (scope.size > MAX_PREFIXES) throw this.#error('budget_exceeded', `more than ${MAX_PREFIXES} prefixes`);
    const namespace = prefix === '' ? (scope.get('') ?? '') : this.#resolve(prefix, scope);
    const attributes = this.#resolveAttributes(raw, scope);
    const children = this.#take('/>') ? [] : this.#content(scope, depth, prefix, local);
    return { prefix, local, namespace, attributes, declarations, children };
  }

  /** From behind the start tag's attributes to behind the end tag. */
  #content(scope: Scope, depth: number, prefix: string, local: string): XmlNode[] {
    if (!this.#take('>')) throw this.#error('bad_value', 'a start tag does not end');
    const children: XmlNode[] = [];
    while (!this.#follows('</')) {
      const next = this.#text.indexOf('<', this.#at);
      if (next === -1) throw this.#error('truncated', `${local} does not end`);
      if (next > this.#at) {
        const text = this.#text.slice(this.#at, next);
        // 2.4: it would end a CDATA section that nobody has begun.
        if (text.includes(']]>')) throw this.#error('bad_value', 'text holds ]]>');
        children.push(resolveReferences(text));
        this.#at = next;
      } else {
        children.push(this.#element(scope, depth + 1));
      }
    }
    this.#at += 2;
    const [endPrefix, endLocal] = this.#name();
    this.#match(SPACE);
    if (endPrefix !== prefix || endLocal !== local || !this.#take('>')) {
      throw this.#error('bad_value', `${local} ends as something else`);
    }
    return children;
  }

  #attributes(): RawAttribute[] {
    const attributes: RawAttribute[] = [];
    for (;;) {
      const spaces = this.#match(SPACE)?.[0].length ?? 0;
      if (this.#follows('>') || this.#follows('/>')) return attributes;
      if (spaces === 0) throw this.#error('bad_value', 'an attribute follows without a space');
      if (attributes.length >= MAX_ATTRIBUTES) {
        throw this.#error('budget_exceeded', `more than ${MAX_ATTRIBUTES} attributes`);
      }
      const [prefix, local] = this.#name();
      const value = this.#match(ATTRIBUTE_VALUE);
      if (value === null) throw this.#error('bad_value', `attribute ${local} has no value`);
      // 3.3.3: white space is a space, unless a reference says otherwise.
      const written = (value[1] ?? value[2] ?? '').replace(/[\t\n]/g, ' ');
      attributes.push({ prefix, local, value: resolveReferences(written) });
    }
  }

  #declarations(raw: readonly RawAttribute[]): Map<string, string> {
    const declared = new Map<string, string>();
    for (const attribute of raw.filter(isDeclaration)) {
      const { local, value } = attribute;
      const prefix = attribute.prefix === '' ? '' : local;
      if (declared.has(prefix)) throw this.#error('duplicate', `prefix ${prefix} is declared twice`);
      const reserved =
        prefix === 'xml' || prefix === 'xmlns' || value === XML_NAMESPACE || value === XMLNS_NAMESPACE;
      if (reserved || !NAMESPACE_NAME.test(value)) {
        throw this.#error('unsupported', `prefix ${prefix} is declared as what may not be declared here`);
      }
      declared.set(prefix, value);
    }
    return declared;
  }

  #resolveAttributes(raw: readonly RawAttribute[], scope: Scope): XmlAttribute[] {
    const seen = new Set<string>();
    return raw
      .filter((attribute) => !isDeclaration(attribute))
      .map(({ prefix, local, value }) => {
        const namespace = prefix === '' ? '' : this.#resolve(prefix, scope);
        const name = `${namespace} ${local}`;
        if (seen.has(name)) throw this.#error('duplicate', `attribute ${local} stands twice`);
        seen.add(name);
        return { prefix, local, namespace, value };
      });
  }

  #resolve(prefix: string, scope: Scope): string {
    if (prefix === 'xml' || prefix === 'xmlns')
      throw this.#error('unsupported', `the prefix ${prefix} is not read`);
    const namespace = scope.get(prefix);
    if (namespace === undefined) throw this.#error('bad_value', `prefix ${prefix} is not declared`);
    return namespace;
  }

  #name(): readonly [prefix: string, local: string] {
    const match = this.#match(QNAME);
    if (match === null) throw this.#error('bad_value', 'there is no name that is read here');
    return [match[1] ?? '', match[2] ?? ''];
  }

  #refuseMarkup(): void {
    if (this.#follows('<!') || this.#follows('<?')) {
      throw this.#error('unsupported', 'DOCTYPE, comments, CDATA and processing instructions are not read');
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #follows(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    const follows = this.#follows(text);
    if (follows) this.#at += text.length;
    return follows;
  }

  #error(code: FormatError['code'], problem: string): FormatError {
    return new FormatError(code, `XML: ${problem}`, { path: 'xml', offset: this.#at });
  }
}

function isDeclaration({ prefix, local }: RawAttribute): boolean {
  return prefix === 'xmlns' || (prefix === '' && local === 'xmlns');
}
