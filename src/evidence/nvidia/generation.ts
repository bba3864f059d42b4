import { attributeTexts, type Certificate, type Name, OID } from '../../pki/index.ts';

export type NvidiaGeneration = 'hopper' | 'blackwell' | 'ls10';
export type NvidiaKind = 'gpu' | 'switch';

/** What the chip is by the word of who made it: the subject of certificate 1, never the report or whoever sent it. */
export type NvidiaChip = {
  readonly generation: NvidiaGeneration;
  readonly kind: NvidiaKind;
  /** As reference manifests write it: `GH100`, `GB100`, `LS10`. */
  readonly chip: string;
};

type Row = Omit<NvidiaChip, 'chip'> & { readonly blocks: number };

/** By the first word of the common name, as in `GH100 A01 GSP BROM`. */
const CHIPS: readonly (readonly [RegExp, Row])[] = [
  [/^GH1\d\d$/, { generation: 'hopper', kind: 'gpu', blocks: 64 }],
  [/^GB\d\d\d$/, { generation: 'blackwell', kind: 'gpu', blocks: 64 }],
  [/^LS10$/, { generation: 'ls10', kind: 'switch', blocks: 31 }],
];

/** Null for a chip of no generation that is read here. */
export function chipOf(device: Certificate): NvidiaChip | null {
  const chip = modelOf(device)?.split(' ', 1)[0]?.replace('_', '') ?? '';
  const row = CHIPS.find(([pattern]) => pattern.test(chip))?.[1];
  return row === undefined ? null : { generation: row.generation, kind: row.kind, chip };
}

/** The same few names are asked for with every report. */
const models = new WeakMap<Name, string | null>();

/** The common name of certificate 1: EAT's hwmodel. Null where there is none, or more than one. */
export function modelOf({ subject }: Certificate): string | null {
  const known = models.get(subject);
  if (known !== undefined) return known;
  const [only, ...more] = attributeTexts(subject, OID.commonName);
  const model = more.length === 0 ? (only ?? null) : null;
  models.set(subject, model);
  return model;
}

/** How many measurements a report of that generation has. */
export function blocksOf(generation: NvidiaGeneration): number {
  return CHIPS.find(([, row]) => row.generation === generation)?.[1].blocks ?? 0;
}
