import { expect, it } from 'vitest';
import { fromUtf8 } from '../../../src/bytes/text.ts';
import { parseSpdmReport } from '../../../src/evidence/nvidia/index.ts';
import { OPAQUE } from '../../../src/evidence/nvidia/opaque.ts';
import { parseRim } from '../../../src/evidence/nvidia/rim/parse.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { marshalReport } from '../../../src/forge/nvidia/report.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { genuine, rim } from '../../evidence/nvidia/genuine.ts';
import { describeWithVectors } from '../../vectors.ts';

/** What is forged has the shape of what NVIDIA makes: same structure, tags, object identifiers, markup. */
describeWithVectors('a forged device beside a genuine one', () => {
  const samples = [
    ['hopper-580', forgeNvidiaGpu()],
    ['blackwell-575', forgeNvidiaGpu({ generation: 'blackwell' })],
    ['switch-ls10', forgeNvidiaGpu({ generation: 'ls10' })],
  ] as const;

  it.each(samples)('has certificates of its shape: %s', (name, device) => {
    const real = genuine(name).certificates.map((der) => shape(der));
    expect(device.certificates.map((der) => shape(der))).toEqual(real);
  });

  it.each(samples)('writes its very bytes, given its fields: %s', (name) => {
    const { report } = genuine(name);
    const fields = parseSpdmReport(report);
    expect(marshalReport(fields)).toEqual(fields.signed);
  });

  it.each(samples)('says what it says, in fields of the same length: %s', (name, device) => {
    const lengths = (report: Uint8Array): Map<number, number> => {
      const { opaque, measurements } = parseSpdmReport(report);
      const fields = [...opaque].filter(([id]) => SAID.includes(id) && id !== OPAQUE.driverVersion);
      return new Map([...fields.map(([id, { length }]) => [id, length] as const), [-1, measurements.length]]);
    };
    const real = lengths(genuine(name).report);
    const forged = lengths(device.report(new Uint8Array(32)));
    for (const [id, length] of real) expect([id, forged.get(id)]).toEqual([id, length]);
  });

  it.each([
    ['NV_GPU_DRIVER_GH100_550.144.03', 0],
    ['NV_GPU_VBIOS_1010_0200_882_96005E0001', 1],
  ])('needs manifests of its shape: %s', (name, which) => {
    const forged = forgeRimsOf(forgeNvidiaGpu())[which]?.xml ?? new Uint8Array();
    expect(outline(forged)).toEqual(outline(rim(name)));
    expect(activeIndices(forged)).toEqual(activeIndices(rim(name)));
    const signers = (xml: Uint8Array) => parseRim(xml).certificates.map((der) => shape(der));
    expect(signers(forged)).toEqual(signers(rim(name)));
  });
});

/** What is read of reports: other fields say nothing to anybody here, and are not forged. */
const SAID: readonly number[] = Object.values(OPAQUE);

/** Tags in depth-first order, with the values of object identifiers and booleans. */
function shape(der: Uint8Array, depth = 0): string[] {
  const found: string[] = [];
  let offset = 0;
  while (offset < der.length) {
    const tag = der[offset] ?? 0;
    let length = der[offset + 1] ?? 0;
    let header = 2;
    if (length > 0x80) {
      const octets = length & 0x7f;
      length = Buffer.from(der).readUIntBE(offset + 2, octets);
      header += octets;
    }
    const contents = der.subarray(offset + header, offset + header + length);
    const value = tag === 6 || tag === 1 ? Buffer.from(contents).toString('hex') : '';
    found.push(`${depth} ${tag.toString(16)} ${value}`);
    const isAroundDer = tag === 4 && contents[0] === 0x30;
    if ((tag & 0x20) !== 0 || isAroundDer) found.push(...shape(contents, depth + 1));
    offset += header + length;
  }
  return found;
}

/** Elements and the names of their attributes, in order; how many values an index has is each manifest's own. */
function outline(xml: Uint8Array): string[] {
  return fromUtf8(xml, 'rim')
    .replace(/ ns2:Hash[1-9]\d*="[^"]*"/g, '')
    .split(/(?=<)/)
    .map((element) => element.replace(/="(?!http)[^"]*"/g, '=""').replace(/>[^<]*[^<\s][^<]*$/s, '>…'))
    .map((element) => element.replace(/\s+$/, ''));
}

function activeIndices(xml: Uint8Array): string[] {
  return [...fromUtf8(xml, 'rim').matchAll(/index="(\d+)" active="True"/g)].map(([, index = '']) => index);
}
