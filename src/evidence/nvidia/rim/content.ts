import { FormatError } from '../../../bytes/errors.ts';
import { MEASUREMENT_BYTES } from '../spdm-report.ts';
import { parseXml } from '../xml/xml-reader.ts';
import { attributeOf, bad, childElements, type XmlElement } from '../xml/xml-tree.ts';

/** What a reference integrity manifest says: TCG RIM information model, as a SWID tag (ISO/IEC 19770-2:2015). */
export type RimContent = {
  /** A digest that NVIDIA gives the tag; not the id by which its service knows the manifest. */
  readonly tagId: string;
  /** `GH100`, `GB100`, `LS10`. */
  readonly product: string;
  /** The driver's or VBIOS's version, as a report writes it. */
  readonly colloquialVersion: string;
  /** By index, of measurements that are marked active: any of these values, lower-case hexadecimal, will do. */
  readonly references: ReadonlyMap<number, readonly string[]>;
};

const SWID = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd';
/** The namespace of the attributes Hash0, Hash1, …, which says what digests they are. */
const SHA384 = 'http://www.w3.org/2001/04/xmlenc#sha384';
const MAX_INDEX = 127;
const MAX_ALTERNATIVES = 64;
const HASH = new RegExp(`^[0-9a-f]{${MEASUREMENT_BYTES * 2}}$`);

/**
 * @param canonical the canonical bytes that the signature covers, and never the file around them
 * @throws FormatError
 */
export function readRimContent(canonical: Uint8Array): RimContent {
  const root = parseXml(canonical);
  if (root.namespace !== SWID || root.local !== 'SoftwareIdentity') throw bad(root, 'is no SWID tag');
  const meta = onlyChild(root, 'Meta');
  const payload = onlyChild(root, 'Payload');
  return {
    tagId: text(root, 'tagId'),
    product: text(meta, 'product'),
    colloquialVersion: text(meta, 'colloquialVersion'),
    references: readReferences(payload),
  };
}

function onlyChild(root: XmlElement, local: string): XmlElement {
  const [only, ...more] = childElements(root).filter(
    (child) => child.namespace === SWID && child.local === local,
  );
  if (only === undefined || more.length > 0) throw bad(root, `has not exactly one ${local}`);
  return only;
}

function text(element: XmlElement, name: string): string {
  const value = attributeOf(element, name);
  if (value !== null && value.length > 0 && value.length <= 128) return value;
  throw bad(element, `has no ${name} of 1 to 128 characters`);
}

function readReferences(payload: XmlElement): Map<number, readonly string[]> {
  const references = new Map<number, readonly string[]>();
  const seen = new Set<number>();
  for (const resource of childElements(payload)) {
    if (resource.namespace !== SWID || resource.local !== 'Resource')
      throw bad(payload, `holds ${resource.local}`);
    if (attributeOf(resource, 'type') !== 'Measurement') throw bad(resource, 'is no measurement');
    const index = readNumber(resource, 'index', MAX_INDEX);
    if (seen.has(index)) {
      throw new FormatError('duplicate', `index ${index} stands twice`, { path: `rim.resource[${index}]` });
    }
    seen.add(index);
    if (isActive(resource)) references.set(index, readHashes(resource));
  }
  return references;
}

function isActive(resource: XmlElement): boolean {
  const active = attributeOf(resource, 'active');
  if (active !== 'True' && active !== 'False') throw bad(resource, 'is neither active nor inactive');
  return active === 'True';
}

/** Hash0 and its alternatives: as many as the manifest says, and no gap among them. */
function readHashes(resource: XmlElement): string[] {
  const stated = readNumber(resource, 'alternatives', MAX_ALTERNATIVES);
  const hashes = resource.attributes.filter(({ namespace }) => namespace === SHA384);
  if (stated < 1 || hashes.length !== stated) {
    throw bad(resource, `states ${stated} alternatives and has ${hashes.length}`);
  }
  return Array.from({ length: stated }, (_, number) => {
    const hash = attributeOf(resource, `Hash${number}`, SHA384)?.toLowerCase();
    if (hash === undefined || !HASH.test(hash)) throw bad(resource, `has no SHA-384 digest Hash${number}`);
    return hash;
  });
}

function readNumber(element: XmlElement, name: string, most: number): number {
  const value = attributeOf(element, name) ?? '';
  const number = /^(?:0|[1-9]\d{0,5})$/.test(value) ? Number(value) : Number.NaN;
  if (number <= most) return number;
  throw bad(element, `has no ${name} of 0 to ${most}`);
}
