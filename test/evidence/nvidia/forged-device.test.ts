import { describe, expect, it } from 'vitest';
import {
  type NvidiaDeviceInput,
  type NvidiaDeviceResult,
  verifyNvidiaDevice,
} from '../../../src/evidence/nvidia/index.ts';
import { OCSP_MAX_AGE_MS } from '../../../src/evidence/nvidia/revocation.ts';
import { basicConstraints, extension, keyUsage, USAGE } from '../../../src/forge/nvidia/certificate.ts';
import { compositeDeviceId, diceTcbInfo } from '../../../src/forge/nvidia/dice.ts';
import {
  type ForgedNvidiaGpu,
  forgeNvidiaGpu,
  type NvidiaGpuOptions,
  type NvidiaReportChange,
} from '../../../src/forge/nvidia/gpu.ts';
import { newKey } from '../../../src/forge/nvidia/signing-key.ts';
import { THIS_UPDATE } from '../../pki/crl-issue.ts';
import { newKey as newIssuerKey, T0 } from '../../pki/issue.ts';
import { issueOcsp, issueResponder, refuseOcsp, type Single } from '../../pki/ocsp-issue.ts';
import { deviceAnchors, issuersOf, SILENT, text } from './forged.ts';
import { failed } from './genuine.ts';

const FWID = new Uint8Array(48).fill(0xf1);
const OTHER = new Uint8Array(48).fill(0xf2);
const NONCE = new Uint8Array(32).fill(7);
const reporting = (fwid: Uint8Array) => ({ opaque: new Map([[20, fwid]]) });
/** Of firmware that says no FWID, so that whatever else is wrong is wrong alone. */
const older = (options: NvidiaGpuOptions = {}): ForgedNvidiaGpu =>
  forgeNvidiaGpu({ ...options, firmware: { fwid: null } });

function verify(
  device: ForgedNvidiaGpu,
  report: NvidiaReportChange = {},
  input: Partial<NvidiaDeviceInput> = {},
): NvidiaDeviceResult {
  return verifyNvidiaDevice({
    report: device.report(NONCE, report),
    certificates: device.certificates,
    anchors: deviceAnchors(device.pki),
    at: new Date(THIS_UPDATE.getTime() + 86_400_000),
    policy: 'gate',
    ...input,
  });
}

function openQuestions({ findings }: Pick<NvidiaDeviceResult, 'findings'>): string[] {
  return findings.notPerformed.map(({ id }) => id).filter((id) => id.startsWith('nvidia.revocation'));
}

describe('a forged device under a trusted root', () => {
  const firmware = { fwid: FWID };
  const hopper = forgeNvidiaGpu({ firmware });
  const blackwell = forgeNvidiaGpu({
    generation: 'blackwell',
    firmware,
    leafFwid: [diceTcbInfo(FWID, OTHER)],
  });

  it('is verified', () => {
    const result = verify(hopper);
    expect(failed(result)).toEqual([]);
    expect(result.verified?.fwid).toBe('match');
  });

  it.each([
    ['too few for a GPU', hopper, 31],
    ['too many for a switch', forgeNvidiaGpu({ generation: 'ls10' }), 64],
  ])('is refused by the number of measurements alone: %s', (_, device, blocks) => {
    expect(failed(verify(device, { blocks, opaque: SILENT }))).toEqual(['nvidia.report.blocks']);
  });

  it('is refused for a state that NVIDIA does not document, and for that alone', () => {
    const opaque = new Map([[11, Uint8Array.of(0)]]);
    const result = verify(hopper, { opaque });
    expect(failed(result)).toEqual(['nvidia.report.claims']);
    expect(result.verified).toBeNull();
  });

  it('is refused where no generation that is read here is certified, and for that alone', () => {
    for (const chipModel of ['GA100 A01 GSP BROM', 'GH100A GSP', 'gh100 A01', '']) {
      expect(failed(verify(older({ chipModel })))).toEqual(['nvidia.chip']);
    }
    for (const chipModel of ['GB202 A01 GSP BROM', 'GH100'])
      expect(failed(verify(older({ chipModel })))).toEqual([]);
  });

  describe('its firmware', () => {
    it('is refused alone where it is not the one of the leaf', () => {
      const result = verify(hopper, reporting(OTHER));
      expect(failed(result)).toEqual(['nvidia.fwid']);
      expect(result.described?.fwid).toBe('mismatch');
      expect(result.verified).toBeNull();
    });

    it("is Blackwell's first FWID, and no other", () => {
      expect(failed(verify(blackwell))).toEqual([]);
      expect(failed(verify(blackwell, reporting(OTHER)))).toEqual(['nvidia.fwid']);
    });

    it("is not taken from the other generation's extension", () => {
      const crossed = [
        forgeNvidiaGpu({ generation: 'blackwell', firmware, leafFwid: [compositeDeviceId(FWID)] }),
        forgeNvidiaGpu({ firmware, leafFwid: [diceTcbInfo(FWID)] }),
        forgeNvidiaGpu({ firmware, leafFwid: [] }),
        forgeNvidiaGpu({ generation: 'blackwell', firmware, leafFwid: [diceTcbInfo()] }),
      ];
      for (const device of crossed) expect(failed(verify(device))).toEqual(['nvidia.fwid']);
    });

    it.each([new Uint8Array(), FWID.subarray(1), new Uint8Array([...FWID, 0])])(
      'is refused cut or drawn out',
      (value) => {
        expect(failed(verify(hopper, reporting(value)))).toEqual(['nvidia.fwid']);
      },
    );
  });

  describe('its chain', () => {
    const [isCa, maySignCertificates] = [basicConstraints(true), keyUsage(USAGE.keyCertSign)];
    const maySign = keyUsage(USAGE.digitalSignature);

    it('holds with the least that its own two certificates must say', () => {
      const device = older({
        chip: { extensions: [isCa, maySignCertificates] },
        leaf: { extensions: [maySign] },
      });
      expect(failed(verify(device))).toEqual([]);
    });

    it.each([
      ['a chip that is no CA', { chip: { extensions: [maySignCertificates] } }],
      ['a chip that may not sign', { chip: { extensions: [isCa, keyUsage(USAGE.cRLSign)] } }],
      ['a leaf that may not sign', { leaf: { extensions: [keyUsage(USAGE.keyAgreement)] } }],
      ['a leaf that the chip did not sign', { leaf: { signer: newKey() } }],
      ['a chip with a P-256 key', { chip: { key: newKey('P-256') } }],
      ['a leaf signed with SHA-256', { leaf: { hash: 'sha256' } }],
      [
        'a critical extension that nobody here knows',
        { leaf: { extensions: [maySign, extension('1.2.3.4', Uint8Array.of(5, 0), true)] } },
      ],
    ] as const)('is refused alone: %s', (_, overrides) => {
      const result = verify(older(overrides));
      expect(failed(result)).toEqual(['nvidia.chain.path']);
      expect(result.verified).toBeNull();
    });

    it('is refused alone after the last day of one of it', () => {
      const device = older({ chip: { notAfter: new Date(T0.getTime() - 1000) } });
      expect(failed(verify(device, {}, { at: T0 }))).toEqual(['nvidia.chain.validity']);
      expect(failed(verify(device, {}, { at: new Date(T0.getTime() - 1000) }))).toEqual([]);
      expect(failed(verify(device, {}, { at: T0 }))).toEqual(['nvidia.chain.validity']);
    });

    it("signs with a leaf's key of P-384 alone", () => {
      const device = older({ leaf: { key: newKey('P-256') } });
      expect(failed(verify(device))).toContain('nvidia.report.signature');
    });
  });

  describe('its revocation', () => {
    const chain = issuersOf(hopper);
    /** One response for each certificate, by its issuer. */
    const responses = (change: (index: number) => Partial<Single> | null): Uint8Array[] => {
      return chain.flatMap((subject, index) => {
        const issuer = chain[index + 1];
        const changed = change(index);
        if (issuer === undefined || changed === null) return [];
        return [issueOcsp(issuer, [{ subject, issuer, ...changed }], { algorithm: 'ecdsa-sha384' })];
      });
    };

    it('is checked for every certificate below the root, the leaf included', () => {
      const { findings, verified } = verify(hopper, {}, { ocsp: responses(() => ({})) });
      expect(failed({ findings })).toEqual([]);
      expect(openQuestions({ findings })).toEqual([]);
      expect(verified?.revocationChecked).toBe(true);
      expect(verified?.validUntil).toEqual(new Date(THIS_UPDATE.getTime() + OCSP_MAX_AGE_MS));
    });

    it('holds no longer than the responses, where they end before the policy’s age', () => {
      const nextUpdate = new Date(THIS_UPDATE.getTime() + 2 * 86_400_000);
      const ocsp = responses((index) => (index === 2 ? { nextUpdate } : {}));
      expect(verify(hopper, {}, { ocsp }).verified?.validUntil).toEqual(nextUpdate);
    });

    it.each([1, 2, 3])('is not performed without a response about certificate %i', (missing) => {
      const ocsp = responses((index) => (index === missing ? null : {}));
      const { findings, verified } = verify(hopper, {}, { ocsp });
      expect(failed({ findings })).toEqual([]);
      expect(openQuestions({ findings })).toEqual(['nvidia.revocation']);
      expect(verified?.revocationChecked).toBe(false);
    });

    it('leaves the leaf’s open where the responder refuses, as NVIDIA’s does, and only that', () => {
      const UNAUTHORIZED = 6;
      const ocsp = [refuseOcsp(UNAUTHORIZED), ...responses((index) => (index === 0 ? null : {}))];
      const { findings, verified } = verify(hopper, {}, { ocsp });
      expect(failed({ findings })).toEqual([]);
      expect(openQuestions({ findings })).toEqual(['nvidia.revocation.leaf']);
      expect(verified?.revocationChecked).toBe(true);
    });

    it('is not made good by a responder of NVIDIA’s that answers in the chip’s place', () => {
      const [leaf, chip, ica] = chain;
      const delegate = issueResponder(ica, { key: newIssuerKey('p384') });
      const single = { subject: leaf, issuer: chip };
      const options = { algorithm: 'ecdsa-sha384', certificates: [delegate] } as const;
      const ocsp = [
        issueOcsp(delegate, [single], options),
        ...responses((index) => (index === 0 ? null : {})),
      ];
      expect(failed(verify(hopper, {}, { ocsp }))).toEqual(['nvidia.revocation.leaf']);
    });

    it('takes the answers of responders that each issuer certified, as NVIDIA has them', () => {
      const [leaf, chip, ica, identity, root] = chain;
      const links = [
        [chip, ica],
        [ica, identity],
        [identity, root],
      ] as const;
      const ocsp = links.map(([subject, issuer]) => {
        const delegate = issueResponder(issuer, { key: newIssuerKey('p384') });
        const options = { algorithm: 'ecdsa-sha384', certificates: [delegate], by: 'key' } as const;
        return issueOcsp(delegate, [{ subject, issuer, hash: 'sha384' }], options);
      });
      const { findings, verified } = verify(hopper, {}, { ocsp });
      expect(leaf).toBeDefined();
      expect(openQuestions({ findings })).toEqual(['nvidia.revocation.leaf']);
      expect(verified?.revocationChecked).toBe(true);
    });

    const HOLD = 6;
    it.each([
      ['the leaf is on hold', 0, { status: { reason: HOLD } }, 'certificate_on_hold'],
      ['the leaf is revoked', 0, { status: { reason: 1 } }, 'certificate_revoked'],
      ['the chip is on hold', 1, { status: { reason: HOLD } }, 'certificate_on_hold'],
      ['the chip is revoked', 1, { status: { reason: 1 } }, 'certificate_revoked'],
      ['a CA is revoked', 3, { status: {} }, 'certificate_revoked'],
      ['the responder does not know the leaf', 0, { status: 'unknown' }, 'ocsp_status_unknown'],
      ['the responder does not know the chip', 1, { status: 'unknown' }, 'ocsp_status_unknown'],
      ['a response has grown old', 2, { thisUpdate: new Date(0), nextUpdate: new Date(1) }, 'ocsp_expired'],
      ['a response is older than the policy allows', 2, { thisUpdate: new Date(0) }, 'ocsp_expired'],
      ['a response does not say when it grows old', 2, { nextUpdate: null }, 'ocsp_next_update_missing'],
    ] as const)('refuses alone where %s', (_, which, change, code) => {
      const ocsp = responses((index) => (index === which ? change : {}));
      const result = verify(hopper, {}, { ocsp });
      expect(failed(result)).toEqual([which === 0 ? 'nvidia.revocation.leaf' : 'nvidia.revocation']);
      expect(result.findings.checks.find(({ status }) => status === 'fail')?.actual).toContain(code);
      expect(result.verified).toBeNull();
    });

    it('is not made good by an older answer beside the one that revokes, in either order', () => {
      const good = responses(() => ({}));
      const revoking = responses((index) => (index === 1 ? { status: { reason: 1 } } : {}));
      for (const ocsp of [
        [...good, ...revoking],
        [...revoking, ...good],
      ]) {
        expect(failed(verify(hopper, {}, { ocsp }))).toEqual(['nvidia.revocation']);
      }
    });

    it('takes no answer about another issuer’s certificate of the same serial number', () => {
      const [, , ica, identity] = chain;
      const single = { subject: chain[1], issuer: identity };
      const ocsp = [
        issueOcsp(identity, [single], { algorithm: 'ecdsa-sha384' }),
        ...responses((index) => (index === 1 ? null : {})),
      ];
      expect(ica).toBeDefined();
      const { findings, verified } = verify(hopper, {}, { ocsp });
      expect(openQuestions({ findings })).toEqual(['nvidia.revocation']);
      expect(verified?.revocationChecked).toBe(false);
    });

    it('takes no other answer than the issuer’s', () => {
      const [leaf, chip] = chain;
      const stranger = issuersOf(forgeNvidiaGpu())[1];
      const forged = issueOcsp(stranger, [{ subject: leaf, issuer: chip }], { algorithm: 'ecdsa-sha384' });
      const ocsp = [forged, ...responses((index) => (index === 0 ? null : {}))];
      expect(failed(verify(hopper, {}, { ocsp }))).toEqual(['nvidia.revocation.leaf']);
    });
  });

  it('has a report with a driver that is not ASCII refused for its claims', () => {
    const opaque = new Map([[3, text('550.\u00e4')]]);
    expect(failed(verify(hopper, { opaque }))).toEqual(['nvidia.report.claims']);
  });
});
