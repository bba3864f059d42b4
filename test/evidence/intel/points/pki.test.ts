import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeImplicit, writeSequence } from '../../../../src/bytes/der-writer.ts';
import { FormatError } from '../../../../src/bytes/errors.ts';
import type { IntelCollateral } from '../../../../src/evidence/intel/collateral.ts';
import { readPckIdentity } from '../../../../src/evidence/intel/index.ts';
import { extension } from '../../../../src/forge/intel/certificate.ts';
import { chainPem } from '../../../../src/forge/intel/pki.ts';
import { FORGED_AT, forgeTdxPlatform } from '../../../../src/forge/intel/platform.ts';
import {
  anchorFromCertificate,
  anchorFromKey,
  parseCertificate,
  type TrustAnchor,
} from '../../../../src/pki/index.ts';
import { ANCHORS, ascii, days, flipped, judge, judgePlatform, REPORT_DATA, tdx } from './verifier.ts';

/** Points 3 to 6 of Intel's rules: who signed the collateral and the PCK, when, and whether that was revoked since. */

const stranger = tdx.pki.key('stranger');
const otherRoot = forgeTdxPlatform({ seed: 'another root' });
const quote = tdx.quote(REPORT_DATA);
const pck = tdx.pki.pck('platform', {
  ...{ ppid: '11'.repeat(16), components: [4, 4, 2, 2, 4, 1, 0, 5], pceSvn: 13, cpuSvn: null },
  ...{ pceId: '0000', fmspc: '90C06F000000', sgxType: 1, platformInstanceId: null, configuration: null },
});

/** The failed checks where the quote carries this chain. */
function withChain(pem: string, platform = tdx): readonly string[] {
  return judge(platform.quote(REPORT_DATA, {}, { certData: ascii(pem) }), platform.collateral()).failed;
}

/** The failed checks of the platform with this in its collateral. */
function withCollateral(changes: Partial<IntelCollateral>): readonly string[] {
  const judged = judge(quote, tdx.collateral(changes));
  if (judged.failed.length > 0) expect(judged.verified).toBeNull();
  return judged.failed;
}

const DOCUMENTS = [
  ['tcbInfo', 'tcbInfoChain', 'intel.tcb-info', 'tcbInfo'],
  ['qeIdentity', 'qeIdentityChain', 'intel.qe-identity', 'enclaveIdentity'],
] as const;

describe.each(DOCUMENTS)('3: %s', (document, chain, ids, member) => {
  const bytes = tdx.collateral()[document];
  const text = Buffer.from(bytes ?? []).toString();

  it('must be there, and whole', () => {
    expect(withCollateral({ [document]: null })).toEqual([`${ids}.well-formed`]);
    expect(withCollateral({ [document]: new Uint8Array(0) })).toEqual([`${ids}.well-formed`]);
    expect(withCollateral({ [document]: ascii('garbage') })).toEqual([`${ids}.well-formed`]);
    expect(withCollateral({ [document]: ascii(text.slice(0, -1)) })).toEqual([`${ids}.well-formed`]);
    expect(withCollateral({ [document]: ascii(`{"other":{},"signature":"${'0'.repeat(128)}"}`) })).toEqual([
      `${ids}.well-formed`,
    ]);
  });

  it('is signed over its exact bytes, and never written anew', () => {
    const spaced = text
      .replace(`{"${member}":`, `{ "${member}" : `)
      .replace(',"signature"', ' , "signature"');
    expect(withCollateral({ [document]: ascii(spaced) })).toEqual([]);
    const edits = [
      ['"version":', '"version": '],
      ['"tcbEvaluationDataNumber":18', '"tcbEvaluationDataNumber":19'],
      ['"signature":"', '"signature":"00'],
    ] as const;
    for (const [from, to] of edits) {
      const failed = withCollateral({ [document]: ascii(text.replace(from, to)) });
      expect(failed).toHaveLength(1);
      expect([`${ids}.signature`, `${ids}.well-formed`]).toContain(failed[0]);
    }
    expect(withCollateral({ [document]: ascii(text.replace('"version":', '"version": ')) })).toEqual([
      `${ids}.signature`,
    ]);
  });

  it('may have its members in the other order', () => {
    const parts = /^\{(.*),("signature":"\w+")\}$/.exec(text);
    expect(withCollateral({ [document]: ascii(`{${parts?.[2]},${parts?.[1]}}`) })).toEqual([]);
  });

  it('has instants that are some', () => {
    const edits = [
      (json: string) => json.replace(/"issueDate":"[^"]*"/, '"issueDate":"yesterday"'),
      (json: string) => json.replace(/"nextUpdate":"[^"]*"/, '"nextUpdate":"2026-02-30T00:00:00Z"'),
      (json: string) => json.replace(/"tcbDate":"[^"]*"/, '"tcbDate":"2024-11-13"'),
    ];
    for (const edit of edits) {
      expect(judgePlatform(tdx.with({ [document]: { edit } })).failed).toEqual([`${ids}.well-formed`]);
    }
  });

  it('is signed by the TCB Signing key, and no other', () => {
    const forged = tdx.with({ pki: { tcbSigning: { key: stranger } } }).collateral()[chain];
    expect(withCollateral({ [chain]: forged })).toEqual([`${ids}.signature`]);
  });

  it('needs the chain [TCB Signing, root] and no other', () => {
    const { tcbSigning, root, ca } = tdx.pki;
    const chains = [
      null,
      ascii(''),
      ascii(chainPem(tcbSigning)),
      ascii(chainPem(root, tcbSigning)),
      ascii(chainPem(tcbSigning, root, root)),
      ascii(chainPem(tcbSigning, ca('platform'), root)),
      ascii(chainPem(pck, root)),
      ascii(tdx.pckChainPem),
    ];
    for (const pem of chains) expect(withCollateral({ [chain]: pem })).toEqual([`${ids}.chain`]);
  });

  it('needs the right names in it', () => {
    for (const options of [
      { tcbSigning: { commonName: 'Intel SGX TCB Signing 2' } },
      { tcbSigning: { commonName: 'Intel SGX PCK Certificate' } },
    ]) {
      const renamed = tdx.with({ pki: options }).collateral()[chain];
      expect(withCollateral({ [chain]: renamed })).toEqual([`${ids}.chain`]);
    }
  });

  it('needs signatures that hold in it', () => {
    const forged = tdx.with({ pki: { tcbSigning: { forger: stranger } } }).collateral()[chain];
    expect(withCollateral({ [chain]: forged })).toEqual([`${ids}.chain`]);
  });

  it('needs the trusted root at its end', () => {
    expect(withCollateral({ [chain]: otherRoot.collateral()[chain] })).toEqual([`${ids}.root`]);
    const twin = tdx.with({ pki: { root: { serial: Uint8Array.of(1) } } }).collateral()[chain];
    expect(withCollateral({ [chain]: twin })).toEqual([`${ids}.root`]);
  });

  it('is refused where the TCB Signing certificate was revoked', () => {
    const { rootCrl } = tdx.with({ revoked: ['tcbSigning'] }).collateral();
    expect(withCollateral({ rootCrl })).toEqual([
      'intel.tcb-info.revocation',
      'intel.qe-identity.revocation',
    ]);
  });

  it('holds only from its issue to its next update', () => {
    const dated = (issueDate: string, nextUpdate: string) =>
      judgePlatform(tdx.with({ [document]: { issueDate, nextUpdate } }));
    const [before, now, after] = ['2026-01-15T11:59:59Z', '2026-01-15T12:00:00Z', '2026-01-15T12:00:01Z'];
    expect(dated(after, '2026-02-15T00:00:00Z')).toMatchObject({ failed: [`${ids}.dates`], verified: null });
    expect(dated('2026-01-01T00:00:00Z', before)).toMatchObject({ failed: [`${ids}.dates`], verified: null });
    expect(dated(now, now).failed).toEqual([]);
  });
});

describe('4: the PCK chain', () => {
  it('is PCK, its CA and the root, and nothing else', () => {
    const { root, ca } = tdx.pki;
    const [own] = tdx.pckChainPem.split(/(?<=-----END CERTIFICATE-----\n)/);
    const chains = [
      '',
      'garbage',
      own ?? '',
      `${own}${chainPem(ca('platform'))}`,
      `${own}${chainPem(root)}`,
      `${own}${chainPem(root, ca('platform'))}`,
      `${own}${chainPem(ca('platform'), root, root)}`,
      `${own}${chainPem(ca('processor'), root)}`,
      chainPem(ca('platform'), ca('platform'), root),
      chainPem(tdx.pki.tcbSigning, ca('platform'), root),
      `issued by nobody\n${tdx.pckChainPem}`,
      `${tdx.pckChainPem}text`,
      `${tdx.pckChainPem}\0\u0001`,
      `${own}\0${chainPem(ca('platform'), root)}`,
      `${tdx.pckChainPem}-----BEGIN X-----\nAAAA\n-----END X-----\n`,
    ];
    for (const pem of chains) expect(withChain(pem)).toEqual(['intel.pck.chain']);
  });

  it('may end its lines as it likes, and in NULs', () => {
    for (const pem of [
      tdx.pckChainPem,
      tdx.pckChainPem.replaceAll('\n', '\r\n'),
      `${tdx.pckChainPem}\n\0\0`,
    ]) {
      expect(withChain(pem)).toEqual([]);
    }
  });

  it.each([
    ['PCK', { pck: { commonName: 'Intel SGX PCK' } }],
    ['CA', { pckCa: { commonName: 'Intel SGX PCK Platform CA 2' } }],
  ])('has the right name of its %s', (_, pki) => {
    expect(judgePlatform(tdx.with({ pki })).failed).toEqual(['intel.pck.chain']);
  });

  it.each([
    ['PCK', { pck: { forger: stranger } }],
    ['CA', { pckCa: { forger: stranger } }],
    ['a CA that is none', { pckCa: { pathLength: null } }],
    ['a PCK that is another key', { pckCa: { key: stranger } }],
  ])('has signatures that hold: %s', (_, pki) => {
    const failed = judgePlatform(tdx.with({ pki })).failed;
    expect(failed[0]).toBe('intel.pck.chain');
    expect(failed).toHaveLength(1);
  });

  it('goes through the CA: a PCK that the root itself issued is none', () => {
    const direct = { issuerName: 'Intel SGX Root CA', issuerKey: tdx.pki.root.key };
    expect(judgePlatform(tdx.with({ pki: { pck: direct } })).failed).toEqual(['intel.pck.chain']);
  });

  it('begins with a key of P-256', () => {
    const others = [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ];
    for (const { publicKey } of others) {
      const key = { ...stranger, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
      expect(judgePlatform(tdx.with({ pki: { pck: { key } } })).failed).toEqual(['intel.pck.chain']);
      const { tcbInfoChain } = tdx.with({ pki: { tcbSigning: { key } } }).collateral();
      expect(withCollateral({ tcbInfoChain })).toEqual(['intel.tcb-info.chain']);
    }
  });

  it('ends at a root that is trusted by name and key, where no certificate is given', () => {
    const { subject, publicKey } = parseCertificate(tdx.root);
    const other = parseCertificate(otherRoot.root);
    const renamed = parseCertificate(tdx.pki.ca('platform').certificate);
    const withAnchor = (anchor: TrustAnchor) => judge(quote, tdx.collateral(), { anchors: [anchor] });
    expect(withAnchor(anchorFromKey(subject, publicKey)).failed).toEqual([]);
    for (const anchor of [
      anchorFromKey(subject, other.publicKey),
      anchorFromKey(renamed.subject, publicKey),
    ]) {
      expect(withAnchor(anchor).failed).toContain('intel.pck.root');
      expect(withAnchor(anchor).verified).toBeNull();
    }
  });

  it('ends at the trusted root, and there alone', () => {
    expect(withChain(otherRoot.pckChainPem)).toEqual(['intel.pck.root']);
    const anchors = [anchorFromCertificate(parseCertificate(otherRoot.root))];
    const judged = judge(quote, tdx.collateral(), { anchors });
    expect(judged.verified).toBeNull();
    expect(judged.failed).toContain('intel.pck.root');
    expect(judge(quote, tdx.collateral(), { anchors: [] }).failed).toContain('intel.pck.root');
  });

  it('ends at the same root as the collateral, where several are trusted', () => {
    // Of one name and key: only the certificate tells them apart.
    const twin = tdx.with({ pki: { root: { serial: Uint8Array.of(1) } } });
    const anchors = [tdx.root, twin.root].map((der) => anchorFromCertificate(parseCertificate(der)));
    expect(judge(quote, twin.collateral(), { anchors })).toMatchObject({
      failed: ['intel.roots'],
      verified: null,
    });
    expect(judge(twin.quote(REPORT_DATA), twin.collateral(), { anchors }).failed).toEqual([]);
  });

  it('may come with the collateral where the quote only names its platform', () => {
    const named = tdx.quote(REPORT_DATA, {}, { certType: 1, certData: new Uint8Array(36) });
    expect(judge(named, tdx.collateral({ pckChain: ascii(tdx.pckChainPem) })).failed).toEqual([]);
    expect(judge(named, tdx.collateral())).toMatchObject({ failed: ['intel.pck.chain'], verified: null });
  });
});

describe('4: revocation', () => {
  const platformCrl = (changes: object) => tdx.pki.pckCrl('platform', changes);
  const rootCrl = (changes: object) => tdx.pki.rootCrl(changes);
  const never = { thisUpdate: days(-60), nextUpdate: days(-1) };
  const notYet = { thisUpdate: days(1), nextUpdate: days(60) };

  /** issuingDistributionPoint (RFC 5280, 5.2.5): onlyContainsUserCerts, onlyContainsCACerts. */
  const distributionPoint = (tag: number) =>
    extension('2.5.29.28', true, writeSequence(writeImplicit(tag, Uint8Array.of(0xff))));
  const [PARTIAL, PARTIAL_CA] = [distributionPoint(1), distributionPoint(2)];
  const UNKNOWN = extension('1.2.3.4', true, writeSequence());

  /** One list at a time, the other in order; how each is refused is the last part of the check's id. */
  const CASES: readonly (readonly [string, 'root' | 'pck', string, () => Uint8Array | null])[] = [
    ['missing', 'pck', 'present', () => null],
    ['missing', 'root', 'present', () => null],
    ['empty', 'pck', 'well-formed', () => new Uint8Array(0)],
    ['empty', 'root', 'well-formed', () => new Uint8Array(0)],
    ['garbage', 'pck', 'well-formed', () => ascii('garbage')],
    ['garbage', 'root', 'well-formed', () => ascii('garbage')],
    ['cut short', 'pck', 'well-formed', () => platformCrl({}).subarray(0, -1)],
    ['cut short', 'root', 'well-formed', () => rootCrl({}).subarray(0, -1)],
    ['hexadecimal', 'pck', 'well-formed', () => ascii(Buffer.from(platformCrl({})).toString('hex'))],
    ['badly signed', 'pck', 'signature', () => flipped(platformCrl({}), -1)],
    ['badly signed', 'root', 'signature', () => flipped(rootCrl({}), -1)],
    ['signed by a stranger in its name', 'pck', 'signature', () => platformCrl({ forger: stranger })],
    ['signed by a stranger in its name', 'root', 'signature', () => rootCrl({ forger: stranger })],
    ['of the other CA', 'pck', 'issuer', () => tdx.pki.pckCrl('processor')],
    ['of the root', 'pck', 'issuer', () => rootCrl({})],
    ['of a CA', 'root', 'issuer', () => platformCrl({})],
    ['of another root', 'root', 'issuer', () => otherRoot.collateral().rootCrl],
    ['of another root', 'pck', 'issuer', () => otherRoot.collateral().pckCrl],
    ['for certificates of users alone', 'root', 'scope', () => rootCrl({ extensions: [PARTIAL] })],
    ['for certificates of CAs alone', 'pck', 'scope', () => platformCrl({ extensions: [PARTIAL_CA] })],
    ['with an unknown critical extension', 'pck', 'scope', () => platformCrl({ extensions: [UNKNOWN] })],
    ['expired', 'pck', 'expired', () => platformCrl(never)],
    ['expired', 'root', 'expired', () => rootCrl(never)],
    ['not yet valid', 'pck', 'not-yet-valid', () => platformCrl(notYet)],
    ['not yet valid', 'root', 'not-yet-valid', () => rootCrl(notYet)],
  ];

  it.each(CASES)('refuses a CRL that is %s: %s', (_, which, how, crl) => {
    expect(withCollateral({ [`${which}Crl`]: crl() })).toEqual([`intel.crl.${which}.${how}`]);
  });

  it('refuses a revoked PCK, by whatever entry', () => {
    const { pckCrl } = tdx.with({ revoked: ['pck'] }).collateral();
    expect(withCollateral({ pckCrl })).toEqual(['intel.pck.revocation']);
  });

  it('refuses a revoked CA', () => {
    const { rootCrl: crl } = tdx.with({ revoked: ['pckCa'] }).collateral();
    expect(withCollateral({ rootCrl: crl })).toEqual(['intel.pck-ca.revocation']);
  });

  it('lets others be revoked', () => {
    const others = Array.from({ length: 50 }, (_, index) => Uint8Array.of(0x11, index));
    expect(withCollateral({ pckCrl: platformCrl({ revoked: others }) })).toEqual([]);
    expect(withCollateral({ rootCrl: rootCrl({ revoked: others }) })).toEqual([]);
  });

  it('takes the CRL of the CA that issued the PCK, whichever that is', () => {
    const processor = tdx.with({ ca: 'processor' });
    expect(judgePlatform(processor).failed).toEqual([]);
    const crossed = judge(processor.quote(REPORT_DATA), processor.collateral({ pckCrl: platformCrl({}) }));
    expect(crossed.failed).toEqual(['intel.crl.pck.issuer']);
  });
});

describe('5: time', () => {
  const past = { notAfter: days(-1) };
  const future = { notBefore: days(1) };

  it.each([
    ['an expired PCK', { pck: past }, ['intel.pck.validity']],
    ['a PCK of tomorrow', { pck: future }, ['intel.pck.validity']],
    ['an expired CA', { pckCa: past }, ['intel.pck.validity']],
    ['a CA of tomorrow', { pckCa: future }, ['intel.pck.validity']],
    [
      'an expired TCB Signing certificate',
      { tcbSigning: past },
      ['intel.tcb-info.chain-validity', 'intel.qe-identity.chain-validity'],
    ],
    [
      'a TCB Signing certificate of tomorrow',
      { tcbSigning: future },
      ['intel.tcb-info.chain-validity', 'intel.qe-identity.chain-validity'],
    ],
  ])('refuses %s', (_, pki, failed) => {
    expect(judgePlatform(tdx.with({ pki }))).toMatchObject({ failed, verified: null });
  });

  it('refuses an expired root, though it is trusted', () => {
    for (const root of [past, future]) {
      const platform = tdx.with({ pki: { root } });
      const anchors = [anchorFromCertificate(parseCertificate(platform.root))];
      const judged = judge(platform.quote(REPORT_DATA), platform.collateral(), { anchors });
      expect(judged.verified).toBeNull();
      expect(judged.failed).toContain('intel.pck.validity');
    }
  });

  it('asks for the time each time: what held yesterday does not for ever', () => {
    const platform = tdx.with({ pki: { pck: { notAfter: days(2) } } });
    expect(judgePlatform(platform).failed).toEqual([]);
    expect(judgePlatform(platform, days(3)).failed).toEqual(['intel.pck.validity']);
    const late = judgePlatform(tdx, days(30)).failed.toSorted();
    expect(late).toEqual(
      [
        'intel.crl.root.expired',
        'intel.crl.pck.expired',
        'intel.tcb-info.dates',
        'intel.qe-identity.dates',
      ].toSorted(),
    );
    expect(judgePlatform(platform).failed).toEqual([]);
  });

  it('asks for the past too: what holds today did not always', () => {
    const platform = tdx.with({ pki: { pck: { notBefore: days(-2) } } });
    expect(judgePlatform(platform).failed).toEqual([]);
    expect(judgePlatform(platform, days(-3)).failed).toContain('intel.pck.validity');
    expect(judgePlatform(tdx, days(-3)).failed).not.toContain('intel.pck.validity');
  });

  it('is valid until the first of all ends', () => {
    const platform = tdx.with({ tcbInfo: { nextUpdate: '2026-01-20T00:00:00Z' } });
    const { verified } = judge(platform.quote(REPORT_DATA), platform.collateral());
    expect(verified?.validUntil).toEqual(new Date('2026-01-20T00:00:00Z'));
    // Certificates hold through their last second.
    const short = judgePlatform(tdx.with({ pki: { pck: { notAfter: days(2) } } })).verified?.validUntil;
    expect(short?.getTime()).toBe(days(2).getTime() + 999);
  });
});

describe('6: the PCK and TCB Info are of one platform', () => {
  it.each([
    ['FMSPC', { fmspc: '90C06F000001' }, 'intel.tcb-info.fmspc'],
    ['PCEID', { pceId: '0001' }, 'intel.tcb-info.pce-id'],
    ['TEE', { id: 'SGX' }, 'intel.tcb-info.tee'],
    ['version', { version: 2 }, 'intel.tcb-info.tee'],
    ['version', { version: 4 }, 'intel.tcb-info.tee'],
    ['comparison', { tcbType: 1 }, 'intel.tcb-info.well-formed'],
  ])('refuses another %s', (_, tcbInfo, check) => {
    expect(judgePlatform(tdx.with({ tcbInfo }))).toMatchObject({ failed: [check], verified: null });
  });

  it('compares hexadecimal in either case', () => {
    expect(judgePlatform(tdx.with({ tcbInfo: { fmspc: '90c06f000000' } })).failed).toEqual([]);
    expect(judgePlatform(tdx.with({ pck: { pceId: 'abcd' }, tcbInfo: { pceId: 'ABCD' } })).failed).toEqual(
      [],
    );
  });

  it('refuses a PCK without the extension, or with half of one', () => {
    expect(judgePlatform(tdx.with({ pki: { pck: { extensions: [] } } }))).toMatchObject({
      failed: ['intel.pck.extension'],
      verified: null,
    });
    const short = tdx.with({ pck: { ppid: '11' } });
    expect(judgePlatform(short)).toMatchObject({ failed: ['intel.pck.extension'], verified: null });
  });

  it('says whose platform it is', () => {
    const platform = tdx.with({ pck: { ppid: '1'.repeat(32), platformInstanceId: '0'.repeat(32) } });
    expect(judgePlatform(platform).verified?.pck).toEqual({
      ...{ fmspc: '90c06f000000', pceId: '0000', ca: 'platform' },
      ...{ ppid: '1'.repeat(32), piid: null },
    });
    expect(judgePlatform(tdx.with({ ca: 'processor' })).verified?.pck).toMatchObject({
      ca: 'processor',
      piid: null,
    });
  });
});

describe('before any collateral: whose platform it is', () => {
  const identity = { fmspc: '90c06f000000', ca: 'platform' };
  const read = (bytes: Uint8Array, chain: Uint8Array | null = null, anchors = ANCHORS, at = FORGED_AT) =>
    readPckIdentity(bytes, chain, anchors, at);

  it('is read from a chain up to a trusted root', () => {
    expect(read(quote)).toMatchObject(identity);
    const named = tdx.quote(REPORT_DATA, {}, { certType: 1, certData: new Uint8Array(36) });
    expect(read(named, ascii(tdx.pckChainPem))).toMatchObject(identity);
    expect(read(named)).toBeNull();
  });

  it('and from no other, so that nobody makes anybody fetch anything', () => {
    const forged = tdx.with({ pki: { pck: { forger: stranger } } });
    expect(read(forged.quote(REPORT_DATA))).toBeNull();
    expect(read(otherRoot.quote(REPORT_DATA))).toBeNull();
    expect(read(quote, null, [])).toBeNull();
    expect(read(quote, null, ANCHORS, new Date('2050-01-01T00:00:01Z'))).toBeNull();
    expect(read(tdx.with({ pki: { pck: { extensions: [] } } }).quote(REPORT_DATA))).toBeNull();
    expect(() => read(ascii('garbage'))).toThrow(FormatError);
  });
});
