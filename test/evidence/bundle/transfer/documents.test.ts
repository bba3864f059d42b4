import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  KnownDocuments,
  SentDocuments,
} from '../../../../src/evidence/bundle/transfer/documents.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function send(sent: SentDocuments, documents: readonly Uint8Array[]): readonly [number[], Delivery] {
  return sent.collect((numberOf) => documents.map(numberOf));
}

describe('documents for a thread', () => {
  it('are what was sent, whatever comes in whatever order, and never more than the limits admit', () => {
    const document = fc.uint8Array({ maxLength: 3 });
    const messages = fc.array(fc.array(document, { maxLength: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(messages, (all) => {
        const sent = new SentDocuments({ documents: 6, bytes: 12 });
        const known = new KnownDocuments();
        for (const documents of all) {
          const [numbers, delivery] = send(sent, documents);
          known.admit(structuredClone(delivery));
          expect(numbers.map((number) => known.get(number))).toEqual(documents);
          // One message may pass the limits by what it holds; the next one begins anew.
          expect(delivery.known).toBeLessThan(6);
        }
      }),
    );
  });

  it('are sent once each, by what they hold', () => {
    const sent = new SentDocuments();
    const [, first] = send(sent, [bytes(1), bytes(2), bytes(1)]);
    expect(first.documents).toEqual([bytes(1), bytes(2)]);
    const [numbers, second] = send(sent, [bytes(2), bytes(3)]);
    expect([numbers, second]).toEqual([[1, 2], { anew: false, known: 2, documents: [bytes(3)] }]);
  });

  it('are sent again to a thread that was told to forget', () => {
    const sent = new SentDocuments({ documents: 2, bytes: 1000 });
    send(sent, [bytes(1), bytes(2)]);
    const [, again] = send(sent, [bytes(1)]);
    expect(again).toEqual({ anew: true, known: 0, documents: [bytes(1)] });
  });

  it('travel without what they are views of', () => {
    const view = new Uint8Array(4096).subarray(7, 9);
    const [, { documents }] = send(new SentDocuments(), [view]);
    expect(documents.map(({ buffer }) => buffer.byteLength)).toEqual([2]);
  });

  it('are the same objects for as long as they are known, and so are their lists', () => {
    const [sent, known] = [new SentDocuments(), new KnownDocuments()];
    const receive = (documents: readonly Uint8Array[]): readonly Uint8Array[] => {
      const [numbers, delivery] = send(sent, documents);
      known.admit(delivery);
      return known.list(numbers);
    };
    const first = receive([bytes(1), bytes(2)]);
    expect(receive([bytes(1), bytes(2)])).toBe(first);
    expect(receive([bytes(2), bytes(1)])).toEqual([bytes(2), bytes(1)]);
    expect(receive([bytes(2)])[0]).toBe(first[1]);
  });

  it('are not read where a message is missing in between, nor by a number that was never sent', () => {
    const [sent, known] = [new SentDocuments(), new KnownDocuments()];
    send(sent, [bytes(1)]);
    const [numbers, second] = send(sent, [bytes(2)]);
    expect(() => known.admit(second)).toThrow(RangeError);
    expect(() => known.get(numbers[0] ?? 0)).toThrow(RangeError);
    expect(() => known.list(numbers)).toThrow(RangeError);
  });

  it('that were forgotten are known by no number, and by no list', () => {
    const [sent, known] = [new SentDocuments({ documents: 1, bytes: 1000 }), new KnownDocuments()];
    const [old, first] = send(sent, [bytes(1), bytes(2)]);
    known.admit(first);
    known.list(old);
    known.admit(send(sent, [bytes(3)])[1]);
    expect(() => known.list(old)).toThrow(RangeError);
  });
});
