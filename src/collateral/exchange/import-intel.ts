import { isJsonObject, parseJson } from '../../bytes/json.ts';
import { fromUtf8, toUtf8 } from '../../bytes/text.ts';
import { parseCrl } from '../../pki/crl.ts';
import { attributeTexts } from '../../pki/name.ts';
import { OID } from '../../pki/object-identifiers.ts';
import { parsePem, writePem } from '../../pki/pem.ts';
import { crlDer } from '../crl.ts';
import { CollateralError } from '../errors.ts';
import { ROOT_CRL } from '../intel/recipes.ts';
import type { CollateralKey } from '../port.ts';
import type { Received } from '../shelf.ts';
import { IMPORTED, type ImportFolder, type ImportItem } from './import-item.ts';

const MAX_JSON_BYTES = 2 << 20;

/**
 * Intel's documents in a folder, by the names that `sextant verify --collateral` reads, root CRL first. Of CRLs, .der and .pem count
 * as well as .hex; the issuer of a PCK CRL stands in pckcrlchain.pem, or above the PCK in pckchain.pem.
 */
export function intelItems(folder: ImportFolder, channel: string): ImportItem[] {
  const set = (): string => manifestChannel(folder) ?? channel;
  return [
    ...named(folder, /^rootcrl\.(?:hex|der|pem)$/i, (bytes) => ({
      key: ROOT_CRL,
      received: { body: crlDer(bytes), chain: firstOf(folder, ROOT_HOLDERS), source: IMPORTED },
    })),
    ...named(folder, /^pckcrl\.(?:hex|der|pem)$/i, (bytes) => pckCrl(bytes, folder)),
    ...named(folder, /^tcbinfo\.json$/i, (bytes) => ({
      key: tcbInfoKey(bytes, set()),
      received: signed(bytes, firstOf(folder, ['tcbchain.pem'])),
    })),
    ...named(folder, /^qeidentity\.json$/i, (bytes) => ({
      key: qeIdentityKey(bytes, set()),
      received: signed(bytes, firstOf(folder, ['qechain.pem', 'tcbchain.pem'])),
    })),
  ];
}

const ROOT_HOLDERS = ['root.pem', 'tcbchain.pem', 'qechain.pem', 'pckcrlchain.pem', 'pckchain.pem'];

/** Files that hold no document of their own: chains, and what export adds. */
export function isIntelCompanion(name: string): boolean {
  return ROOT_HOLDERS.includes(name);
}

type Found = ReturnType<ImportItem['find']>;

function named(folder: ImportFolder, pattern: RegExp, find: (bytes: Uint8Array) => Found): ImportItem[] {
  return [...folder]
    .filter(([name]) => pattern.test(name))
    .map(([file, bytes]) => ({ file, find: () => find(bytes) }));
}

function signed(body: Uint8Array, chain: Uint8Array | null): Received {
  return { body, chain, source: IMPORTED };
}

function pckCrl(bytes: Uint8Array, folder: ImportFolder): Found {
  const body = crlDer(bytes);
  const [issuer = ''] = attributeTexts(parseCrl(body).issuer, OID.commonName);
  const name = /\bProcessor\b/.test(issuer) ? 'processor' : 'platform';
  return {
    key: { kind: 'intel-pck-crl', name },
    received: { body, chain: pckIssuer(folder), source: IMPORTED },
  };
}

function pckIssuer(folder: ImportFolder): Uint8Array | null {
  const chain = folder.get('pckcrlchain.pem');
  if (chain !== undefined) return chain;
  const pckChain = folder.get('pckchain.pem');
  if (pckChain === undefined) return null;
  const [, ...above] = parsePem(fromUtf8(pckChain, 'pckchain.pem'));
  return toUtf8(above.map((der) => writePem(der)).join(''), 'pckchain.pem');
}

function tcbInfoKey(bytes: Uint8Array, channel: string): CollateralKey {
  const { id, fmspc } = inner(bytes, 'tcbInfo');
  if (typeof fmspc !== 'string' || !/^[0-9a-f]{12}$/i.test(fmspc)) throw nameless('an fmspc');
  const tee = id === 'TDX' ? 'tdx' : 'sgx';
  return { kind: 'intel-tcb-info', name: `${tee}/${fmspc.toLowerCase()}/${channel}` };
}

function qeIdentityKey(bytes: Uint8Array, channel: string): CollateralKey {
  const { id } = inner(bytes, 'enclaveIdentity');
  return { kind: 'intel-qe-identity', name: `${id === 'TD_QE' ? 'tdx' : 'sgx'}/${channel}` };
}

function inner(bytes: Uint8Array, name: string) {
  const document = parseJson(bytes, { maxBytes: MAX_JSON_BYTES, maxNodes: 200_000 });
  const fields = isJsonObject(document) ? document[name] : undefined;
  if (!isJsonObject(fields)) throw nameless(`an object ${name}`);
  return fields;
}

/** Which evaluation an exported folder was fetched as: nothing in the documents themselves says. */
function manifestChannel(folder: ImportFolder): string | null {
  const bytes = folder.get('manifest.json');
  if (bytes === undefined) return null;
  const text = fromUtf8(bytes, 'manifest.json');
  return /"(?:tdx|sgx)\/[0-9a-f]{12}\/(early|standard|\d{1,6})"/.exec(text)?.[1] ?? null;
}

function firstOf(folder: ImportFolder, names: readonly string[]): Uint8Array | null {
  for (const name of names) {
    const bytes = folder.get(name);
    if (bytes !== undefined) return bytes;
  }
  return null;
}

function nameless(expected: string): CollateralError {
  return new CollateralError(
    'collateral_malformed',
    `does not say which document it is: ${expected} is missing`,
  );
}
