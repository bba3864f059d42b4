import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signCheckpoint, verifyCheckpoint } from '../../src/record/checkpoint.ts';
import { leafHash } from '../../src/record/merkle.ts';
import { formatVerifierKey, parseVerifierKey, signNote, verifyNote } from '../../src/record/note.ts';

/** The example of Go's golang.org/x/mod/sumdb/note: key, text and signature by another implementation. */
const NEUMANN = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NEUMANN_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NEUMANN_NOTE = `${NEUMANN_TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const pair = generateKeyPairSync('ed25519');
const signer = { name: 'log.example/sextant', ...pair };
const root = leafHash(Uint8Array.of(1));
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a signed note', () => {
  it('made by another implementation verifies', () => {
    expect(verifyNote(NEUMANN_NOTE, parseVerifierKey(NEUMANN))).toBe(NEUMANN_TEXT);
  });

  it('has the verifier key that another implementation computes', () => {
    expect(formatVerifierKey(parseVerifierKey(NEUMANN))).toBe(NEUMANN);
  });

  it('is verified under no key whose line was changed or cut', () => {
    for (let at = 0; at < NEUMANN.length; at++) {
      for (const line of [NEUMANN.slice(0, at), `${NEUMANN.slice(0, at)}~${NEUMANN.slice(at + 1)}`])
        expect(() => parseVerifierKey(line)).toThrow(code('verifier_key_malformed'));
    }
    expect(() => parseVerifierKey(`${NEUMANN}\n`)).toThrow(code('verifier_key_malformed'));
  });

  it('is refused with any character of its text changed', () => {
    for (let at = 0; at < NEUMANN_TEXT.length - 1; at++) {
      const changed = `${NEUMANN_NOTE.slice(0, at)}~${NEUMANN_NOTE.slice(at + 1)}`;
      expect(() => verifyNote(changed, parseVerifierKey(NEUMANN))).toThrow(code('signature_invalid'));
    }
  });

  it('is refused when cut anywhere', () => {
    for (let length = 0; length < NEUMANN_NOTE.length; length++) {
      expect(() => verifyNote(NEUMANN_NOTE.slice(0, length), parseVerifierKey(NEUMANN))).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^(?:checkpoint_malformed|signature_absent|signature_invalid)$/),
        }),
      );
    }
  });

  it('may carry the signatures of others, before or after the one that is asked for', () => {
    const witness = { name: 'witness.example', ...generateKeyPairSync('ed25519') };
    const ours = signNote('text\n', signer);
    const theirs = signNote('text\n', witness).slice('text\n\n'.length);
    expect(verifyNote(ours + theirs, signer)).toBe('text\n');
    expect(verifyNote(ours + theirs, witness)).toBe('text\n');
    expect(verifyNote(`text\n\n${theirs}${ours.slice('text\n\n'.length)}`, signer)).toBe('text\n');
  });

  it('is not signed by a key of the same name', () => {
    const other = { name: signer.name, ...generateKeyPairSync('ed25519') };
    expect(() => verifyNote(signNote('text\n', other), signer)).toThrow(code('signature_absent'));
  });

  it('is condemned by one bad signature of the key, though another is good', () => {
    const good = signNote('text\n', signer);
    const line = good.slice('text\n\n'.length);
    const encoded = line.slice(line.lastIndexOf(' ') + 1, -1);
    const bytes = Buffer.from(encoded, 'base64');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    const bad = line.replace(encoded, bytes.toString('base64'));
    expect(() => verifyNote(good + bad, signer)).toThrow(code('signature_invalid'));
    expect(() => verifyNote(`text\n\n${bad}${line}`, signer)).toThrow(code('signature_invalid'));
  });

  it.each([
    ['no signature lines', 'text\n'],
    ['an empty note', ''],
    ['a line that is no signature', 'text\n\nnot a signature\n'],
    ['a hyphen for the dash', 'text\n\n- log.example/sextant AAAAAAAA\n'],
    ['base64 with stray bits', 'text\n\n— log.example/sextant AAAAAB==\n'],
    ['a signature of no bytes', 'text\n\n— log.example/sextant AAAAAA==\n'],
    ['a carriage return', 'text\r\n\n— log.example/sextant AAAAAAAA\n'],
    ['a lone surrogate', 'te\ud800xt\n\n— log.example/sextant AAAAAAAA\n'],
    ['more signatures than allowed', `text\n\n${'— log.example/sextant AAAAAAAA\n'.repeat(101)}`],
    ['more text than allowed', `${'x'.repeat(1_000_001)}\n\n— log.example/sextant AAAAAAAA\n`],
  ])('is malformed: %s', (_, note) => {
    expect(() => verifyNote(note, signer)).toThrow(code('checkpoint_malformed'));
  });

  it.each(['', 'two words', 'a+b', 'tab\there'])('is not signed under the name %j', (name) => {
    expect(() => signNote('text\n', { ...signer, name })).toThrow(code('checkpoint_malformed'));
  });
});

describe('a checkpoint', () => {
  it('comes back as it was signed', () => {
    const note = signCheckpoint(2 ** 40, root, signer);
    expect(verifyCheckpoint(note, signer)).toEqual({
      origin: signer.name,
      size: 2 ** 40,
      root: new Uint8Array(root),
    });
  });

  it('has the three lines of the specification', () => {
    const [text = ''] = signCheckpoint(7, root, signer).split('\n\n');
    expect(text).toBe(`log.example/sextant\n7\n${Buffer.from(root).toString('base64')}`);
  });

  it('may have extension lines', () => {
    const note = signNote(`${signer.name}\n7\n${Buffer.from(root).toString('base64')}\nextension\n`, signer);
    expect(verifyCheckpoint(note, signer).size).toBe(7);
  });

  it('of another log is refused, though the same key and name signed it', () => {
    const note = signNote(`another.example\n7\n${Buffer.from(root).toString('base64')}\n`, signer);
    expect(() => verifyCheckpoint(note, signer)).toThrow(code('origin_mismatch'));
  });

  const encoded = Buffer.from(root).toString('base64');
  it.each([
    ['no size', `${signer.name}\n\n`],
    ['a leading zero', `${signer.name}\n07\n${encoded}\n`],
    ['a sign', `${signer.name}\n+7\n${encoded}\n`],
    ['a size beyond 2^53', `${signer.name}\n9999999999999999\n${encoded}\n`],
    ['a short root', `${signer.name}\n7\n${encoded.slice(4)}\n`],
    ['a root of another alphabet', `${signer.name}\n7\n${'-'.repeat(43)}=\n`],
    ['no origin', `\n7\n${encoded}\n`],
  ])('is malformed: %s', (_, text) => {
    expect(() => verifyCheckpoint(signNote(text, signer), signer)).toThrow(code('checkpoint_malformed'));
  });
});
