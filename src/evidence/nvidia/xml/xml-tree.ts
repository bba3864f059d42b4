import { FormatError } from '../../../bytes/errors.ts';

export type XmlAttribute = {
  readonly prefix: string;
  readonly local: string;
  /** Empty for attributes without a prefix: the default namespace is none of theirs (Namespaces in XML 1.0, 6.2). */
  readonly namespace: string;
  readonly value: string;
};

export type XmlElement = {
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  /** Without namespace declarations, in the order of the text. */
  readonly attributes: readonly XmlAttribute[];
  /** Prefix (empty: the default namespace) to name, as far as this element declares them itself. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Texts stand as strings. */
  readonly children: readonly XmlNode[];
};

export type XmlNode = XmlElement | string;

export function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== 'string';
}

/** The element children of an element that holds nothing else but white space. @throws FormatError */
export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter((node) => {
    if (isElement(node)) return true;
    if (/^[ \t\r\n]*$/.test(node)) return false;
    throw bad(element, 'holds text beside its elements');
  }) as XmlElement[]; // the filter has left no text
}

/** Exactly these children of one namespace, in this order, and no others. @throws FormatError */
export function exactChildren(
  element: XmlElement,
  namespace: string,
  ...names: readonly string[]
): XmlElement[] {
  const children = childElements(element);
  const fits =
    children.length === names.length &&
    children.every((child, index) => child.namespace === namespace && child.local === names[index]);
  if (fits) return children;
  throw bad(
    element,
    `holds ${children.map(({ local }) => local).join(', ') || 'nothing'}, not ${names.join(', ')}`,
  );
}

/** The text of an element that holds nothing else. @throws FormatError */
export function textOf(element: XmlElement): string {
  const { children } = element;
  if (children.some(isElement)) throw bad(element, 'holds elements, not text alone');
  return children.join('');
}

/** The attribute of that name and namespace, or null. */
export function attributeOf({ attributes }: XmlElement, local: string, namespace = ''): string | null {
  return attributes.find((one) => one.local === local && one.namespace === namespace)?.value ?? null;
}

/** Exactly this one attribute. @throws FormatError */
export function onlyAttribute(element: XmlElement, local: string): string {
  const value = attributeOf(element, local);
  if (value !== null && element.attributes.length === 1) return value;
  throw bad(element, `must have the attribute ${local} and no other`);
}

export function bad({ local }: XmlElement, problem: string): FormatError {
  return new FormatError('bad_value', `${local} ${problem}`, { path: `xml.${local}` });
}
