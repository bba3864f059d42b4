import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddCheckpoint, parseTreeSize } from '../../src/record/add-checkpoint.ts';
import { signCheckpoint } from '../../src/record/checkpoint.ts';
import {
  cosign,
  formatWitnessKey,
  parseWitnessKey,
  verifyCosignature,
} from '../../src/record/cosignature.ts';
import { RecordError } from '../../src/record/errors.ts';
import { leafHash } from '../../src/record/merkle.ts';
import { formatVerifierKey, parseVerifierKey } from '../../src/record/note.ts';
import { verifyCosignedCheckpoint, type WitnessPolicy } from '../../src/record/witness-policy.ts';
import { fuzzRuns } from '../vectors.ts';

const party = (name: string) => ({ name, ...generateKeyPairSync('ed25519') });
const log = party('log.example/sextant');
const [w1, w2, w3] = [party('w1.example'), party('w2.example'), party('w3.example')];
const root = leafHash(Uint8Array.of(1));
const bare = signCheckpoint(7, root, log);
const at = new Date('2026-11-21T10:00:00Z');
const later = new Date('2026-11-21T11:00:00Z');
const code = (expected: string) => expect.objectContaining({ code: expected });

/** One bit of a signature line's bytes changed. */
function flipped(line: string, byte: number): string {
  const encoded = line.slice(line.lastIndexOf(' ') + 1, -1);
  const bytes = Buffer.from(encoded, 'base64');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return line.replace(encoded, bytes.toString('base64'));
}

describe('a cosignature', () => {
  it('says that the witness saw this checkpoint, and when', () => {
    const line = cosign(bare, w1, at);
    expect(verifyCosignature(bare + line, w1)).toEqual({ at, line });
    expect(verifyCosignature(bare + cosign(bare, w2, later) + line, w1)).toEqual({ at, line });
  });

  it('counts to the second', () => {
    const line = cosign(bare, w1, new Date(at.getTime() + 999));
    expect(verifyCosignature(bare + line, w1).at).toEqual(at);
  });

  it('is the newest of several', () => {
    const [old, young] = [cosign(bare, w1, at), cosign(bare, w1, later)];
    expect(verifyCosignature(bare + old + young, w1).at).toEqual(later);
    expect(verifyCosignature(bare + young + old, w1).line).toBe(young);
  });

  it('is over the lines that the specification names', () => {
    // The example of c2sp.org/tlog-cosignature: the message for its time and its checkpoint.
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const example = `${text}\n\u2014 x.example AAAAAAAA\n`;
    const line = cosign(example, w1, new Date(1_679_315_147_000));
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    expect(bytes.length).toBe(4 + 8 + 64);
    expect(bytes.subarray(4, 12).toString('hex')).toBe('00000000641850cb');
    const whole = { ...w1, name: 'w1.example' };
    expect(verifyCosignature(example + line, whole).at).toEqual(new Date('2023-03-20T12:25:47Z'));
  });

  it('is of no other text, time, name or key', () => {
    const line = cosign(bare, w1, at);
    const other = signCheckpoint(8, root, log);
    expect(() => verifyCosignature(other + line, w1)).toThrow(code('signature_invalid'));
    for (let byte = 4; byte < 76; byte += 3)
      expect(() => verifyCosignature(bare + flipped(line, byte), w1)).toThrow(code('signature_invalid'));
    expect(() => verifyCosignature(bare + flipped(line, 0), w1)).toThrow(code('signature_absent'));
    expect(() => verifyCosignature(bare + line, { ...w1, name: 'w9.example' })).toThrow(
      code('signature_absent'),
    );
    expect(() => verifyCosignature(bare + line, { ...w2, name: w1.name })).toThrow(code('signature_absent'));
    expect(() => verifyCosignature(bare, w1)).toThrow(code('signature_absent'));
  });

  it('is condemned by a bad line of the same key beside it', () => {
    const [good, bad] = [cosign(bare, w1, at), flipped(cosign(bare, w1, later), 40)];
    for (const lines of [good + bad, bad + good])
      expect(() => verifyCosignature(bare + lines, w1)).toThrow(code('signature_invalid'));
  });

  it('is no note signature, and a note signature is none', () => {
    const asNote = signCheckpoint(7, root, { ...w1 });
    expect(() => verifyCosignature(asNote, w1)).toThrow(code('signature_absent'));
    expect(() => verifyCosignature(bare, log)).toThrow(code('signature_absent'));
  });

  it('has a time that can be written', () => {
    const last = new Date('9999-12-31T23:59:59Z');
    expect(verifyCosignature(bare + cosign(bare, w1, last), w1).at).toEqual(last);
    // Signed well, by a witness that would have its reader stumble over it.
    const far = cosign(bare, w1, new Date(last.getTime() + 1000));
    expect(() => verifyCosignature(bare + far, w1)).toThrow(code('signature_invalid'));
    const policy = { threshold: 2, witnesses: [w1, w2] };
    expect(() => verifyCosignedCheckpoint(bare + far, log, policy)).toThrow(code('signature_invalid'));
    const bytes = Buffer.from(cosign(bare, w1, at).split(' ')[2] ?? '', 'base64');
    bytes.writeBigUInt64BE(2n ** 63n, 4);
    const farthest = `\u2014 w1.example ${bytes.toString('base64')}\n`;
    expect(() => verifyCosignature(bare + farthest, w1)).toThrow(code('signature_invalid'));
  });

  it('is of the key that its witness publishes', () => {
    const key = formatWitnessKey(w1);
    expect(formatWitnessKey(parseWitnessKey(key))).toBe(key);
    expect(verifyCosignature(bare + cosign(bare, w1, at), parseWitnessKey(key)).at).toEqual(at);
    expect(() => parseVerifierKey(key)).toThrow(code('verifier_key_malformed'));
    expect(() => parseWitnessKey(formatVerifierKey(w1))).toThrow(code('verifier_key_malformed'));
    for (let end = 0; end < key.length; end++)
      expect(() => parseWitnessKey(key.slice(0, end))).toThrow(code('verifier_key_malformed'));
  });

  it('of any lines at all is an error that is named', () => {
    const words = fc.constantFrom('\u2014 ', 'w1.example ', 'AAAAAAAA', '\n', ' ', '=', 'x', '\u2014');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((some) => some.join('')),
        ),
        (tail) => {
          expect(() => verifyCosignature(bare + tail, w1)).toThrow(RecordError);
        },
      ),
      { numRuns: Math.max(500, fuzzRuns / 5) },
    );
  });
});

describe('a policy of witnesses', () => {
  const all = [w1, w2, w3];
  const cosigned = (...witnesses: readonly (typeof w1)[]) =>
    bare + witnesses.map((witness) => cosign(bare, witness, at)).join('');
  const twoOf: WitnessPolicy = { threshold: 2, witnesses: all };

  it('is met by enough of its witnesses, whoever else signed', () => {
    const found = verifyCosignedCheckpoint(cosigned(party('stranger'), w3, w1), log, twoOf);
    expect(found).toMatchObject({ origin: log.name, size: 7 });
    expect(found.cosignedBy).toEqual([
      { witness: 'w1.example', at },
      { witness: 'w3.example', at },
    ]);
  });

  it.each<[string, string, WitnessPolicy, string]>([
    ['by nobody', bare, twoOf, 'witnesses_missing'],
    ['by one too few', cosigned(w2), twoOf, 'witnesses_missing'],
    ['by one witness twice', cosigned(w2, w2), twoOf, 'witnesses_missing'],
    ['by strangers', cosigned(party('a'), party('b')), twoOf, 'witnesses_missing'],
    ['by a stranger of a known name', cosigned(w1, party('w2.example')), twoOf, 'witnesses_missing'],
    ['too early', cosigned(w1, w2), { ...twoOf, notBefore: later }, 'witnesses_missing'],
    [
      'in the future',
      cosigned(w1, w2),
      { ...twoOf, notAfter: new Date(at.getTime() - 1000) },
      'witnesses_missing',
    ],
    ['and one badly', cosigned(w1, w2) + flipped(cosign(bare, w3, at), 50), twoOf, 'signature_invalid'],
    ['without the log', cosigned(w1, w2).replace(bare.split('\n\n')[1] ?? '', ''), twoOf, 'signature_absent'],
    ['of another log', cosigned(w1, w2), { ...twoOf, witnesses: [log, w1, w2] }, 'policy_malformed'],
    ['under a policy of none', cosigned(w1, w2), { ...twoOf, threshold: 0 }, 'policy_malformed'],
    ['under a policy of a half', cosigned(w1, w2), { ...twoOf, threshold: 0.5 }, 'policy_malformed'],
    ['under one that nobody meets', cosigned(w1), { threshold: 2, witnesses: [w1] }, 'policy_malformed'],
    [
      'under one that counts a key twice',
      cosigned(w1),
      { threshold: 2, witnesses: [w1, { ...w1, name: 'w4.example' }] },
      'policy_malformed',
    ],
    [
      'under one that names two alike',
      cosigned(w1),
      { threshold: 2, witnesses: [w1, { ...w2, name: w1.name }] },
      'policy_malformed',
    ],
  ])('is not met by a checkpoint cosigned %s', (_, note, policy, expected) => {
    expect(() => verifyCosignedCheckpoint(note, log, policy)).toThrow(code(expected));
  });

  it('takes a cosignature at its bounds', () => {
    const policy = { ...twoOf, notBefore: at, notAfter: at };
    expect(verifyCosignedCheckpoint(cosigned(w1, w2), log, policy).cosignedBy).toHaveLength(2);
  });
});

describe('what a log sends to a witness', () => {
  it('is the form of the specification', () => {
    expect(formatAddCheckpoint(5, [new Uint8Array(32), root], bare)).toBe(
      `old 5\n${'A'.repeat(43)}=\n${Buffer.from(root).toString('base64')}\n\n${bare}`,
    );
    expect(formatAddCheckpoint(0, [], bare)).toBe(`old 0\n\n${bare}`);
  });

  it('is answered with a size or with nothing that is one', () => {
    expect(parseTreeSize('0\n')).toBe(0);
    expect(parseTreeSize('20852163\n')).toBe(20_852_163);
    for (const body of ['', '1', '01\n', '-1\n', '1\n\n', '1 \n', '1e3\n', '9999999999999999\n', 'x\n'])
      expect(parseTreeSize(body), body).toBeUndefined();
  });
});
