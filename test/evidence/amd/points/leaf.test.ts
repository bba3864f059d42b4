import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { TAG } from '../../../../src/bytes/der-tag.ts';
import { writeInteger, writeOctetString, writeText } from '../../../../src/bytes/der-writer.ts';
import type { SnpProduct, TcbVersion } from '../../../../src/evidence/amd/evidence.ts';
import { basicConstraints } from '../../../../src/forge/amd/certificate.ts';
import { LEAF_OID, type LeafChange, type LeafExtension } from '../../../../src/forge/amd/endorsement.ts';
import { endorsementKey, rsaKey } from '../../../../src/forge/amd/keys.ts';
import {
  type ForgedSnpPlatform,
  forgeSnpPlatform,
  type ReportChange,
  type SnpPlatformOptions,
} from '../../../../src/forge/amd/platform.ts';
import { PRODUCTS } from '../../../../src/forge/amd/product.ts';
import { at, failures, genoa, milan, reportData, turin, verify } from './forged.ts';

type Kind = { readonly product: SnpProduct; readonly signingKey: 'vcek' | 'vlek' };

/** Each line, each kind of key; of the lines with one layout, each kind once. */
const KINDS: readonly Kind[] = [
  { product: 'Milan', signingKey: 'vcek' },
  { product: 'Genoa', signingKey: 'vlek' },
  { product: 'Turin', signingKey: 'vcek' },
  { product: 'Turin', signingKey: 'vlek' },
];

const forged = (options: Partial<SnpPlatformOptions> = {}): ForgedSnpPlatform =>
  forgeSnpPlatform({ at, ...options });

/** What fails when a platform's leaf, and nothing else, is so changed. */
const withLeaf = (leaf: LeafChange, kind: Partial<SnpPlatformOptions> = {}, change: ReportChange = {}) =>
  failures(verify(forged({ ...kind, leaf }), { change }));

const without = (oid: string): LeafChange => ({
  extensions: (all) => all.filter((one) => one.oid !== oid),
});
const withValue = (oid: string, value: Uint8Array): LeafChange => ({
  extensions: (all) => all.map((one) => (one.oid === oid ? { ...one, value } : one)),
});
const withMore = (...more: LeafExtension[]): LeafChange => ({ extensions: (all) => [...all, ...more] });
const doubled = (oid: string): LeafChange => ({
  extensions: (all) => all.flatMap((one) => (one.oid === oid ? [one, one] : [one])),
});

const ia5 = (text: string): Uint8Array => writeText(TAG.ia5String, text);
const levelOids = (product: SnpProduct): string[] =>
  [
    ...(product === 'Turin' ? [LEAF_OID.fmc] : [LEAF_OID.spl4]),
    LEAF_OID.bootLoader,
    LEAF_OID.tee,
    LEAF_OID.snp,
    LEAF_OID.spl5,
    LEAF_OID.spl6,
    LEAF_OID.spl7,
    LEAF_OID.microcode,
  ].toSorted();

describe.each(KINDS)('the leaf of a $product with a $signingKey', (kind) => {
  const { product, signingKey } = kind;
  const isVcek = signingKey === 'vcek';

  // Keys of RSA-4096 are made once for each CA, and how long that takes is chance.
  beforeAll(() => {
    forged(kind).certificates();
  }, 120_000);

  it('is accepted as it is, with the identity that it states', () => {
    const platform = forged(kind);
    const verdict = verify(platform);
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verified).toMatchObject({
      product,
      chipId: isVcek ? Buffer.from(platform.chipId).toString('hex') : null,
      cspId: isVcek ? null : 'CN=csp.example',
      revocationChecked: true,
    });
  });

  it.each(levelOids(product))('lacks patch level %s', (oid) => {
    expect(withLeaf(without(oid), kind)).toContain('snp.leaf.extensions');
  });

  it.each(levelOids(product))('states another patch level %s than the report', (oid) => {
    const change: LeafChange = withValue(oid, writeInteger(200));
    expect(withLeaf(change, kind)).toEqual(['snp.leaf.tcb']);
  });

  it.each(levelOids(product))('states patch level %s twice', (oid) => {
    expect(withLeaf(doubled(oid), kind)).toContain('snp.certificates');
  });

  it.each([
    ['no INTEGER', Uint8Array.of(4)],
    ['a text', ia5('4')],
    ['nothing', new Uint8Array()],
    ['-1', writeInteger(-1)],
    ['-128, which is 128 in one byte', Uint8Array.of(2, 1, 0x80)],
    ['256', writeInteger(256)],
    ['2^64', writeInteger(1n << 64n)],
    ['4 in more bytes than it needs', Uint8Array.of(2, 2, 0, 4)],
    ['4 with a byte behind it', Uint8Array.of(2, 1, 4, 0)],
  ])('states %s as a patch level', (_, value) => {
    expect(withLeaf(withValue(LEAF_OID.bootLoader, value), kind)).toEqual(['snp.leaf.extensions']);
    expect(withLeaf(withValue(LEAF_OID.structVersion, value), kind)).toEqual(['snp.leaf.extensions']);
  });

  it.each([127, 128, 255])('states patch levels of %s', (level) => {
    const tcb: TcbVersion = {
      fmc: product === 'Turin' ? level : null,
      bootLoader: level,
      tee: level,
      snp: level,
      microcode: level,
    };
    expect(failures(verify(forged({ ...kind, tcb })))).toEqual([]);
    // Off by one, and off by the sign that one byte of DER would carry.
    for (const other of [level - 1, level ^ 0x80]) {
      const change: ReportChange = { reportedTcb: { ...tcb, microcode: other } };
      expect(failures(verify(forged({ ...kind, tcb }), { change }))).toEqual(['snp.leaf.tcb']);
    }
  });

  it.each([['a level that the line does not have', product === 'Turin' ? LEAF_OID.spl4 : LEAF_OID.fmc]])(
    'states %s',
    (_, oid) => {
      expect(withLeaf(withMore({ oid, value: writeInteger(0) }), kind)).toEqual(['snp.leaf.extensions']);
    },
  );

  it('has another structVersion, or none', () => {
    const wrong = writeInteger(product === 'Turin' ? 0 : 1);
    expect(withLeaf(withValue(LEAF_OID.structVersion, wrong), kind)).toEqual(['snp.leaf.struct-version']);
    expect(withLeaf(without(LEAF_OID.structVersion), kind)).toEqual(['snp.leaf.struct-version']);
  });

  it.each([
    'milan',
    'Naples',
    '',
    'B0',
    `${product === 'Milan' ? 'Genoa' : 'Milan'}`,
    `${product === 'Turin' ? 'Genoa-B1' : 'Turin-B0'}`,
    `${product}-`,
    `${product}B0`,
    ` ${product}`,
    `${product}-B0-B0`,
    `SEV-${product}`,
  ])('is for product "%s"', (name) => {
    expect(withLeaf(withValue(LEAF_OID.productName, ia5(name)), kind)).toEqual(['snp.leaf.product-name']);
  });

  it('names no product, or not as an IA5String', () => {
    expect(withLeaf(without(LEAF_OID.productName), kind)).toEqual(['snp.leaf.product-name']);
    const utf8 = writeText(TAG.utf8String, product);
    expect(withLeaf(withValue(LEAF_OID.productName, utf8), kind)).toEqual(['snp.leaf.extensions']);
  });

  it.each(['', '-A0', '-B0', '-B1', '-C1'])('may name its stepping: %s', (stepping) => {
    const change = withValue(LEAF_OID.productName, ia5(`${product}${stepping}`));
    expect(withLeaf(change, kind)).toEqual([]);
  });

  it('has another subject', () => {
    const other = isVcek ? 'SEV-VLEK' : 'SEV-VCEK';
    expect(withLeaf({ parts: { subject: other } }, kind)).toEqual(['snp.leaf.subject']);
    expect(withLeaf({ parts: { subject: 'SEV-VCEK2' } }, kind)).toEqual(['snp.leaf.subject']);
    expect(withLeaf({ parts: { subject: '' } }, kind)).toEqual(['snp.leaf.subject']);
  });

  it('is for a key of another kind', () => {
    for (const key of [
      rsaKey('no endorsement key'),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
      generateKeyPairSync('ed25519').privateKey,
    ]) {
      expect(withLeaf({ parts: { key } }, kind)).toEqual(['snp.leaf.key']);
    }
  });

  it('is for another P-384 key', () => {
    expect(withLeaf({ parts: { key: endorsementKey() } }, kind)).toEqual(['snp.report.signature']);
  });

  it('is a CA itself', () => {
    const value = basicConstraints(true, null).slice(-5);
    const change = withMore({ oid: '2.5.29.19', value: value.subarray(value.indexOf(0x30)), critical: true });
    expect(withLeaf(change, kind)).toEqual(['snp.leaf.certificate']);
  });

  it('has a critical extension, also one of AMD’s that is understood', () => {
    const change: LeafChange = {
      extensions: (all) =>
        all.map((one) => (one.oid === LEAF_OID.structVersion ? { ...one, critical: true } : one)),
    };
    expect(withLeaf(change, kind)).toEqual(['snp.chain.leaf']);
    const unknown = withMore({ oid: '1.3.6.1.4.1.3704.1.77', value: writeInteger(1), critical: true });
    expect(withLeaf(unknown, kind)).toEqual(['snp.chain.leaf']);
  });

  it('may have an extension that nobody here knows', () => {
    const change = withMore({ oid: '1.3.6.1.4.1.3704.1.77', value: writeInteger(1) });
    expect(withLeaf(change, kind)).toEqual([]);
  });

  it('is not there', () => {
    const platform = forged(kind);
    const certificates = platform.certificates().slice(1);
    expect(failures(verify(platform, { certificates }))).toEqual(['snp.leaf.certificate']);
  });

  it('is found in any order, among others', () => {
    const platform = forged(kind);
    const [leaf, ask, ark] = platform.certificates();
    const [otherLeaf, otherAsk, otherArk] = (product === 'Milan' ? genoa : milan).certificates();
    const all = [otherLeaf, ark, otherArk, leaf, otherAsk, ask].filter((one) => one !== undefined);
    expect(failures(verify(platform, { certificates: all }))).toEqual([]);
    expect(failures(verify(platform, { certificates: all.toReversed() }))).toEqual([]);
  });

  it('is found among the leaves of the same chip for other versions', () => {
    const hwid = new Uint8Array(PRODUCTS[product].hwidBytes).fill(9);
    const platform = forged({ ...kind, hwid });
    const { tcb } = PRODUCTS[product];
    const older = forged({ ...kind, hwid, tcb: { ...tcb, microcode: tcb.microcode - 1 } });
    const certificates = [...older.certificates(), ...platform.certificates()];
    expect(failures(verify(platform, { certificates }))).toEqual([]);
  });
});

it.each(['Siena', 'Siena-A0', 'Bergamo', 'Bergamo-A2'])('a leaf of the Genoa line may name %s', (name) => {
  const leaf = withValue(LEAF_OID.productName, ia5(name));
  expect(withLeaf(leaf, { product: 'Genoa' })).toEqual([]);
  expect(withLeaf(leaf, { product: 'Milan' })).toEqual(['snp.leaf.product-name']);
  expect(withLeaf(leaf, { product: 'Turin' })).toEqual(['snp.leaf.product-name']);
});

describe.each(['Milan', 'Genoa', 'Turin'] as const)('among leaves of several chips of a %s', (product) => {
  const chips = [1, 2, 3].map((fill) =>
    forged({ product, hwid: new Uint8Array(PRODUCTS[product].hwidBytes).fill(fill) }),
  );
  const certificates = chips.flatMap((chip) => chip.certificates());

  it('each finds its own', () => {
    for (const chip of chips) expect(failures(verify(chip, { certificates }))).toEqual([]);
  });

  it('one whose own is absent is refused', () => {
    const [first, ...others] = chips;
    if (first === undefined) throw new Error('three chips');
    const foreign = others.flatMap((chip) => chip.certificates());
    expect(failures(verify(first, { certificates: foreign }))).toEqual([
      'snp.leaf.hwid',
      'snp.report.signature',
    ]);
  });

  it('one that is masked finds the one for its TCB', () => {
    const { tcb } = PRODUCTS[product];
    const newer = forged({ product, tcb: { ...tcb, snp: tcb.snp + 1 } });
    const change = { chipId: new Uint8Array(64) };
    const both = [...(chips[0]?.certificates() ?? []), ...newer.certificates()];
    expect(failures(verify(newer, { change, certificates: both }))).toEqual([]);
  });

  it('one that cannot be read is passed over', () => {
    const broken = forged({ product, leaf: withValue(LEAF_OID.hwid, new Uint8Array(3)) });
    const [first] = chips;
    if (first === undefined) throw new Error('three chips');
    const both = [...broken.certificates(), ...first.certificates()];
    expect(failures(verify(first, { certificates: both }))).toEqual([]);
  });
});

describe('the serial number of a leaf', () => {
  it.each([1, 0x10001])('is zero in a VCEK, and not %s', (serial) => {
    expect(withLeaf({ parts: { serial } })).toEqual(['snp.leaf.serial']);
  });
  it('may be anything in a VLEK', () => {
    expect(withLeaf({ parts: { serial: 17 } }, { signingKey: 'vlek' })).toEqual([]);
  });
});

describe.each(['Milan', 'Genoa', 'Turin'] as const)('the chip of a %s', (product) => {
  const { hwidBytes } = PRODUCTS[product];
  const hwid = new Uint8Array(hwidBytes).map((_, index) => index + 1);

  it('is the one that the VCEK names, also inside an OCTET STRING of its own', () => {
    const leaf = withValue(LEAF_OID.hwid, writeOctetString(hwid));
    expect(withLeaf(leaf, { product, hwid })).toEqual([]);
  });

  it.each([0, hwidBytes - 1, hwidBytes, 63])('differs from the VCEK’s in byte %s', (index) => {
    const platform = forged({ product, hwid });
    const chipId = platform.chipId.slice();
    chipId[index] = (chipId[index] ?? 0) ^ 0x01;
    if (index >= 64) return;
    expect(failures(verify(platform, { change: { chipId } }))).toEqual(['snp.leaf.hwid']);
  });

  it('is masked: the signature alone says that it is this one', () => {
    const platform = forged({ product, hwid });
    const verdict = verify(platform, { change: { chipId: new Uint8Array(64) } });
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verified?.chipId).toBeNull();
  });

  it('is not named by the VCEK, masked or not', () => {
    expect(withLeaf(without(LEAF_OID.hwid), { product, hwid })).toEqual(['snp.leaf.hwid']);
    const masked = { chipId: new Uint8Array(64) };
    expect(withLeaf(without(LEAF_OID.hwid), { product, hwid }, masked)).toEqual(['snp.leaf.hwid']);
  });

  it('is named with the length of another line', () => {
    const other = new Uint8Array(hwidBytes === 8 ? 64 : 8);
    other.set(hwid.subarray(0, other.length));
    const chipId = new Uint8Array(64);
    chipId.set(other);
    const leaf = withValue(LEAF_OID.hwid, other);
    expect(withLeaf(leaf, { product, hwid }, { chipId })).toEqual(['snp.leaf.hwid']);
  });

  it.each([0, 1, 7, 9, 63, 65])('is named in %s bytes', (length) => {
    const leaf = withValue(LEAF_OID.hwid, new Uint8Array(length).fill(1));
    expect(withLeaf(leaf, { product, hwid })).toEqual(['snp.leaf.extensions']);
    const wrapped = withValue(LEAF_OID.hwid, writeOctetString(new Uint8Array(length).fill(1)));
    expect(withLeaf(wrapped, { product, hwid })).toEqual(['snp.leaf.extensions']);
  });

  it('is named although the report says that it is masked', () => {
    const platform = forged({ product, hwid });
    expect(failures(verify(platform, { change: { chipKeyMasked: true } }))).toEqual(['snp.report.chip-id']);
    const change = { chipKeyMasked: true, chipId: new Uint8Array(64) };
    expect(failures(verify(platform, { change }))).toEqual([]);
  });

  it('is named by a VCEK that was also given to a provider', () => {
    const leaf = withMore({ oid: LEAF_OID.cspId, value: ia5('CN=csp.example') });
    expect(withLeaf(leaf, { product, hwid })).toEqual(['snp.leaf.csp-id']);
  });

  it('is named under a VLEK, by the report or by the certificate', () => {
    const kind = { product, signingKey: 'vlek' } as const;
    const chipId = new Uint8Array(64).fill(1);
    expect(failures(verify(forged(kind), { change: { chipId } }))).toEqual(['snp.report.chip-id']);
    expect(withLeaf(withMore({ oid: LEAF_OID.hwid, value: hwid }), kind)).toEqual(['snp.leaf.hwid']);
  });

  it('goes with a VLEK that was given to nobody', () => {
    const kind = { product, signingKey: 'vlek' } as const;
    expect(withLeaf(without(LEAF_OID.cspId), kind)).toEqual(['snp.leaf.csp-id']);
    expect(withLeaf(withValue(LEAF_OID.cspId, ia5('')), kind)).toEqual(['snp.leaf.csp-id']);
  });
});

describe('the zero tail of a Turin’s chip identity', () => {
  it.each(Array.from({ length: 56 }, (_, index) => 8 + index))('has byte %s not zero', (index) => {
    const chipId = turin.chipId.slice();
    chipId[index] = 1;
    expect(failures(verify(turin, { change: { chipId } }))).toEqual(['snp.leaf.hwid']);
  });
});

describe('the signer info', () => {
  it.each(['Milan', 'Genoa', 'Turin'] as const)('names the other key of a %s', (product) => {
    const vcek = forged({ product });
    const vlek = forged({ product, signingKey: 'vlek' });
    const asVlek = failures(verify(vcek, { change: { signingKey: 'vlek', chipId: new Uint8Array(64) } }));
    expect(asVlek).toContain('snp.leaf.subject');
    expect(asVlek).not.toContain('snp.report.signature');
    const asVcek = failures(verify(vlek, { change: { signingKey: 'vcek' } }));
    expect(asVcek).toContain('snp.leaf.subject');
    expect(asVcek).not.toContain('snp.report.signature');
  });
});

it('keeps what it says when the caller changes report and certificates afterwards', () => {
  const report = genoa.report(reportData);
  const certificates = genoa.certificates().map((der) => der.slice());
  const { verified } = verify(genoa, { report, certificates });
  const before = structuredClone(verified);
  report.fill(0xff);
  for (const der of certificates) der.fill(0xff);
  expect(verified).toEqual(before);
});
