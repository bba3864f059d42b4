import type { SnpProduct, TcbVersion } from './evidence.ts';

export const TCB_BYTES = 8;

/**
 * TCB_VERSION (AMD 56860, table 3; AMD 57230 for the certificates' extensions). Which component stands in which of the eight bytes
 * follows the CPU family, never the report's version: version 3 reports come from Milan, Genoa and Turin alike.
 */
export type TcbLayout = {
  /** By byte: the last arc of the certificate extension 1.3.6.1.4.1.3704.1.3.x that states the same number. */
  readonly arcs: readonly number[];
  /** Bytes that have no meaning yet and are zero. */
  readonly reserved: readonly number[];
  /** The arcs for people. */
  readonly text: string;
};

const EARLIER: TcbLayout = {
  arcs: [1, 2, 4, 5, 6, 7, 3, 8],
  reserved: [2, 3, 4, 5],
  text: 'patch levels 1 to 8',
};
const TURIN: TcbLayout = {
  arcs: [9, 1, 2, 3, 5, 6, 7, 8],
  reserved: [4, 5, 6],
  text: 'patch levels 1 to 3 and 5 to 9',
};

/** @param product null in version 2 reports, which only Milan and Genoa made */
export function tcbLayout(product: SnpProduct | null): TcbLayout {
  return product === 'Turin' ? TURIN : EARLIER;
}

/** @param bytes eight, as they stand in the report */
export function parseTcb(bytes: Uint8Array, { arcs }: TcbLayout): TcbVersion {
  const component = (arc: number): number => bytes[arcs.indexOf(arc)] ?? 0;
  return {
    fmc: arcs.includes(9) ? component(9) : null,
    bootLoader: component(1),
    tee: component(2),
    snp: component(3),
    microcode: component(8),
  };
}
