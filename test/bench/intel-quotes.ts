import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IntelQuoteInput } from '../../src/evidence/intel/index.ts';
import { FORGED_AT, forgeSgxPlatform, forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate, parsePem } from '../../src/pki/index.ts';

/** A quote to measure with, its collateral, and the DER of the root that both end in. */
export type GenuineQuote = {
  readonly name: string;
  readonly input: IntelQuoteInput;
  readonly root: Uint8Array;
};

const FOLDER = resolve(import.meta.dirname, '../../../shared/vectors/intel/cases');

const CASES = [
  ['TDX 1.0', 'phala_tdx_quote', '2025-06-21T00:00:00Z'],
  ['TDX 1.5', 'google_v5_sample', '2026-02-20T00:00:00Z'],
  ['SGX', 'automata_quotev3', '2025-08-20T00:00:00Z'],
] as const;

/** Genuine quotes where they lie beside the project, else forged ones. */
export function genuineQuotes(): GenuineQuote[] {
  if (existsSync(FOLDER)) return CASES.map(([name, folder, at]) => genuine(name, join(FOLDER, folder), at));
  const [tdx, sgx] = [forgeTdxPlatform({ seed: 'bench' }), forgeSgxPlatform({ seed: 'bench' })];
  return [
    forged('TDX 1.0, forged', tdx.root, tdx.quote(new Uint8Array(64)), tdx.collateral()),
    forged('SGX, forged', sgx.root, sgx.quote(new Uint8Array(64)), sgx.collateral()),
  ];
}

function genuine(name: string, folder: string, at: string): GenuineQuote {
  const file = (part: string): Uint8Array => new Uint8Array(readFileSync(join(folder, part)));
  const hex = (part: string): Uint8Array =>
    new Uint8Array(Buffer.from(readFileSync(join(folder, part), 'latin1').trim(), 'hex'));
  const [root = new Uint8Array()] = parsePem(readFileSync(join(folder, 'root.pem'), 'latin1'));
  const collateral = {
    tcbInfo: file('tcbInfo.json'),
    tcbInfoChain: file('tcbchain.pem'),
    qeIdentity: file('qeIdentity.json'),
    qeIdentityChain: file('qechain.pem'),
    rootCrl: hex('rootcrl.hex'),
    pckCrl: hex('pckcrl.hex'),
    pckChain: null,
  };
  const anchors = [anchorFromCertificate(parseCertificate(root))];
  return { name, root, input: { quote: file('quote.bin'), collateral, anchors, at: new Date(at) } };
}

function forged(
  name: string,
  root: Uint8Array,
  quote: Uint8Array,
  collateral: IntelQuoteInput['collateral'],
): GenuineQuote {
  const anchors = [anchorFromCertificate(parseCertificate(root))];
  return { name, root, input: { quote, collateral, anchors, at: FORGED_AT } };
}
