import { describe, expect, it } from 'vitest';
import {
  appraiseMeasurements,
  type MeasurementAppraisal,
  type RimComponent,
  verifyNvidiaDevice,
  verifyRim,
} from '../../../src/evidence/nvidia/index.ts';
import { OCSP_MAX_AGE_MS } from '../../../src/evidence/nvidia/revocation.ts';
import {
  type ForgedNvidiaGpu,
  forgeNvidiaGpu,
  type NvidiaReportChange,
} from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeNvidiaPki } from '../../../src/forge/nvidia/pki.ts';
import { forgeRim, goodRim, type RimFields } from '../../../src/forge/nvidia/rim.ts';
import { deviceAnchors, HOPPER_DRIVER_RIM, HOPPER_VBIOS_RIM, rimAnchors, SILENT, text } from './forged.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const pki = forgeNvidiaPki();
const hopper = forgeNvidiaGpu();
const value = (octet: number): Uint8Array => new Uint8Array(48).fill(octet);
const hex = (octet: number): string => Buffer.from(value(octet)).toString('hex');

type Shelf = Readonly<Record<string, Uint8Array>>;

function appraise(
  report: NvidiaReportChange,
  shelf: Shelf,
  device: ForgedNvidiaGpu = hopper,
): MeasurementAppraisal {
  const { certificates } = device;
  const bytes = device.report(new Uint8Array(32).fill(7), report);
  const anchors = deviceAnchors(pki);
  const { verified } = verifyNvidiaDevice({ report: bytes, certificates, anchors, at: AT, policy: 'gate' });
  if (verified === null) throw new Error('the forged report was refused');
  const files = new Map(Object.entries(shelf));
  return appraiseMeasurements(verified, { files, anchors: rimAnchors(pki), ocsp: [], at: AT });
}

const rim = (component: RimComponent, version: string, options: Partial<RimFields>): Uint8Array =>
  forgeRim(pki, {
    ...goodRim('hopper', component, version, { chipInfo: null }),
    active: new Map(),
    ...options,
  });
const driver = (options: Partial<RimFields> = {}): Uint8Array => rim('driver', '580.159.03', options);
const vbios = (options: Partial<RimFields> = {}): Uint8Array => rim('vbios', '96.00.74.00.20', options);

const both = (first?: RimFields['active'], second?: RimFields['active']): Shelf => ({
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
    const shelf = { [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: three }) };
    const text = Buffer.from(shelf[`${HOPPER_DRIVER_RIM}.xml`] ?? []).toString();
    expect(text).toContain('index="2" active="False" alternatives="1" ns2:Hash0="000');
    expect(appraise({ measurements }, shelf).verdicts[0]).toMatchObject({ verdict: 'match', compared: 1 });
  });

  it("are compared at the decoder's index unless the decoder is disabled", () => {
    const decoder = new Map([
      [1, [value(1)]],
      [35, [value(9)]],
    ]);
    const shelf = { [`${HOPPER_DRIVER_RIM}.xml`]: driver({ active: decoder }) };
    const state = (octet: number) => new Map([[11, Uint8Array.of(octet)]]);
    const first = (opaque: NonNullable<NvidiaReportChange['opaque']>) =>
      appraise({ measurements, opaque }, shelf).verdicts[0];
    expect(first(state(0x55))).toMatchObject({ verdict: 'match', compared: 1 });
    expect(first(state(0xaa))).toMatchObject({ verdict: 'mismatch', compared: 2 });
    expect(first(new Map([[11, null]]))).toMatchObject({ verdict: 'mismatch', compared: 2 });
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
    ['of another version', { colloquialVersion: '550.2' }],
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
    const other = HOPPER_VBIOS_RIM.replace('_1010_', '_1011_');
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
    const fields = { ...goodRim('hopper', 'driver', '580.159.03', { chipInfo: null }), active: three };
    const stranger = forgeRim(forgeNvidiaPki('stranger'), fields);
    const [found] = appraise({ measurements }, { [`${HOPPER_DRIVER_RIM}.xml`]: stranger }).verdicts;
    expect(found).toMatchObject({ verdict: 'unknown', rimId: HOPPER_DRIVER_RIM });
    expect(found?.verdict === 'unknown' ? found.reason : '').toContain('nvidia.rim.chain');
  });

  it('name the manifest that is missing, or say that the report names none', () => {
    const missing = appraise({ measurements }, {});
    expect(missing.verdicts.map(({ rimId }) => rimId)).toEqual([HOPPER_DRIVER_RIM, HOPPER_VBIOS_RIM]);
    const silent = appraise({ measurements, opaque: SILENT }, {});
    expect(silent.verdicts.map(({ rimId }) => rimId)).toEqual([null, null]);
    expect(verdicts(silent)).toEqual(['driver unknown', 'vbios unknown']);
  });

  it("ask for Blackwell's driver by the chip that the report states, or else the certificate", () => {
    const device = forgeNvidiaGpu({ generation: 'blackwell', firmware: { chipInfo: null } });
    const ids = (opaque: NonNullable<NvidiaReportChange['opaque']>) =>
      appraise({ opaque }, {}, device).verdicts[0]?.rimId;
    expect(ids(new Map())).toBe('NV_GPU_CC_DRIVER_GB100_580.159.03');
    expect(ids(new Map([[35, text('GB200')]]))).toBe('NV_GPU_CC_DRIVER_GB200_580.159.03');
  });
});

describe('a forged manifest under a trusted root', () => {
  const failed = (rim: Uint8Array, by = pki, ocsp: readonly Uint8Array[] = []): string[] =>
    verifyRim({ rim, anchors: rimAnchors(by), ocsp, at: AT })
      .findings.checks.filter(({ status }) => status === 'fail')
      .map(({ id }) => id);
  const resource = (attributes: string): string => `<ns0:Resource ${attributes}/>`;
  const good = `type="Measurement" index="1" active="True" alternatives="1" ns2:Hash0="${hex(1)}"`;

  it('is verified', () => expect(failed(driver({ payload: resource(good) }))).toEqual([]));

  it.each([
    ['an index twice', resource(good) + resource(good.replace('True', 'False'))],
    ['an index that is no number', resource(good.replace('"1"', '"01"'))],
    ['no index', resource(good.replace('index="1" ', ''))],
    ['an index beyond any', resource(good.replace('"1"', '"128"'))],
    ['neither active nor inactive', resource(good.replace('True', 'true'))],
    ['fewer values than it states', resource(good.replace('alternatives="1"', 'alternatives="2"'))],
    ['more values than it states', resource(`${good} ns2:Hash1="${hex(1)}"`)],
    ['a gap among its values', resource(good.replace('Hash0', 'Hash1'))],
    ['a value of another namespace', resource(good.replace('ns2:Hash0', 'Hash0'))],
    ['a value of another length', resource(good.replace(hex(1), hex(1).slice(2)))],
    ['something else than a measurement', resource(good.replace('Measurement', 'File'))],
    ['another element', '<ns0:File/>'],
    ['text', 'a'],
  ])('is refused for its content alone: %s', (_, payload) => {
    expect(failed(driver({ payload }))).toEqual(['nvidia.rim.content']);
  });

  it('is refused without a product or a version, or with two payloads', () => {
    expect(failed(driver({ product: '' }))).toEqual(['nvidia.rim.content']);
    expect(failed(driver({ colloquialVersion: '' }))).toEqual(['nvidia.rim.content']);
    expect(failed(driver({ payload: '</ns0:Payload><ns0:Payload>' }))).toEqual(['nvidia.rim.content']);
  });

  it('is refused for its signer alone: a date, a revocation', () => {
    const late = forgeNvidiaPki('late', { rimSigner: { notAfter: new Date(AT.getTime() - 1000) } });
    const fields = goodRim('hopper', 'driver', '1', { chipInfo: null });
    expect(failed(forgeRim(late, fields), late)).toEqual(['nvidia.rim.validity']);
    const thisUpdate = new Date(AT.getTime() - 86_400_000);
    const nextUpdate = new Date(AT.getTime() + 30 * 86_400_000);
    const answers = (status: 'good' | 'hold'): Uint8Array[] =>
      forgeOcspOf([...pki.rimChain('hopper'), pki.rimRoot], AT, (index) => ({
        thisUpdate,
        nextUpdate,
        ...(index === 0 ? { status } : {}),
      }));
    expect(failed(driver(), pki, answers('hold'))).toEqual(['nvidia.rim.revocation']);
    const input = { rim: driver(), anchors: rimAnchors(pki), ocsp: answers('good'), at: AT };
    const { verified } = verifyRim(input);
    expect(verified?.validUntil).toEqual(new Date(thisUpdate.getTime() + OCSP_MAX_AGE_MS));
  });
});
