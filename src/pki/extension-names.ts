import type { DerReader } from '../bytes/der.ts';
import { contextConstructed } from '../bytes/der-tag.ts';
import { isDnsConstraint, isDnsPattern } from './dns-name.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { isMailbox, isMailConstraint } from './mail-name.ts';

export type NameConstraints = {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
};

const MAX_OCTETS = 65_535;

/** More than any certificate that a browser meets; comparisons have a budget of their own. */
const MAX_NAMES = 4096;

/** SubjectAltName (RFC 5280 section 4.2.1.6). Names of a known form that are malformed are refused. */
export function readAlternativeNames(outer: DerReader): GeneralName[] {
  return outer.sequenceOf('subjectAltName', MAX_OCTETS, MAX_NAMES, (reader) => {
    const name = readGeneralName(reader, 'name');
    if (!isWellFormed(name)) throw reader.error('bad_value', name.form, 'is malformed');
    return name;
  });
}

/**
 * A name whose form has rules must obey them: otherwise a constraint and a later consumer could read it differently
 * (`.example.com`, `a@b@c`, an address of five bytes).
 */
function isWellFormed(name: GeneralName): boolean {
  switch (name.form) {
    case 'dNSName':
      return isDnsPattern(name.value);
    case 'rfc822Name':
      return isMailbox(name.value);
    case 'iPAddress':
      return name.value.length === 4 || name.value.length === 16;
    default:
      return true;
  }
}

/** NameConstraints (section 4.2.1.10): one of the two lists at least, neither empty. */
export function readNameConstraints(outer: DerReader): NameConstraints {
  return outer.sequence('nameConstraints', MAX_OCTETS, (reader) => {
    const permitted = readSubtrees(reader, 0, 'permittedSubtrees');
    const excluded = readSubtrees(reader, 1, 'excludedSubtrees');
    if (permitted.length + excluded.length === 0) {
      throw reader.error('bad_value', 'subtrees', 'are absent: an empty sequence constrains nothing');
    }
    return { permitted, excluded };
  });
}

function readSubtrees(reader: DerReader, number: number, field: string): GeneralName[] {
  const tag = contextConstructed(number);
  if (!reader.has(tag)) return [];
  return reader.sequenceOf(field, MAX_OCTETS, MAX_NAMES, readSubtree, tag);
}

/** GeneralSubtree. RFC 5280 allows no `minimum` but its default 0, which DER leaves out, and no `maximum`. */
function readSubtree(outer: DerReader): GeneralName {
  return outer.sequence('subtree', MAX_OCTETS, (reader) => {
    const base = readGeneralName(reader, 'base');
    if (!isConstraint(base)) throw reader.error('bad_value', base.form, 'is no constraint of its form');
    return base;
  });
}

function isConstraint(base: GeneralName): boolean {
  switch (base.form) {
    case 'dNSName':
      return isDnsConstraint(base.value);
    case 'rfc822Name':
      return isMailConstraint(base.value);
    case 'uniformResourceIdentifier':
      return isDnsConstraint(base.value.startsWith('.') ? base.value.slice(1) : base.value);
    case 'iPAddress':
      return isAddressRange(base.value);
    default:
      return true;
  }
}

/** Address and mask, the mask's ones all on the left: RFC 4632 notation in octets. */
function isAddressRange(value: Uint8Array): boolean {
  if (value.length !== 8 && value.length !== 32) return false;
  const mask = [...value.subarray(value.length / 2)]
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(mask);
}
