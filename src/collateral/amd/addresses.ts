import { SNP_PRODUCTS, type SnpProduct, type TcbVersion } from '../../evidence/amd/evidence.ts';
import { CollateralError } from '../errors.ts';
import { secureOrigin } from '../origin.ts';
import type { CollateralKey } from '../port.ts';
import type { SnpNeed } from '../source.ts';

export const AMD_KDS_URL = 'https://kdsintf.amd.com';

export type AmdAddresses = { readonly base: string; readonly origins: readonly string[] };

/** @throws CollateralError `collateral_bad_setting` */
export function amdAddresses(url: string): AmdAddresses {
  const base = secureOrigin(url);
  return { base, origins: [new URL(base).origin] };
}

type VcekNeed = Extract<SnpNeed, { kind: 'vcek' }>;

/**
 * The key of a chip's certificate for one TCB version: `<product>/<hwid>/<spl>-<spl>-…`, by what the KDS is asked (AMD 57230, 4.1).
 * @throws CollateralError `collateral_bad_need` for a masked chip, or a version that is not of the product
 */
export function vcekKey({ product, chipId, reportedTcb }: VcekNeed): CollateralKey {
  const spls = splsOf(product, reportedTcb);
  return {
    kind: 'amd-vcek',
    name: `${product}/${hwid(product, chipId)}/${spls.map(([, spl]) => spl).join('-')}`,
  };
}

export function chainKey({ kind, product }: Pick<SnpNeed, 'kind' | 'product'>): CollateralKey {
  return { kind: 'amd-chain', name: `${kind}/${product}` };
}

export function crlKey({ kind, product }: Pick<SnpNeed, 'kind' | 'product'>): CollateralKey {
  return { kind: 'amd-crl', name: `${kind}/${product}` };
}

/** The URL of a document. @throws CollateralError `collateral_bad_need` */
export function amdUrl({ base }: AmdAddresses, key: CollateralKey): URL {
  if (key.kind === 'amd-vcek') {
    const { product, hwid: id, spls } = vcekParts(key);
    // AMD's own tools write two digits.
    const query = spls.map(([name, spl]) => `${name}=${String(spl).padStart(2, '0')}`).join('&');
    return new URL(`${base}/vcek/v1/${product}/${id}?${query}`);
  }
  const [kind, product] = key.name.split('/');
  return new URL(`${base}/${kind}/v1/${product}/${key.kind === 'amd-crl' ? 'crl' : 'cert_chain'}`);
}

const MILAN_GENOA = ['blSPL', 'teeSPL', 'snpSPL', 'ucodeSPL'] as const;
/** Turin counts its FMC too (AMD 57230, table 11). */
const SPL_NAMES = {
  Milan: MILAN_GENOA,
  Genoa: MILAN_GENOA,
  Turin: ['fmcSPL', ...MILAN_GENOA],
} as const satisfies Record<SnpProduct, readonly string[]>;

type SplName = (typeof SPL_NAMES)['Turin'][number];

export type VcekParts = {
  readonly product: SnpProduct;
  /** Hexadecimal, as long as the product's is. */
  readonly hwid: string;
  readonly spls: readonly (readonly [name: SplName, spl: number])[];
};

/** What a key of a VCEK stands for. @throws CollateralError `collateral_bad_need` */
export function vcekParts({ name }: CollateralKey): VcekParts {
  const [first, hwid = '', numbers = ''] = name.split('/');
  const product = SNP_PRODUCTS.find((known) => known === first);
  if (product === undefined) throw badNeed(`${name.slice(0, 64)} is of no known product`);
  const spls = numbers.split('-').map(Number);
  return { product, hwid, spls: SPL_NAMES[product].map((spl, index) => [spl, spls[index] ?? 0]) };
}

/** The names of the SPLs of a product, each with its value. */
function splsOf(product: SnpProduct, tcb: TcbVersion): [name: SplName, spl: number][] {
  const { fmc, bootLoader, tee, snp, microcode } = tcb;
  if ((product === 'Turin') !== (fmc !== null)) {
    throw badNeed(
      `Turin alone has an FMC version, and always: ${product} ${fmc === null ? 'without' : 'with'} one`,
    );
  }
  const values: Record<SplName, number> = {
    fmcSPL: fmc ?? 0,
    blSPL: bootLoader,
    teeSPL: tee,
    snpSPL: snp,
    ucodeSPL: microcode,
  };
  return SPL_NAMES[product].map((name) => {
    const spl = values[name];
    if (!Number.isInteger(spl) || spl < 0 || spl > 255) throw badNeed(`${name} is ${spl}, which is no byte`);
    return [name, spl];
  });
}

/** Milan's and Genoa's are 64 bytes; Turin's 8, with zeros behind in the report. */
function hwid(product: SnpProduct, chipId: string): string {
  if (!/^[0-9a-f]{128}$/.test(chipId)) throw badNeed('a chip id is 64 bytes of lower-case hexadecimal');
  if (/^0+$/.test(chipId)) throw badNeed('the chip is masked: nobody can ask for its certificate');
  if (product !== 'Turin') return chipId;
  if (!/^0+$/.test(chipId.slice(16))) throw badNeed('a chip id of Turin ends in 56 zero bytes');
  return chipId.slice(0, 16);
}

function badNeed(message: string): CollateralError {
  return new CollateralError('collateral_bad_need', message);
}
