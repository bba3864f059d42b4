import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IntelCollateral } from '../../../src/evidence/intel/index.ts';
import {
  anchorFromCertificate,
  type Pin,
  parseCertificate,
  parsePem,
  parsePinFile,
  type TrustAnchor,
} from '../../../src/pki/index.ts';
import { vector, vectorsFolder } from '../../vectors.ts';

/** What shared/vectors/intel/expected.json says of one folder. */
export type Case = {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly authentic: boolean;
  readonly tcbStatus?: string | null;
  readonly gate?: string;
};

export const intelPins: readonly Pin[] = parsePinFile(
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../certs/intel.json'), 'utf8')),
).pins;

export function expectedCases(): { readonly cases: readonly Case[]; readonly mutations: readonly Case[] } {
  return JSON.parse(Buffer.from(vector('intel/expected.json')).toString());
}

/** The folder, the one behind it, and the instant of a case. */
export function argumentsOf({ arguments: list }: Case): { folders: string[]; at: Date } {
  const [folder = ''] = list;
  const after = (option: string): string | undefined =>
    list.includes(option) ? list[list.indexOf(option) + 1] : undefined;
  const collateral = after('--collateral');
  return {
    folders: [folder, ...(collateral === undefined ? [] : [collateral])],
    at: new Date(after('--at') ?? ''),
  };
}

/** A file from the first of the folders that has it. */
export function fileIn(folders: readonly string[], name: string): Uint8Array {
  const folder = folders.find((candidate) => existsSync(join(vectorsFolder ?? '', candidate, name)));
  if (folder === undefined) throw new Error(`no ${name} in ${folders.join(', ')}`);
  return vector(join(folder, name));
}

export function collateralIn(folders: readonly string[]): IntelCollateral {
  const file = (name: string): Uint8Array => fileIn(folders, name);
  const hex = (name: string): Uint8Array =>
    new Uint8Array(Buffer.from(Buffer.from(file(name)).toString('latin1').trim(), 'hex'));
  return {
    tcbInfo: file('tcbInfo.json'),
    tcbInfoChain: file('tcbchain.pem'),
    qeIdentity: file('qeIdentity.json'),
    qeIdentityChain: file('qechain.pem'),
    rootCrl: hex('rootcrl.hex'),
    pckCrl: hex('pckcrl.hex'),
    pckChain: file('pckchain.pem'),
  };
}

/** Intel's own root, which every genuine case ends in. */
export function genuineAnchors(): readonly TrustAnchor[] {
  const pem = Buffer.from(vector('intel/cases/phala_tdx_quote/root.pem')).toString('latin1');
  return parsePem(pem).map((der) => anchorFromCertificate(parseCertificate(der)));
}
