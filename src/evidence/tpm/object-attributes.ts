import type { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';

/** TPMA_OBJECT (Part 2, 8.3): name, bit. Bits that stand in no row are reserved and must be zero. */
const TPMA_OBJECT = [
  ['fixedTPM', 1],
  ['stClear', 2],
  ['fixedParent', 4],
  ['sensitiveDataOrigin', 5],
  ['userWithAuth', 6],
  ['adminWithPolicy', 7],
  // Named in revision 01.83; TPMs of earlier revisions leave both zero.
  ['firmwareLimited', 8],
  ['svnLimited', 9],
  ['noDA', 10],
  ['encryptedDuplication', 11],
  ['restricted', 16],
  ['decrypt', 17],
  ['sign', 18],
  ['x509sign', 19],
] as const;

export type ObjectAttribute = (typeof TPMA_OBJECT)[number][0];

/** The attributes as the TPM holds them: one u32. */
export type ObjectAttributes = number;

const bits = new Map<ObjectAttribute, number>(TPMA_OBJECT.map(([name, bit]) => [name, 1 << bit]));
const DEFINED = TPMA_OBJECT.reduce((mask, [, bit]) => mask | (1 << bit), 0);

export function readObjectAttributes(cursor: Cursor): ObjectAttributes {
  const attributes = cursor.u32be('objectAttributes');
  const reserved = (attributes & ~DEFINED) >>> 0;
  if (reserved !== 0) {
    throw new FormatError(
      'reserved_not_zero',
      `objectAttributes has reserved bits ${reserved.toString(16)}`,
      {
        path: 'tpmtPublic.objectAttributes',
        offset: cursor.offset,
        expected: 'reserved bits zero',
        actual: reserved.toString(16),
      },
    );
  }
  return attributes;
}

/** What must be set and what must be clear; both are masks. */
export type AttributeRule = { readonly set: number; readonly clear: number; readonly text: string };

export function attributeRule(
  set: readonly ObjectAttribute[],
  clear: readonly ObjectAttribute[],
): AttributeRule {
  const mask = (names: readonly ObjectAttribute[]): number =>
    names.reduce((sum, name) => sum | (bits.get(name) ?? 0), 0);
  return {
    set: mask(set),
    clear: mask(clear),
    text: [...set, ...clear.map((name) => `not ${name}`)].join(', '),
  };
}

export function followsRule(attributes: ObjectAttributes, rule: AttributeRule): boolean {
  return (attributes & rule.set) === rule.set && (attributes & rule.clear) === 0;
}

/** The names of the attributes that are set, as people and the standard write them. */
export function attributesText(attributes: ObjectAttributes): string {
  const names = TPMA_OBJECT.filter(([, bit]) => (attributes & (1 << bit)) !== 0).map(([name]) => name);
  return names.length === 0 ? 'none' : names.join(', ');
}
