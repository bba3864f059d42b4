import { describe, expect, it } from 'vitest';
import {
  type NvidiaDeviceInput,
  type NvidiaDeviceResult,
  verifyNvidiaDevice,
} from '../../../src/evidence/nvidia/index.ts';
import { OCSP_MAX_AGE_MS } from '../../../src/evidence/nvidia/revocation.ts';
import { OID } from '../../../src/pki/index.ts';
import { THIS_UPDATE } from '../../pki/crl-issue.ts';
import { newKey, T0 } from '../../pki/issue.ts';
import { critical, keyUsage } from '../../pki/issue-extensions.ts';
import { issueOcsp, issueResponder, refuseOcsp, type Single } from '../../pki/ocsp-issue.ts';
import {
  compositeDeviceId,
  diceTcbInfo,
  type ForgedDevice,
  forgeDevice,
  forgeReport,
  HOPPER_OPAQUE,
  type ReportOptions,
  text,
} from './forged.ts';
import { failed } from './genuine.ts';

const FWID = new Uint8Array(48).fill(0xf1);
const OTHER = new Uint8Array(48).fill(0xf2);
const withFwid = (value = FWID): ReadonlyMap<number, Uint8Array> => new Map([...HOPPER_OPAQUE, [20, value]]);

function verify(device: ForgedDevice, report: ReportOptions = {}, input: Partial<NvidiaDeviceInput> = {}) {
  const { certificates, anchors } = device;
  const at = new Date(THIS_UPDATE.getTime() + 86_400_000);
  return verifyNvidiaDevice({
    report: forgeReport(device, report),
    certificates,
    anchors,
    at,
    policy: 'gate',
    ...input,
  });
}

function openQuestions({ findings }: Pick<NvidiaDeviceResult, 'findings'>): string[] {
  return findings.notPerformed.map(({ id }) => id).filter((id) => id.startsWith('nvidia.revocation'));
}

describe('a forged device under a trusted root', () => {
  const hopper = forgeDevice('GH100 A01 GSP BROM', { leaf: { extensions: compositeDeviceId(FWID) } });
  const blackwell = forgeDevice('GB100 A01 GSP BROM', { leaf: { extensions: diceTcbInfo(FWID, OTHER) } });

  it('is verified', () => {
    const result = verify(hopper, { opaque: withFwid() });
    expect(failed(result)).toEqual([]);
    expect(result.verified?.fwid).toBe('match');
  });

  it.each([
    ['too few for a GPU', hopper, 31],
    ['too many for a switch', forgeDevice('LS_10 A01 FSP BROM'), 64],
  ])('is refused by the number of measurements alone: %s', (_, device, blocks) => {
    expect(failed(verify(device, { blocks, opaque: new Map() }))).toEqual(['nvidia.report.blocks']);
  });

  it('is refused for a state that NVIDIA does not document, and for that alone', () => {
    const opaque = new Map([...HOPPER_OPAQUE, [11, Uint8Array.of(0)] as const]);
    const result = verify(hopper, { opaque });
    expect(failed(result)).toEqual(['nvidia.report.claims']);
    expect(result.verified).toBeNull();
  });

  it('is refused where no generation that is read here is certified, and for that alone', () => {
    for (const model of ['GA100 A01 GSP BROM', 'GH100A GSP', 'gh100 A01', '']) {
      expect(failed(verify(forgeDevice(model)))).toEqual(['nvidia.chip']);
    }
    for (const model of ['GB202 A01 GSP BROM', 'GH100'])
      expect(failed(verify(forgeDevice(model)))).toEqual([]);
  });

  describe('its firmware', () => {
    it('is refused alone where it is not the one of the leaf', () => {
      const result = verify(hopper, { opaque: withFwid(OTHER) });
      expect(failed(result)).toEqual(['nvidia.fwid']);
      expect(result.described?.fwid).toBe('mismatch');
      expect(result.verified).toBeNull();
    });

    it("is Blackwell's first FWID, and no other", () => {
      expect(failed(verify(blackwell, { opaque: withFwid() }))).toEqual([]);
      expect(failed(verify(blackwell, { opaque: withFwid(OTHER) }))).toEqual(['nvidia.fwid']);
    });

    it("is not taken from the other generation's extension", () => {
      const crossed = [
        forgeDevice('GB100 A01 GSP BROM', { leaf: { extensions: compositeDeviceId(FWID) } }),
        forgeDevice('GH100 A01 GSP BROM', { leaf: { extensions: diceTcbInfo(FWID) } }),
        forgeDevice('GH100 A01 GSP BROM'),
        forgeDevice('GB100 A01 GSP BROM', { leaf: { extensions: diceTcbInfo() } }),
      ];
      for (const device of crossed)
        expect(failed(verify(device, { opaque: withFwid() }))).toEqual(['nvidia.fwid']);
    });

    it.each([new Uint8Array(), FWID.subarray(1), new Uint8Array([...FWID, 0])])(
      'is refused cut or drawn out',
      (value) => {
        expect(failed(verify(hopper, { opaque: withFwid(value) }))).toEqual(['nvidia.fwid']);
      },
    );
  });

  describe('its chain', () => {
    it.each([
      ['a chip that is no CA', { chip: { extensions: { [OID.basicConstraints]: null } } }],
      [
        'a chip that may not sign',
        { chip: { extensions: { [OID.keyUsage]: critical(keyUsage('cRLSign')) } } },
      ],
      [
        'a leaf that may not sign',
        { leaf: { extensions: { [OID.keyUsage]: critical(keyUsage('keyAgreement')) } } },
      ],
      ['a leaf that the chip did not sign', { leaf: { signer: newKey('p384') } }],
      ['a chip with a P-256 key', { chip: { key: newKey('p256') } }],
      ['a leaf signed with SHA-256', { leaf: { algorithm: 'ecdsa-sha256' } }],
      [
        'a critical extension that nobody here knows',
        { leaf: { extensions: { '1.2.3.4': critical(Uint8Array.of(5, 0)) } } },
      ],
    ] as const)('is refused alone: %s', (_, overrides) => {
      const result = verify(forgeDevice('GH100 A01 GSP BROM', overrides));
      expect(failed(result)).toEqual(['nvidia.chain.path']);
      expect(result.verified).toBeNull();
    });

    it('is refused alone after the last day of one of it', () => {
      const device = forgeDevice('GH100 A01 GSP BROM', { chip: { notAfter: new Date(T0.getTime() - 1000) } });
      expect(failed(verify(device, {}, { at: T0 }))).toEqual(['nvidia.chain.validity']);
      expect(failed(verify(device, {}, { at: new Date(T0.getTime() - 1000) }))).toEqual([]);
      expect(failed(verify(device, {}, { at: T0 }))).toEqual(['nvidia.chain.validity']);
    });

    it("signs with a leaf's key of P-384 alone", () => {
      const device = forgeDevice('GH100 A01 GSP BROM', { leaf: { key: newKey('p256') } });
      expect(failed(verify(device))).toContain('nvidia.report.signature');
    });
  });

  describe('its revocation', () => {
    /** One response for each certificate, by its issuer. */
    const responses = (change: (index: number) => Partial<Single> | null): Uint8Array[] => {
      const [leaf, chip, ica, identity] = hopper.chain;
      const issuers = [chip, ica, identity, hopper.root];
      return [leaf, chip, ica, identity].flatMap((subject, index) => {
        const issuer = issuers[index];
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
      const [leaf, chip, ica] = hopper.chain;
      const delegate = issueResponder(ica, { key: newKey('p384') });
      const single = { subject: leaf, issuer: chip };
      const options = { algorithm: 'ecdsa-sha384', certificates: [delegate] } as const;
      const ocsp = [
        issueOcsp(delegate, [single], options),
        ...responses((index) => (index === 0 ? null : {})),
      ];
      expect(failed(verify(hopper, {}, { ocsp }))).toEqual(['nvidia.revocation.leaf']);
    });

    it('takes the answers of responders that each issuer certified, as NVIDIA has them', () => {
      const [leaf, chip, ica, identity] = hopper.chain;
      const links = [
        [chip, ica],
        [ica, identity],
        [identity, hopper.root],
      ] as const;
      const ocsp = links.map(([subject, issuer]) => {
        const delegate = issueResponder(issuer, { key: newKey('p384') });
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

    it('takes no other answer than the issuer’s', () => {
      const [leaf, chip] = hopper.chain;
      const stranger = forgeDevice().chain[1];
      const forged = issueOcsp(stranger, [{ subject: leaf, issuer: chip }], { algorithm: 'ecdsa-sha384' });
      const ocsp = [forged, ...responses((index) => (index === 0 ? null : {}))];
      expect(failed(verify(hopper, {}, { ocsp }))).toEqual(['nvidia.revocation.leaf']);
    });
  });

  it('has a report with a driver that is not ASCII refused for its claims', () => {
    const opaque = new Map([...HOPPER_OPAQUE, [3, text('550.\u00e4')] as const]);
    expect(failed(verify(hopper, { opaque }))).toEqual(['nvidia.report.claims']);
  });
});
