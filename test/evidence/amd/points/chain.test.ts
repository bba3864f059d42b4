import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySnpReport } from '../../../../src/evidence/amd/index.ts';
import {
  basicConstraints,
  type CertificateParts,
  keyUsage,
  subjectKeyIdentifier,
  USAGE,
} from '../../../../src/forge/amd/certificate.ts';
import { rsaKey } from '../../../../src/forge/amd/keys.ts';
import { type SnpPkiChange, snpPki } from '../../../../src/forge/amd/pki.ts';
import { forgeSnpPlatform } from '../../../../src/forge/amd/platform.ts';
import { AMD_SIGNING, type SigningForm } from '../../../../src/forge/amd/signature.ts';
import { anchorFromKey, parseCertificate } from '../../../../src/pki/index.ts';
import { at, failures, genoa, milan, reportData, turin, verify } from './forged.ts';

const HOUR_MS = 3_600_000;
const before = new Date(at.getTime() - HOUR_MS);
const after = new Date(at.getTime() + HOUR_MS);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const rsa3072 = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;

/** What fails on a Genoa whose PKI, trusted as it is, is so changed. */
function withPki(change: SnpPkiChange, signingKey: 'vcek' | 'vlek' = 'vcek'): string[] {
  const platform = forgeSnpPlatform({ at, signingKey, pki: snpPki('Genoa', change) });
  return failures(verify(platform, { crl: null }));
}

function withLeaf(parts: Partial<CertificateParts>, signingKey: 'vcek' | 'vlek' = 'vcek'): string[] {
  return failures(verify(forgeSnpPlatform({ at, signingKey, leaf: { parts } }), { crl: null }));
}

describe('dates', () => {
  const spans: readonly (readonly [string, Partial<CertificateParts>])[] = [
    ['has ended', { notAfter: before }],
    ['has ended a second ago', { notAfter: new Date(at.getTime() - 1000) }],
    ['has not begun', { notBefore: after }],
    ['begins in a second', { notBefore: new Date(at.getTime() + 1000) }],
    ['ends before it begins', { notBefore: after, notAfter: before }],
  ];
  describe.each(['vcek', 'vlek'] as const)('with a %s', (signingKey) => {
    it.each(spans)('refuse a leaf that %s', (_, parts) => {
      expect(withLeaf(parts, signingKey)).toEqual(['snp.chain.validity']);
    });
    it.each(spans)('refuse an intermediate that %s', (_, parts) => {
      expect(withPki({ ask: parts, asvk: parts }, signingKey)).toEqual(['snp.chain.validity']);
    });
    it.each(spans)('refuse an ARK that %s', (_, parts) => {
      expect(withPki({ ark: parts }, signingKey)).toEqual(['snp.chain.validity']);
    });
  });

  it('include both ends', () => {
    expect(withLeaf({ notBefore: at, notAfter: at })).toEqual([]);
    expect(withPki({ ask: { notBefore: at, notAfter: at } })).toEqual([]);
    expect(withPki({ ark: { notBefore: at, notAfter: at } })).toEqual([]);
  });

  it('are asked again of a chain that held before', () => {
    const platform = forgeSnpPlatform({ at, leaf: { parts: { notBefore: before, notAfter: after } } });
    expect(failures(verify(platform))).toEqual([]);
    for (const other of [before, after].map(
      (end, index) => new Date(end.getTime() + (index === 0 ? -1000 : 1000)),
    )) {
      expect(failures(verify(platform, { at: other, crl: null }))).toEqual(['snp.chain.validity']);
    }
    expect(failures(verify(platform))).toEqual([]);
  });

  it('are asked to the second, also of a chain that held before and is old', () => {
    const end = new Date(at.getTime() + HOUR_MS);
    const platform = forgeSnpPlatform({ at, leaf: { parts: { notAfter: end } } });
    const ask = (ms: number) => failures(verify(platform, { at: new Date(end.getTime() + ms), crl: null }));
    expect(ask(-HOUR_MS)).toEqual([]);
    expect(ask(0)).toEqual([]);
    expect(ask(999)).toEqual([]);
    expect(ask(1000)).toEqual(['snp.chain.validity']);
    expect(ask(20 * 365 * 24 * HOUR_MS)).toEqual(['snp.chain.validity']);
  });

  it('make the evidence end with the first of them', () => {
    const soon = new Date(at.getTime() + 1000);
    const pki = (change: SnpPkiChange) => snpPki('Genoa', change);
    for (const platform of [
      forgeSnpPlatform({ at, leaf: { parts: { notAfter: soon } } }),
      forgeSnpPlatform({ at, pki: pki({ ask: { notAfter: soon } }) }),
      forgeSnpPlatform({ at, pki: pki({ ark: { notAfter: soon } }) }),
    ]) {
      expect(verify(platform, { crl: null }).verified?.validUntil).toEqual(soon);
    }
    expect(verify(genoa, { crl: genoa.crl({ nextUpdate: soon }) }).verified?.validUntil).toEqual(soon);
  });

  it('refuse an instant that is none', () => {
    expect(failures(verify(genoa, { at: new Date(Number.NaN), crl: null })).length).toBeGreaterThan(0);
  });
});

describe('the root', () => {
  it('is not trusted at all', () => {
    expect(failures(verify(genoa, { roots: [], crl: null }))).toEqual(['snp.chain.root']);
  });

  it('is not trusted although it is presented', () => {
    const stranger = forgeSnpPlatform({ at, pki: snpPki('Genoa', { owner: 'stranger' }) });
    expect(failures(verify(stranger, { roots: genoa.roots, crl: null }))).toEqual(['snp.chain.ask']);
  });

  it('need not be presented', () => {
    expect(failures(verify(genoa, { certificates: genoa.certificates().slice(0, 2) }))).toEqual([]);
  });

  it('may be trusted as a bare key under its name, which vouches for no dates', () => {
    const bare = (root: Uint8Array) => {
      const { subject, publicKey } = parseCertificate(root);
      return anchorFromKey(subject, publicKey);
    };
    const ask = (roots: readonly Uint8Array[]) =>
      verifySnpReport({
        report: genoa.report(reportData),
        certificates: genoa.certificates(),
        crl: genoa.crl(),
        anchors: roots.map(bare),
        at,
      });
    expect(failures(ask(genoa.roots))).toEqual([]);
    const stranger = snpPki('Genoa', { owner: 'stranger' }).ark.certificate;
    expect(failures(ask([stranger]))).toEqual(['snp.chain.ask']);
    expect(failures(ask(milan.roots))).toEqual(['snp.chain.root']);
  });

  it('is of another line, and its line’s certificates with it', () => {
    const all = [...milan.roots, ...genoa.roots, ...turin.roots];
    expect(failures(verify(genoa, { roots: all }))).toEqual([]);
    for (const { roots } of [milan, turin]) {
      expect(failures(verify(genoa, { roots, crl: null }))).toEqual(['snp.chain.root']);
    }
  });

  it('has another name', () => {
    const ark = { subject: 'ARK-Genoa2', issuer: 'ARK-Genoa2' };
    expect(withPki({ ark, ask: { issuer: 'ARK-Genoa2' } })).toEqual(['snp.chain.root']);
  });

  it('is not self-signed', () => {
    expect(withPki({ ark: { signer: rsaKey('another root') } })).toEqual(['snp.chain.root']);
    expect(withPki({ ark: { issuer: 'ARK-Milan' } })).toEqual(['snp.chain.root']);
  });

  it('is an intermediate that somebody trusts by mistake', () => {
    const roots = [genoa.pki.ask().certificate];
    expect(failures(verify(genoa, { roots, crl: null }))).toEqual(['snp.chain.root']);
  });

  it('may issue nothing', () => {
    const { key } = snpPki('Genoa').ark;
    const rest = [subjectKeyIdentifier(key)];
    const cases: readonly (readonly Uint8Array[])[] = [
      [keyUsage([USAGE.keyCertSign, USAGE.cRLSign]), basicConstraints(false, null)],
      [keyUsage([USAGE.keyCertSign, USAGE.cRLSign])],
      [keyUsage([USAGE.cRLSign]), basicConstraints(true, null)],
    ];
    for (const extensions of cases) {
      expect(withPki({ ark: { extensions: [...extensions, ...rest] } })).toEqual(['snp.chain.ask']);
    }
  });

  it('has a key of another size or kind', () => {
    expect(withPki({ ark: { key: rsa3072, signer: rsa3072 }, ask: { signer: rsa3072 } })).toContain(
      'snp.chain.root',
    );
    const signing: SigningForm = { ...AMD_SIGNING, scheme: 'ecdsa' };
    const change = { ark: { key: ec, signer: ec, signing }, ask: { signer: ec, signing } };
    expect(withPki(change)).toContain('snp.chain.root');
  });
});

const WRONG_SIGNING: readonly (readonly [string, Partial<SigningForm>])[] = [
  ['PKCS #1 v1.5', { scheme: 'pkcs1' }],
  ['SHA-256', { hash: 'sha256', saltLength: 32 }],
  ['SHA-512', { hash: 'sha512', saltLength: 64 }],
  ['a salt of 32 bytes', { saltLength: 32 }],
  ['a salt of 64 bytes', { saltLength: 64 }],
  ['no salt', { saltLength: 0 }],
];

describe.each(['vcek', 'vlek'] as const)('the intermediate above a %s', (signingKey) => {
  const intermediate = (parts: Partial<CertificateParts>): SnpPkiChange => ({ ask: parts, asvk: parts });

  it('is not presented', () => {
    const platform = forgeSnpPlatform({ at, signingKey });
    const [leaf, , ark] = platform.certificates();
    const certificates = [leaf, ark].filter((one) => one !== undefined);
    expect(failures(verify(platform, { certificates, crl: null }))).toEqual(['snp.chain.ask']);
  });

  it('is a namesake that did not sign the leaf', () => {
    const platform = forgeSnpPlatform({ at, signingKey });
    const stranger = snpPki('Genoa', {
      owner: 'stranger',
      ask: { signer: snpPki('Genoa').ark.key },
      asvk: { signer: snpPki('Genoa').ark.key },
    });
    const namesake = stranger[signingKey === 'vcek' ? 'ask' : 'asvk']().certificate;
    const [leaf, genuine, ark] = platform.certificates();
    const certificates = [leaf, namesake, ark].filter((one) => one !== undefined);
    expect(failures(verify(platform, { certificates, crl: null }))).toEqual(['snp.chain.leaf']);
    // With the genuine one beside it, it does no harm.
    const both = [leaf, namesake, genuine, ark].filter((one) => one !== undefined);
    expect(failures(verify(platform, { certificates: both }))).toEqual([]);
  });

  it('was signed by another key than the ARK’s', () => {
    expect(withPki(intermediate({ signer: rsaKey('another root') }), signingKey)).toEqual(['snp.chain.ask']);
  });

  it('has another issuer', () => {
    expect(withPki(intermediate({ issuer: 'ARK-Milan' }), signingKey)).toEqual(['snp.chain.ask']);
  });

  it('has another name, which the leaf’s issuer is not', () => {
    expect(withPki(intermediate({ subject: 'SEV-Genoa-2' }), signingKey)).toEqual(['snp.chain.ask']);
  });

  it.each(WRONG_SIGNING)('is signed with %s', (_, signing) => {
    const change = intermediate({ signing: { ...AMD_SIGNING, ...signing } });
    expect(withPki(change, signingKey)).toEqual(['snp.chain.ask']);
  });

  it('may issue nothing', () => {
    for (const extensions of [
      [],
      [keyUsage([USAGE.keyCertSign])],
      [keyUsage([USAGE.keyCertSign]), basicConstraints(false, null)],
    ]) {
      // Who is no CA is not taken for one.
      expect(withPki(intermediate({ extensions }), signingKey)).toContain('snp.chain.ask');
    }
    const extensions = [basicConstraints(true, 0), keyUsage([USAGE.digitalSignature])];
    expect(withPki(intermediate({ extensions }), signingKey)).toEqual(['snp.chain.leaf']);
  });

  it('has a key of another size or kind', () => {
    for (const key of [rsa2048, rsa3072]) {
      expect(withPki(intermediate({ key }), signingKey)).toEqual(['snp.chain.ask']);
    }
    const platform = forgeSnpPlatform({
      at,
      signingKey,
      pki: snpPki('Genoa', intermediate({ key: ec })),
      leaf: { parts: { signing: { ...AMD_SIGNING, scheme: 'ecdsa' } } },
    });
    // Such a key cannot sign as AMD signs.
    expect(failures(verify(platform, { crl: null }))).toEqual(['snp.chain.leaf']);
  });

  it('is the root itself', () => {
    const failed = withLeaf({ issuer: 'ARK-Genoa', signer: snpPki('Genoa').ark.key }, signingKey);
    expect(failed).toEqual(['snp.leaf.issuer', 'snp.chain.ask']);
  });

  it('has another CA below it', () => {
    const below = forgeSnpPlatform({ at, signingKey, leaf: { parts: { issuer: 'SEV-Genoa-sub' } } });
    expect(failures(verify(below, { crl: null }))).toEqual(['snp.leaf.issuer', 'snp.chain.ask']);
  });
});

describe.each(['vcek', 'vlek'] as const)('the signature on a %s', (signingKey) => {
  it.each(WRONG_SIGNING)('is made with %s', (_, signing) => {
    expect(withLeaf({ signing: { ...AMD_SIGNING, ...signing } }, signingKey)).toEqual(['snp.chain.leaf']);
  });

  it('is another key’s', () => {
    expect(withLeaf({ signer: rsaKey('another ASK') }, signingKey)).toEqual(['snp.chain.leaf']);
  });

  it('spells the trailer field or leaves it out', () => {
    for (const spellsTrailer of [false, true]) {
      expect(withLeaf({ signing: { ...AMD_SIGNING, spellsTrailer } }, signingKey)).toEqual([]);
    }
  });

  it('is the other intermediate’s, under its own name', () => {
    const [issuer, signer] =
      signingKey === 'vcek'
        ? (['SEV-VLEK-Genoa', snpPki('Genoa').asvk().key] as const)
        : (['SEV-Genoa', snpPki('Genoa').ask().key] as const);
    const platform = forgeSnpPlatform({ at, signingKey, leaf: { parts: { issuer, signer } } });
    const certificates = [
      ...platform.certificates(),
      snpPki('Genoa').ask().certificate,
      snpPki('Genoa').asvk().certificate,
    ];
    expect(failures(verify(platform, { certificates, crl: null }))).toEqual(['snp.leaf.issuer']);
  });
});

describe('one certificate swapped', () => {
  const twin = forgeSnpPlatform({ at });
  it('is the VCEK of another chip', () => {
    const certificates = [...twin.certificates().slice(0, 1), ...genoa.certificates().slice(1)];
    const failed = failures(verify(genoa, { certificates }));
    expect(failed).toEqual(['snp.leaf.hwid', 'snp.report.signature']);
  });
  it.each(['Milan', 'Turin'] as const)('is any of a %s', (product) => {
    const other = product === 'Milan' ? milan : turin;
    for (const index of [0, 1]) {
      const certificates = genoa.certificates().with(index, other.certificates()[index] ?? new Uint8Array());
      const failed = failures(verify(genoa, { certificates, crl: null }));
      expect(failed).toContain(index === 0 ? 'snp.leaf.issuer' : 'snp.chain.ask');
    }
  });
  it('is no certificate', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(0x30), new Uint8Array(1000).fill(0x30)]) {
      const certificates = [...genoa.certificates(), bytes];
      expect(failures(verify(genoa, { certificates }))).toEqual(['snp.certificates']);
    }
  });
  it('is cut or continued by a byte', () => {
    for (const index of [0, 1]) {
      const der = genoa.certificates()[index] ?? new Uint8Array();
      for (const bytes of [der.subarray(0, -1), Buffer.concat([der, Uint8Array.of(0)])]) {
        const certificates = genoa.certificates().with(index, bytes);
        expect(failures(verify(genoa, { certificates, crl: null }))).toContain('snp.certificates');
      }
    }
  });
  it('has one bit flipped, anywhere', () => {
    const report = genoa.report(reportData);
    for (const index of [0, 1]) {
      const der = genoa.certificates()[index] ?? new Uint8Array();
      for (let offset = 0; offset < der.length; offset += 7) {
        const bytes = der.slice();
        bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
        const certificates = genoa.certificates().with(index, bytes);
        expect(
          failures(verify(genoa, { report, certificates, crl: null })),
          `${index} ${offset}`,
        ).not.toEqual([]);
      }
    }
  });
});

describe('the product line', () => {
  const cases = [
    ['Milan', milan, { family: 0x19, model: 0x11, stepping: 1 }],
    ['Genoa', genoa, { family: 0x19, model: 0x01, stepping: 1 }],
  ] as const;
  it.each(cases)('of a %s is another in the report: the wrong root is asked', (_, platform, cpu) => {
    const roots = [...milan.roots, ...genoa.roots, ...turin.roots];
    const failed = failures(verify(platform, { change: { cpu }, roots, crl: null }));
    expect(failed).toEqual(['snp.leaf.issuer', 'snp.leaf.product-name', 'snp.chain.ask']);
  });

  it.each([
    ['Milan', milan, 0x19, [0x00, 0x01, 0x0f]],
    ['Genoa', genoa, 0x19, [0x10, 0x11, 0x1f]],
    // Siena and Bergamo.
    ['Genoa', genoa, 0x19, [0xa0, 0xaf]],
    ['Turin', turin, 0x1a, [0x00, 0x02, 0x11]],
  ] as const)('is %s’s from the first to the last of its models', (product, platform, family, models) => {
    const roots = [...milan.roots, ...genoa.roots, ...turin.roots];
    for (const model of models) {
      const cpu = { family, model, stepping: 2 };
      expect(verify(platform, { change: { cpu }, roots }).verified?.product).toBe(product);
    }
  });

  it.each([
    [milan, 'Milan'],
    [genoa, 'Genoa'],
  ] as const)('of a version 2 report is the certificate’s', (platform, product) => {
    const verdict = verify(platform, { change: { version: 2 } });
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verified?.product).toBe(product);
  });

  it('of a version 2 report cannot be Turin, whose TCB stands elsewhere', () => {
    const tcb = { fmc: 1, bootLoader: 1, tee: 0, snp: 0, microcode: 0x51 };
    const platform = forgeSnpPlatform({ at, product: 'Turin', tcb });
    expect(failures(verify(platform, { change: { version: 2 }, crl: null }))).toEqual(['snp.report.product']);
  });

  it('of a version 2 report is no line at all', () => {
    const leaf = { parts: { issuer: 'SEV-Naples' } };
    const platform = forgeSnpPlatform({ at, product: 'Milan', leaf });
    expect(failures(verify(platform, { change: { version: 2 }, crl: null }))).toEqual(['snp.report.product']);
  });
});
