import { expect, it } from 'vitest';
import { describeWithVectors } from '../../vectors.ts';
import { failed, flipped, genuine, JUNE_2026, LONE, rootOf, verify } from './genuine.ts';

describeWithVectors('the verification of one NVIDIA device', () => {
  it.each(LONE)('verifies %s', (name) => {
    const result = verify(genuine(name));
    expect(failed(result)).toEqual([]);
    expect(result.verified?.identity).toMatch(/^[0-9a-f]{64}$/);
    expect(result.verified?.validUntil.toISOString()).toBe('9999-12-31T23:59:59.000Z');
    expect(result.verified?.revocationChecked).toBe(false);
  });

  it('tells generations apart by the certificate of the chip', () => {
    const chips = LONE.map((name) => verify(genuine(name)).verified?.chip);
    expect(chips.map((chip) => `${chip?.generation} ${chip?.kind} ${chip?.chip}`)).toEqual([
      'hopper gpu GH100',
      'hopper gpu GH100',
      'blackwell gpu GB100',
      'ls10 switch LS10',
    ]);
  });

  it('gives FWID a verdict of its own: match, absent, mismatch', () => {
    expect(LONE.map((name) => verify(genuine(name)).described?.fwid)).toEqual([
      'absent',
      'match',
      'match',
      'absent',
    ]);
    const bad = verify(genuine('hopper-bad-signature'));
    expect(bad.described?.fwid).toBe('mismatch');
    expect(failed(bad)).toEqual(['nvidia.fwid', 'nvidia.report.signature']);
  });

  it('knows a chip by its certificate, and a device by its leaf', () => {
    const [first, second] = (['hopper-535', 'hopper-580'] as const).map(
      (name) => verify(genuine(name)).verified,
    );
    expect(first?.identity).not.toBe(second?.identity);
    expect(first?.ueid).toBe('395803620356496203949105887342232667833655422354');
    expect(second?.ueid).toBe('509096176156678437554566035365892618958504054724');
  });

  it('refuses a flipped bit in nonce, measurement or signature, each by the signature alone', () => {
    const { report, certificates } = genuine('hopper-580');
    for (const offset of [4, 35, 60, 3000, 3570, report.length - 1, report.length - 96]) {
      const result = verify({ report: flipped(report, offset), certificates });
      expect(failed(result)).toEqual(['nvidia.report.signature']);
      expect(result.verified).toBeNull();
    }
  });

  it('refuses signatures of zeros', () => {
    const { report, certificates } = genuine('hopper-580');
    expect(failed(verify({ report: Uint8Array.from(report).fill(0, -96), certificates }))).toEqual([
      'nvidia.report.signature',
    ]);
    expect(failed(verify({ report: Uint8Array.from(report).fill(0xff, -96), certificates }))).toEqual([
      'nvidia.report.signature',
    ]);
  });

  it('refuses a genuine report under the chain of another genuine chip', () => {
    const { report } = genuine('hopper-535');
    const { certificates } = genuine('hopper-580');
    expect(failed(verify({ report, certificates }))).toEqual(['nvidia.report.signature']);
  });

  it('refuses a chip of another generation than the report is laid out for', () => {
    const { report } = genuine('switch-ls10');
    const { certificates } = genuine('hopper-580');
    // A switch writes its BIOS as text, a GPU as bytes.
    const ids = ['nvidia.report.blocks', 'nvidia.report.claims', 'nvidia.report.signature'];
    expect(failed(verify({ report, certificates }))).toEqual(ids);
  });

  it('answers the nonce of the request, and takes no other', () => {
    const device = genuine('hopper-580');
    const nonce = device.report.slice(4, 36);
    expect(failed(verify(device, { nonce }))).toEqual([]);
    expect(failed(verify(device, { nonce: flipped(nonce, 31) }))).toEqual(['nvidia.nonce']);
    expect(failed(verify(device, { nonce: nonce.subarray(0, 31) }))).toEqual(['nvidia.nonce']);
    // The responder's own, behind the measurements.
    expect(failed(verify(device, { nonce: device.report.slice(3565, 3597) }))).toEqual(['nvidia.nonce']);
  });

  it("refuses NVIDIA's public sample nonce at the gate alone, even where it was asked for", () => {
    const device = genuine('blackwell-575');
    const nonce = device.report.slice(4, 36);
    expect(failed(verify(device, { nonce }))).toEqual([]);
    expect(failed(verify(device, { nonce, policy: 'gate' }))).toEqual(['nvidia.nonce.sample']);
    expect(failed(verify(genuine('hopper-580'), { policy: 'gate' }))).toEqual([]);
  });

  it('refuses a chain before its first day, and says so alone', () => {
    const result = verify(genuine('hopper-580'), { at: new Date('2021-06-01T00:00:00Z') });
    expect(failed(result)).toEqual(['nvidia.chain.validity']);
    expect(result.verified).toBeNull();
    const none = verify(genuine('hopper-580'), { at: new Date(Number.NaN) });
    expect(none.verified).toBeNull();
  });

  it('asks the dates and the anchors of a known chain each time', () => {
    const device = genuine('hopper-580');
    expect(failed(verify(device))).toEqual([]);
    expect(failed(verify(device, { at: new Date('2021-06-01T00:00:00Z') }))).toEqual([
      'nvidia.chain.validity',
    ]);
    expect(failed(verify(device, { anchors: [] }))).toEqual(['nvidia.chain.path']);
    expect(failed(verify(device, { anchors: rootOf('rim_root.pem') }))).toEqual(['nvidia.chain.path']);
    expect(failed(verify(device))).toEqual([]);
  });

  it('needs every certificate between leaf and root, in order; the root itself may be left out', () => {
    const { report, certificates } = genuine('hopper-580');
    const [leaf, chip, ica, identity, root] = certificates;
    if (!leaf || !chip || !ica || !identity || !root) throw new Error('five certificates');
    const fails = (...chain: readonly Uint8Array[]): string[] =>
      failed(verify({ report, certificates: chain }));
    expect(fails(leaf, chip, ica, identity)).toEqual([]);
    expect(fails(leaf, chip, ica)).toEqual(['nvidia.chain.well-formed']);
    expect(fails(...certificates, root)).toEqual(['nvidia.chain.well-formed']);
    expect(fails(leaf, chip, ica, root)).toEqual(['nvidia.chain.path']);
    // Certificate 1 would be the ICA's: one identity for every chip.
    expect(fails(leaf, ica, chip, identity, root)).toContain('nvidia.chain.path');
    expect(fails(chip, leaf, ica, identity, root)).toContain('nvidia.chain.path');
    expect(fails(flipped(leaf, 300), chip, ica, identity, root).length).toBeGreaterThan(0);
  });

  it('refuses a chip whose certificate another leaf stands above', () => {
    const { report, certificates } = genuine('hopper-580');
    const [, other] = genuine('hopper-535').certificates;
    const [leaf, , ...above] = certificates;
    if (!leaf || !other) throw new Error('five certificates');
    expect(failed(verify({ report, certificates: [leaf, other, ...above] }))).toEqual(['nvidia.chain.path']);
  });

  it('refuses every flipped byte of leaf and chip certificate', () => {
    const { report, certificates } = genuine('hopper-580');
    for (const index of [0, 1]) {
      const der = certificates[index] ?? new Uint8Array();
      for (let offset = 0; offset < der.length; offset += 7) {
        const chain = certificates.with(index, flipped(der, offset));
        expect(verify({ report, certificates: chain }).verified).toBeNull();
      }
    }
  });

  it('reports revocation as not performed without a response, and refuses one that is none', () => {
    const device = genuine('hopper-580');
    const without = verify(device, { at: JUNE_2026 });
    expect(without.findings.notPerformed.map(({ id }) => id)).toContain('nvidia.revocation');
    expect(failed(verify(device, { ocsp: [Uint8Array.of(0x30, 0)] }))).toEqual([
      'nvidia.revocation.leaf',
      'nvidia.revocation',
    ]);
  });

  it('throws nothing, whatever the bytes', () => {
    for (const report of [new Uint8Array(), new Uint8Array(5000), Uint8Array.of(0x11, 0xe0)]) {
      const result = verify({ report, certificates: [] });
      expect(failed(result)).toEqual(['nvidia.report.well-formed', 'nvidia.chain.well-formed']);
    }
  });
});
