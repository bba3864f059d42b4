import { describe, expect, it } from 'vitest';
import {
  appraiseMeasurements,
  type MeasurementAppraisal,
  verifyNvidiaDevice,
  verifyRim,
} from '../../../src/evidence/nvidia/index.ts';
import { OCSP_MAX_AGE_MS } from '../../../src/evidence/nvidia/revocation.ts';
import { THIS_UPDATE } from '../../pki/crl-issue.ts';
import { issueOcsp } from '../../pki/ocsp-issue.ts';
import {
  type ForgedDevice,
  forgeDevice,
  forgeReport,
  forgeRim,
  forgeSigner,
  HOPPER_DRIVER_RIM,
  HOPPER_OPAQUE,
  HOPPER_VBIOS_RIM,
  type ReportOptions,
  type RimOptions,
  text,
} from './forged.ts';

const AT = new Date(THIS_UPDATE.getTime() + 86_400_000);
const hopper = forgeDevice();
const nvidia = forgeSigner();
const value = (octet: number): Uint8Array => new Uint8Array(48).fill(octet);
const hex = (octet: number): string => Buffer.from(value(octet)).toString('hex');

type Shelf = Readonly<Record<string, Uint8Array>>;

function appraise(report: ReportOptions, shelf: Shelf, device: ForgedDevice = hopper): MeasurementAppraisal {
  const { certificates, anchors } = device;
  const bytes = forgeReport(device, report);
  const { verified } = verifyNvidiaDevice({ report: bytes, certificates, anchors, at: AT, policy: 'gate' });
  if (verified === null) throw new Error('the forged report was refused');
  const files = new Map(Object.entries(shelf));
  return appraiseMeasurements(verified, { files, anchors: nvidia.anchors, ocsp: [], at: AT });
}

const driver = (options: Partial<RimOptions> = {}): Uint8Array =>
  forgeRim(nvidia, { version: '550.1', ...options });
const vbios = (options: Partial<RimOptions> = {}): Uint8Array =>
  forgeRim(nvidia, { version: '96.00.01.00.02', ...options });

const both = (first: RimOptions['active'], second: RimOptions['active']): Shelf => ({
  [`${HOPPER_DRIVER_RIM}.xml`]: driver(first === undefined ? {} : { active: first }),
  [`${HOPPER_VBIOS_RIM}.xml`]: vbios(second === undefined ? {} : { active: second }),
});

function verdicts(appraisal: MeasurementAppraisal): string[] {
  return appraisal.verdicts.map(({ component, verdict }) => `${component} ${verdict}`);
}

describe('measurements against reference values', () => {
  const measurements = new Map([
    [1, value(1)],
    [2, value(2)],
    [35, value(35)],
  ]);
  const three = new Map([[1, [value(1)]]]);
  const four = new Map([[2, [value(9), value(2)]]]);

  it('match by any of the values, index i being block i + 1', () => {
    const appraisal = appraise({ measurements }, both(three, four));
    expect(appraisal.verdicts).toEqual([
      {
        component: 'driver',
        rimId: HOPPER_DRIVER_RIM,
        verdict: 'match',
        file: `${HOPPER_DRIVER_RIM}.xml`,
        compared: 1,
      },
      {
        component: 'vbios',
        rimId: HOPPER_VBIOS_RIM,
        verdict: 'match',
        file: `${HOPPER_VBIOS_RIM}.xml`,
        compared: 1,
      },
    ]);
    expect(appraisal.notPerformed.map(({ id }) => id)).toEqual([
      'nvidia.rim.revocation',
      'nvidia.rim.revocation',
    ]);
  });

  it('mismatch with each index, what was expected and what was found', () => {
    const wrong = new Map([
      [1, [value(1)]],
      [2, [value(8), value(9)]],
      [64, [value(1)]],
    ]);
    const [found] = appraise(
      { measurements },
      { [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: wrong }) },
    ).verdicts;
    expect(found).toMatchObject({
      verdict: 'mismatch',
      compared: 3,
      mismatches: [
        { index: 2, expected: [hex(8), hex(9)], actual: hex(2) },
        { index: 64, expected: [hex(1)], actual: null },
      ],
    });
  });

  it('are not compared where the manifest says that they are inactive', () => {
    const inactive = `<s:Resource type="Measurement" index="2" active="False" alternatives="1" h:Hash0="${hex(9)}"/>`;
    const shelf = { [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: three, resources: inactive }) };
    expect(appraise({ measurements }, shelf).verdicts[0]).toMatchObject({ verdict: 'match', compared: 1 });
  });

  it("are compared at the decoder's index unless the decoder is disabled", () => {
    const decoder = new Map([
      [1, [value(1)]],
      [35, [value(9)]],
    ]);
    const shelf = { [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: decoder }) };
    const state = (octet: number) => new Map([...HOPPER_OPAQUE, [11, Uint8Array.of(octet)] as const]);
    const first = (opaque: ReadonlyMap<number, Uint8Array>) =>
      appraise({ measurements, opaque }, shelf).verdicts[0];
    expect(first(state(0x55))).toMatchObject({ verdict: 'match', compared: 1 });
    expect(first(state(0xaa))).toMatchObject({ verdict: 'mismatch', compared: 2 });
    const silent = new Map([...HOPPER_OPAQUE].filter(([id]) => id !== 11));
    expect(first(silent)).toMatchObject({ verdict: 'mismatch', compared: 2 });
  });

  it('are unknown, both, where two manifests state values for one index', () => {
    const appraisal = appraise({ measurements }, both(three, new Map([...three, ...four])));
    expect(appraisal.conflicts).toEqual([1]);
    expect(verdicts(appraisal)).toEqual(['driver unknown', 'vbios unknown']);
  });

  it('are unknown under a manifest that states nothing', () => {
    expect(verdicts(appraise({ measurements }, both(undefined, four)))).toEqual([
      'driver unknown',
      'vbios match',
    ]);
  });

  it.each([
    ['of another chip', { product: 'GB100' }],
    ['of another version', { version: '550.2' }],
  ])('are unknown under an authentic manifest %s, whatever its name', (_, options) => {
    const bytes = driver({ active: three, ...options });
    for (const name of [`${HOPPER_DRIVER_RIM}.xml`, 'driver.xml']) {
      expect(verdicts(appraise({ measurements }, { [name]: bytes }))).toEqual([
        'driver unknown',
        'vbios unknown',
      ]);
    }
  });

  it('are never compared with the manifest of another board, though version and chip are the same', () => {
    const bytes = vbios({ active: four });
    const other = HOPPER_VBIOS_RIM.replace('_G1_', '_G2_');
    expect(verdicts(appraise({ measurements }, { [`${other}.xml`]: bytes }))[1]).toBe('vbios unknown');
    expect(verdicts(appraise({ measurements }, { 'vbios.xml': bytes }))[1]).toBe('vbios match');
  });

  it('are compared with the manifest of that very name before any other', () => {
    const shelf = {
      'a.xml': driver({ active: new Map([[1, [value(9)]]]) }),
      [`old-${HOPPER_DRIVER_RIM}.xml`]: driver({ active: new Map([[1, [value(8)]]]) }),
      [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: three }),
    };
    expect(verdicts(appraise({ measurements }, shelf))[0]).toBe('driver match');
  });

  it('are unknown under a manifest whose signer nobody trusts, naming what is wrong', () => {
    const stranger = forgeRim(forgeSigner(), { version: '550.1', active: three });
    const [found] = appraise({ measurements }, { [`${HOPPER_DRIVER_RIM}.xml`]: stranger }).verdicts;
    expect(found).toMatchObject({ verdict: 'unknown', rimId: HOPPER_DRIVER_RIM });
    expect(found?.verdict === 'unknown' ? found.reason : '').toContain('nvidia.rim.chain');
  });

  it('name the manifest that is missing, or say that the report names none', () => {
    const missing = appraise({ measurements }, {});
    expect(missing.verdicts.map(({ rimId }) => rimId)).toEqual([HOPPER_DRIVER_RIM, HOPPER_VBIOS_RIM]);
    const silent = appraise({ measurements, opaque: new Map() }, {});
    expect(silent.verdicts.map(({ rimId }) => rimId)).toEqual([null, null]);
    expect(verdicts(silent)).toEqual(['driver unknown', 'vbios unknown']);
  });

  it("ask for Blackwell's driver by the chip that the report states, or else the certificate", () => {
    const device = forgeDevice('GB100 A01 GSP BROM');
    const ids = (opaque: ReadonlyMap<number, Uint8Array>) =>
      appraise({ opaque }, {}, device).verdicts[0]?.rimId;
    expect(ids(HOPPER_OPAQUE)).toBe('NV_GPU_CC_DRIVER_GB100_550.1');
    expect(ids(new Map([...HOPPER_OPAQUE, [35, text('GB200')] as const]))).toBe(
      'NV_GPU_CC_DRIVER_GB200_550.1',
    );
  });
});

describe('a forged manifest under a trusted root', () => {
  const failed = (rim: Uint8Array, signer = nvidia, ocsp: readonly Uint8Array[] = []): string[] =>
    verifyRim({ rim, anchors: signer.anchors, ocsp, at: AT })
      .findings.checks.filter(({ status }) => status === 'fail')
      .map(({ id }) => id);
  const resource = (attributes: string): string => `<s:Resource ${attributes}/>`;
  const good = `type="Measurement" index="1" active="True" alternatives="1" h:Hash0="${hex(1)}"`;

  it('is verified', () => expect(failed(driver({ payload: resource(good) }))).toEqual([]));

  it.each([
    ['an index twice', resource(good) + resource(good.replace('True', 'False'))],
    ['an index that is no number', resource(good.replace('"1"', '"01"'))],
    ['no index', resource(good.replace('index="1" ', ''))],
    ['an index beyond any', resource(good.replace('"1"', '"128"'))],
    ['neither active nor inactive', resource(good.replace('True', 'true'))],
    ['fewer values than it states', resource(good.replace('alternatives="1"', 'alternatives="2"'))],
    ['more values than it states', resource(`${good} h:Hash1="${hex(1)}"`)],
    ['a gap among its values', resource(good.replace('Hash0', 'Hash1'))],
    ['a value of another namespace', resource(good.replace('h:Hash0', 'Hash0'))],
    ['a value of another length', resource(good.replace(hex(1), hex(1).slice(2)))],
    ['something else than a measurement', resource(good.replace('Measurement', 'File'))],
    ['another element', '<s:File/>'],
    ['text', 'a'],
  ])('is refused for its content alone: %s', (_, payload) => {
    expect(failed(driver({ payload }))).toEqual(['nvidia.rim.content']);
  });

  it('is refused without a product or a version, or with two payloads', () => {
    expect(failed(driver({ product: '' }))).toEqual(['nvidia.rim.content']);
    expect(failed(driver({ version: '' }))).toEqual(['nvidia.rim.content']);
    expect(failed(driver({ payload: '</s:Payload><s:Payload>' }))).toEqual(['nvidia.rim.content']);
  });

  it('is refused for its signer alone: a date, a revocation', () => {
    const late = forgeSigner({ notAfter: new Date(AT.getTime() - 1000) });
    expect(failed(forgeRim(late, { version: '1' }), late)).toEqual(['nvidia.rim.validity']);
    const answer = (status: 'good' | { reason: number }): Uint8Array =>
      issueOcsp(nvidia.root, [{ subject: nvidia.signer, issuer: nvidia.root, status }], {
        algorithm: 'ecdsa-sha384',
      });
    expect(failed(driver(), nvidia, [answer({ reason: 6 })])).toEqual(['nvidia.rim.revocation']);
    const { verified } = verifyRim({
      rim: driver(),
      anchors: nvidia.anchors,
      ocsp: [answer('good')],
      at: AT,
    });
    expect(verified?.validUntil).toEqual(new Date(THIS_UPDATE.getTime() + OCSP_MAX_AGE_MS));
  });
});
