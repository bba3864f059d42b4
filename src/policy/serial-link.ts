import type { SerialLink } from './inputs.ts';

/** A serial number and a chip, linked by somebody whom the authority trusts for it. */
export type ManufacturerLink = {
  readonly manifestId: string;
  readonly manufacturer: string;
  readonly kind: string;
  readonly serial: string;
  readonly identity: Identity;
  /** When this word ends; null where it does not. */
  readonly until: Date | null;
  /** Whether it is in force; else it only contradicts. */
  readonly confirms: boolean;
};

/** What a device is known by: one device may have several, each of another type. */
export type Identity = { readonly type: string; readonly sha256: string };

export type SerialQuestion = {
  readonly kind: string;
  /** As the register has it; null for a device that was declared by its key alone. */
  readonly serial: string | null;
  /** Whether the register itself names the key that the evidence proved. */
  readonly keyed: boolean;
  /** Everything that evidence proved the device to be. */
  readonly proven: readonly Identity[];
  /** Every link that counts and names the serial number or one of the identities. */
  readonly links: readonly ManufacturerLink[];
};

export type JudgedSerial = {
  readonly link: SerialLink;
  /** The manifest that links, or that contradicts; null where neither is. */
  readonly manifestId: string | null;
  /** When the link ends; null where it does not, or there is none. */
  readonly until: Date | null;
};

/**
 * What ties the serial number on a licence to the chip that evidence proves.
 *
 * A manufacturer contradicts where it says that this serial number is another chip, or that this chip has another serial
 * number: then another genuine chip stands in, whatever else is said. A manufacturer that numbers other devices alike
 * contradicts nothing where another one confirms; a chip has one serial number whoever says so. What is in force no more confirms nothing.
 */
export function judgeSerialLink({ kind, serial, keyed, proven, links }: SerialQuestion): JudgedSerial {
  const ofKind = links.filter((link) => link.kind === kind);
  const isProven = ({ identity }: ManufacturerLink): boolean =>
    proven.some(({ type, sha256 }) => type === identity.type && sha256 === identity.sha256);
  const isComparable = ({ identity }: ManufacturerLink): boolean =>
    proven.some(({ type }) => type === identity.type);

  if (serial === null) return { link: keyed ? 'none' : 'operator-claimed', manifestId: null, until: null };
  const otherSerial = ofKind.find((link) => isProven(link) && link.serial !== serial);
  if (otherSerial !== undefined) return contradictedBy(otherSerial);
  const named = ofKind.filter((link) => link.serial === serial && isComparable(link));
  const confirming = named.filter((link) => link.confirms && isProven(link));
  const denying = named.filter((link) => !isProven(link));
  const confirmers = new Set(confirming.map(({ manufacturer }) => manufacturer));
  const against = denying.find(({ manufacturer }) => confirmers.has(manufacturer) || confirmers.size === 0);
  if (against !== undefined) return contradictedBy(against);
  const [best] = confirming.toSorted((a, b) => endOf(b) - endOf(a));
  if (best !== undefined) {
    return { link: 'manufacturer-manifest', manifestId: best.manifestId, until: best.until };
  }
  return { link: keyed ? 'none' : 'operator-claimed', manifestId: null, until: null };
}

function contradictedBy({ manifestId }: ManufacturerLink): JudgedSerial {
  return { link: 'contradicted', manifestId, until: null };
}

function endOf({ until }: ManufacturerLink): number {
  return until?.getTime() ?? Number.POSITIVE_INFINITY;
}
