import { hash, sign } from 'node:crypto';
import { concatBytes } from '../../../src/bytes/concat.ts';
import {
  writeElement,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '../../../src/bytes/der-writer.ts';
import { fromHex } from '../../../src/bytes/text.ts';
import { canonicalXml } from '../../../src/evidence/nvidia/xml/canonical-xml.ts';
import { parseXml } from '../../../src/evidence/nvidia/xml/xml-reader.ts';
import { isElement } from '../../../src/evidence/nvidia/xml/xml-tree.ts';
import { anchorFromCertificate, type TrustAnchor } from '../../../src/pki/index.ts';
import {
  type Issued,
  type IssueOptions,
  issueCa,
  issueLeaf,
  issueRoot,
  newKey,
  type SigningKey,
} from '../../pki/issue.ts';
import { type Extension, plain } from '../../pki/issue-extensions.ts';

const fresh = (options: IssueOptions): IssueOptions => ({ key: newKey('p384'), ...options });

const sha384 = (digest: Uint8Array): Uint8Array =>
  writeSequence(writeObjectIdentifier('2.16.840.1.101.3.4.2.2'), writeOctetString(digest));

/** Hopper's extension of a leaf: TCG CompositeDeviceID. */
export function compositeDeviceId(fwid: Uint8Array): Extension {
  const key = newKey('p384').spki;
  return { '2.23.133.5.4.1': plain(writeSequence(writeInteger(1), key, sha384(fwid))) };
}

/** Blackwell's: TCG DiceTcbInfo, of which the first FWID counts. */
export function diceTcbInfo(...fwids: readonly Uint8Array[]): Extension {
  const list = writeElement(0xa6, ...fwids.map(sha384));
  return { '2.23.133.5.4.1.1': plain(writeSequence(writeElement(0x80, Buffer.from('NVIDIA')), list)) };
}

export type ForgedDevice = {
  readonly root: Issued;
  /** Leaf first, without the root. */
  readonly chain: readonly [leaf: Issued, chip: Issued, ica: Issued, identity: Issued];
  readonly certificates: readonly Uint8Array[];
  readonly anchors: readonly TrustAnchor[];
};

type Overrides = { readonly leaf?: IssueOptions; readonly chip?: IssueOptions };

/** A chip under a root of our own, laid out as NVIDIA's. */
export function forgeDevice(
  model = 'GH100 A01 GSP BROM',
  { leaf = {}, chip = {} }: Overrides = {},
): ForgedDevice {
  const root = issueRoot(fresh({ subject: 'Forged Device Identity CA' }));
  const identity = issueCa(root, fresh({ subject: 'Forged Identity' }));
  const ica = issueCa(identity, fresh({ subject: 'Forged Provisioner ICA' }));
  const brom = issueCa(ica, fresh({ subject: model, ...chip }));
  const fmc = issueLeaf(brom, fresh({ subject: 'FMC LF', ...leaf }));
  const chain = [fmc, brom, ica, identity] as const;
  const certificates = [...chain, root].map(({ der }) => der);
  return { root, chain, certificates, anchors: [anchorFromCertificate(root.certificate)] };
}

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);

export type ReportOptions = {
  readonly nonce?: Uint8Array;
  readonly blocks?: number;
  /** By index: what is measured other than zeros. */
  readonly measurements?: ReadonlyMap<number, Uint8Array>;
  readonly opaque?: ReadonlyMap<number, Uint8Array>;
};

export const text = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'latin1');

/** What a Hopper says of itself: driver 550.1, VBIOS 96.00.01.00.02 of board G1 SKU 1 chip SKU 2. */
export const HOPPER_OPAQUE: ReadonlyMap<number, Uint8Array> = new Map([
  [3, text('550.1')],
  [6, Uint8Array.of(0, 1, 0, 0x96, 2, 0, 0, 0)],
  [11, Uint8Array.of(0x55)],
  [15, text('2')],
  [17, text('G1')],
  [18, text('1')],
]);
export const HOPPER_DRIVER_RIM = 'NV_GPU_DRIVER_GH100_550.1';
export const HOPPER_VBIOS_RIM = 'NV_GPU_VBIOS_G1_1_2_9600010002';

/** A report signed by the leaf. */
export function forgeReport({ chain: [leaf] }: ForgedDevice, options: ReportOptions = {}): Uint8Array {
  const { nonce = new Uint8Array(32).fill(7), blocks = 64, measurements = new Map() } = options;
  const record = Array.from({ length: blocks }, (_, index) =>
    concatBytes([
      Uint8Array.of(index + 1, 1),
      u16(51),
      Uint8Array.of(1),
      u16(48),
      measurements.get(index) ?? new Uint8Array(48),
    ]),
  );
  const fields = [...(options.opaque ?? HOPPER_OPAQUE)].map(([id, value]) =>
    concatBytes([u16(id), u16(value.length), value]),
  );
  const opaque = concatBytes(fields);
  const signed = concatBytes([
    fromHex('11e001ff', 'request'),
    nonce,
    Uint8Array.of(0),
    fromHex('11600000', 'response'),
    Uint8Array.of(blocks),
    u16(blocks * 55),
    Uint8Array.of(0),
    ...record,
    new Uint8Array(32).fill(9),
    u16(opaque.length),
    opaque,
  ]);
  return concatBytes([signed, p1363(signed, leaf.key)]);
}

function p1363(bytes: Uint8Array, { privateKey }: SigningKey): Uint8Array {
  const signature = sign('sha384', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  // A shorter curve's still has to look like a report.
  return concatBytes([signature, new Uint8Array(96 - signature.length)]);
}

export type ForgedSigner = {
  readonly root: Issued;
  readonly signer: Issued;
  readonly anchors: readonly TrustAnchor[];
};

export function forgeSigner(options: IssueOptions = {}): ForgedSigner {
  const root = issueRoot(fresh({ subject: 'Forged CoRIM root' }));
  const signer = issueLeaf(root, fresh({ subject: 'Forged RIM signer', ...options }));
  return { root, signer, anchors: [anchorFromCertificate(root.certificate)] };
}

export type RimOptions = {
  readonly product?: string;
  readonly version: string;
  /** By index: the values of active measurements. */
  readonly active?: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Whole Resource elements, besides. */
  readonly resources?: string;
  /** Instead of all that. */
  readonly payload?: string;
};

const SWID = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const C14N = 'http://www.w3.org/2006/12/xml-c14n11';
const SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384';

/** A manifest signed by a key of our own, laid out as NVIDIA's. */
export function forgeRim({ root, signer }: ForgedSigner, options: RimOptions): Uint8Array {
  const { product = 'GH100', version, active = new Map<number, readonly Uint8Array[]>() } = options;
  const resources = [...active].map(([index, values]) => {
    const hashes = values.map((value, number) => ` h:Hash${number}="${Buffer.from(value).toString('hex')}"`);
    return `<s:Resource type="Measurement" index="${index}" active="True" alternatives="${values.length}"${hashes.join('')}/>`;
  });
  const payload = options.payload ?? resources.join('') + (options.resources ?? '');
  const document = (signature: string): string =>
    `<SoftwareIdentity xmlns="${SWID}" xmlns:s="${SWID}" xmlns:h="http://www.w3.org/2001/04/xmlenc#sha384" tagId="1">` +
    `<s:Meta colloquialVersion="${version}" product="${product}"/><s:Payload>${payload}</s:Payload>${signature}</SoftwareIdentity>`;
  const digest = hash('sha384', canonicalXml(parseXml(Buffer.from(document('')))), 'base64');
  const signedInfo =
    `<d:SignedInfo><d:CanonicalizationMethod Algorithm="${C14N}"/>` +
    `<d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"/><d:Reference URI="">` +
    `<d:Transforms><d:Transform Algorithm="${DSIG}enveloped-signature"/><d:Transform Algorithm="${C14N}"/></d:Transforms>` +
    `<d:DigestMethod Algorithm="${SHA384}"/><d:DigestValue>${digest}</d:DigestValue></d:Reference></d:SignedInfo>`;
  const certificates = [signer, root].map(
    ({ der }) => `<d:X509Certificate>${Buffer.from(der).toString('base64')}</d:X509Certificate>`,
  );
  const signature = (value: string): string =>
    `<d:Signature xmlns:d="${DSIG}">${signedInfo}<d:SignatureValue>${value}</d:SignatureValue>` +
    `<d:KeyInfo><d:X509Data>${certificates.join('')}</d:X509Data></d:KeyInfo></d:Signature>`;
  const whole = parseXml(Buffer.from(document(signature('AAAA'))));
  const envelope = whole.children.filter(isElement).at(-1);
  const info = envelope?.children.filter(isElement)[0];
  if (envelope === undefined || info === undefined) throw new Error('no signature was written');
  const inherited = new Map([...whole.declarations, ...envelope.declarations]);
  const value = Buffer.from(p1363(canonicalXml(info, { inherited }), signer.key)).toString('base64');
  return Buffer.from(document(signature(value)));
}
