import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSerialLink, type ManufacturerLink, type SerialQuestion } from '../../src/policy/serial-link.ts';

const link = (changed: Partial<ManufacturerLink> = {}): ManufacturerLink => ({
  manifestId: 'mft_1',
  manufacturer: 'NVIDIA',
  kind: 'gpu',
  serial: 'S',
  identity: { type: 'chip', sha256: 'a' },
  until: null,
  confirms: true,
  ...changed,
});
const question: SerialQuestion = {
  kind: 'gpu',
  serial: 'S',
  keyed: false,
  proven: [{ type: 'chip', sha256: 'a' }],
  links: [link()],
};
const judged = (changed: Partial<SerialQuestion> = {}): string =>
  judgeSerialLink({ ...question, ...changed }).link;
const another = { identity: { type: 'chip', sha256: 'b' } };

describe('what ties a serial number to a chip', () => {
  it.each<[string, Partial<SerialQuestion>, string]>([
    ['its manufacturer, where the proven chip is the named one', {}, 'manufacturer-manifest'],
    ['its operator, where no manifest speaks of it', { links: [] }, 'operator-claimed'],
    ['nothing needed, where the register names the proven key', { links: [], keyed: true }, 'none'],
    [
      'its operator, where its manufacturer was withdrawn',
      { links: [link({ confirms: false })] },
      'operator-claimed',
    ],
    [
      'contradiction, where a manufacturer that was withdrawn names another chip',
      { links: [link({ ...another, confirms: false })] },
      'contradicted',
    ],
    [
      'contradiction, where a manufacturer that was withdrawn gives the chip another serial number',
      { links: [link(), link({ serial: 'T', manufacturer: 'Other', confirms: false })] },
      'contradicted',
    ],
    [
      'its manufacturer, where one that was withdrawn numbered other chips alike',
      { links: [link(), link({ ...another, manufacturer: 'Other', confirms: false })] },
      'manufacturer-manifest',
    ],
    ['its operator, while nothing is proven', { proven: [] }, 'operator-claimed'],
    ['contradiction, where another chip is named', { links: [link(another)] }, 'contradicted'],
    [
      'contradiction, also where the register names the key',
      { links: [link(another)], keyed: true },
      'contradicted',
    ],
    [
      'contradiction, where the chip has another serial number',
      { links: [link({ serial: 'T' })] },
      'contradicted',
    ],
    [
      'contradiction, where one manufacturer says both',
      { links: [link(), link({ ...another, manifestId: 'mft_2' })] },
      'contradicted',
    ],
    [
      'its manufacturer, where another one numbers other chips alike',
      { links: [link(), link({ ...another, manufacturer: 'Other' })] },
      'manufacturer-manifest',
    ],
    [
      'contradiction, where a second manufacturer gives the chip another serial number',
      { links: [link(), link({ serial: 'T', manufacturer: 'Other' })] },
      'contradicted',
    ],
    [
      'its operator, where the link is of another kind of device',
      { links: [link({ kind: 'switch' })] },
      'operator-claimed',
    ],
    [
      'its operator, where the identity is of a type that nothing proved',
      { links: [link({ identity: { type: 'tpm-ek', sha256: 'a' } })] },
      'operator-claimed',
    ],
    ['nothing, for a device without a serial number', { serial: null, keyed: true }, 'none'],
  ])('is %s', (_, changed, expected) => {
    expect(judged(changed)).toBe(expected);
  });

  it('lasts as long as the manufacturer’s last word that confirms it', () => {
    const soon = new Date('2026-03-02T00:00:00Z');
    const late = new Date('2026-04-01T00:00:00Z');
    const links = [link({ until: soon }), link({ manifestId: 'mft_2', until: late })];
    expect(judgeSerialLink({ ...question, links })).toEqual({
      link: 'manufacturer-manifest',
      manifestId: 'mft_2',
      until: late,
    });
  });

  const anyLink = fc.record({
    manifestId: fc.constantFrom('1', '2'),
    manufacturer: fc.constantFrom('A', 'B'),
    kind: fc.constantFrom('gpu', 'switch'),
    serial: fc.constantFrom('S', 'T'),
    identity: fc.record({ type: fc.constantFrom('chip', 'tpm-ek'), sha256: fc.constantFrom('a', 'b') }),
    until: fc.constant(null),
    confirms: fc.boolean(),
  });

  it('never counts as the manufacturer’s word what names another chip, and never gains by order', () => {
    fc.assert(
      fc.property(fc.array(anyLink, { maxLength: 6 }), fc.boolean(), (links, keyed) => {
        const result = judged({ links, keyed });
        expect(judged({ links: links.toReversed(), keyed })).toBe(result);
        const isConfirmed = links.some(
          ({ kind, serial, identity, confirms }) =>
            confirms &&
            kind === 'gpu' &&
            serial === 'S' &&
            identity.type === 'chip' &&
            identity.sha256 === 'a',
        );
        if (result === 'manufacturer-manifest') expect(isConfirmed).toBe(true);
        const elsewhere = links.some(
          ({ kind, serial, identity }) =>
            kind === 'gpu' && serial !== 'S' && identity.type === 'chip' && identity.sha256 === 'a',
        );
        if (elsewhere) expect(result).toBe('contradicted');
      }),
    );
  });
});
