import { SNP_PRODUCTS, type SnpProduct, type SnpReport } from './evidence.ts';

type Cpu = NonNullable<SnpReport['cpu']>;
type Row = {
  readonly family: number;
  /** First and last, both included. */
  readonly models: readonly [number, number];
  readonly product: SnpProduct;
};

/** CPUID Fn0000_0001, family and model with their extensions added (AMD APM vol. 3, appendix E.3.2). */
const PROCESSORS: readonly Row[] = [
  { family: 0x19, models: [0x00, 0x0f], product: 'Milan' },
  { family: 0x19, models: [0x10, 0x1f], product: 'Genoa' },
  // Bergamo and Siena, whose certificates are Genoa's.
  { family: 0x19, models: [0xa0, 0xaf], product: 'Genoa' },
  { family: 0x1a, models: [0x00, 0x11], product: 'Turin' },
];

/** Null for a processor that nobody here knows: then neither its TCB's layout nor its root is known. */
export function productOfCpu({ family, model }: Cpu): SnpProduct | null {
  const found = PROCESSORS.find(
    ({ family: known, models: [first, last] }) => known === family && model >= first && model <= last,
  );
  return found?.product ?? null;
}

/** productName of a certificate: the line, for a VCEK perhaps with the stepping that first had it ("Milan-B0"). */
const PRODUCT_NAME = /^([A-Z][a-z]+)(?:-[A-Z][0-9])?$/;

/** Chips whose certificates stand under another line's CAs; AMD's own tools name them so. */
const WITHIN: ReadonlyMap<string, SnpProduct> = new Map([
  ['Bergamo', 'Genoa'],
  ['Siena', 'Genoa'],
]);

export function productOfName(productName: string): SnpProduct | null {
  const line = PRODUCT_NAME.exec(productName)?.[1] ?? '';
  return WITHIN.get(line) ?? productNamed(line);
}

export function productNamed(line: string): SnpProduct | null {
  return SNP_PRODUCTS.find((product) => product === line) ?? null;
}
