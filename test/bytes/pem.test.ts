import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import { formatPem, parsePem } from '../../src/bytes/pem.ts';
import { toUtf8 } from '../../src/bytes/text.ts';
import { describeWithVectors, fuzzRuns, vector } from '../vectors.ts';
import { codeOf } from './refusal.ts';

const CERTIFICATE = { label: 'CERTIFICATE' } as const;
const one = new Uint8Array(100).fill(7);
const two = new Uint8Array([1]);
const both = formatPem('CERTIFICATE', one) + formatPem('CERTIFICATE', two);

describeWithVectors('genuine PEM', () => {
  it('reads the root of AWS Nitro', () => {
    expect(parsePem(vector('nitro/aws_nitro_root_cert.pem'), CERTIFICATE)[0]?.[0]).toBe(0x30);
  });
});

it.each([
  ['LF', both],
  ['CRLF', both.replaceAll('\n', '\r\n')],
  ['CR', both.replaceAll('\n', '\r')],
  ['no final end of line', both.trimEnd()],
  ['explanatory text', `subject: CN=root\n\n${both}\nthe end`],
  ['lines of 76', both.replace(/\n(.{64})\n(.{12})/, '\n$1$2\n')],
])('reads several blocks with %s', (_, text) => {
  expect(parsePem(text, CERTIFICATE)).toEqual([one, two]);
  expect(parsePem(toUtf8(text, 'test'), CERTIFICATE)).toEqual([one, two]);
});

it.each([
  ['another label', formatPem('PRIVATE KEY', one), 'bad_value'],
  ['another label after the first', both + formatPem('X509 CRL', two), 'bad_value'],
  ['another label at the end of a block', both.replace('END CERTIFICATE', 'END X509 CRL'), 'bad_value'],
  ['a damaged boundary', `-----BEGIN CERTIFICATE----\n${both}`, 'bad_value'],
  ['an indented boundary inside a block', both.replace('-----END', ' -----END'), 'bad_value'],
  ['an end without a beginning', `-----END CERTIFICATE-----\n${both}`, 'bad_value'],
  ['a block in a block', both.replace('-----END CERTIFICATE-----\n', ''), 'bad_value'],
  ['headers', both.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n'), 'bad_value'],
  ['a blank line inside', both.replace('-----\n', '-----\n\n'), 'bad_value'],
  ['white space at a line end', both.replace('\n-----END', ' \n-----END'), 'bad_value'],
  ['a line that is too long', both.replace(/\n(.{64})\n(.{13})/, '\n$1$2\n'), 'bad_value'],
  ['base64url', formatPem('CERTIFICATE', new Uint8Array(3).fill(255)).replace('////', '____'), 'bad_value'],
  ['trailing bits', formatPem('CERTIFICATE', two).replace('AQ==', 'AR=='), 'not_canonical'],
  ['missing padding', formatPem('CERTIFICATE', two).replace('AQ==', 'AQ'), 'not_canonical'],
  ['padding in the middle', formatPem('CERTIFICATE', two).replace('AQ==', 'AQ==\nAQ=='), 'not_canonical'],
  ['an empty block', formatPem('CERTIFICATE', new Uint8Array()), 'not_canonical'],
  ['no block', 'nothing here\n', 'bad_value'],
  ['no end', both.slice(0, -6), 'bad_value'],
  ['no end line', both.replace(/-----END CERTIFICATE-----\n$/, ''), 'truncated'],
])('refuses %s', (_, text, code) => {
  expect(codeOf(() => parsePem(text, CERTIFICATE))).toBe(code);
});

it('keeps its ceilings', () => {
  expect(codeOf(() => parsePem(both, { ...CERTIFICATE, maxBytes: both.length }))).toBe('accepted');
  expect(codeOf(() => parsePem(both, { ...CERTIFICATE, maxBytes: both.length - 1 }))).toBe('too_long');
  expect(codeOf(() => parsePem(both, { ...CERTIFICATE, maxBlocks: 2 }))).toBe('accepted');
  expect(codeOf(() => parsePem(both, { ...CERTIFICATE, maxBlocks: 1 }))).toBe('budget_exceeded');
});

it('reads back whatever it wrote', () => {
  const contents = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.array(contents, { minLength: 1, maxLength: 4 }), (blocks) => {
      const text = blocks.map((block) => formatPem('X509 CRL', block)).join('');
      expect(parsePem(text, { label: 'X509 CRL' })).toEqual(blocks);
    }),
    { numRuns: Math.ceil(fuzzRuns / 10) },
  );
});

it('never yields two blocks, nor another kind of error, when cut anywhere', () => {
  for (let length = 0; length < both.length - 1; length++) {
    const code = codeOf(() => expect(parsePem(both.slice(0, length), CERTIFICATE)).toEqual([one]));
    expect(['accepted', 'bad_value', 'truncated']).toContain(code);
  }
});

it('fails on mutated text only with its own error', () => {
  fc.assert(
    fc.property(fc.nat(both.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, patch) => {
      try {
        parsePem(both.slice(0, at) + patch + both.slice(at + 1), CERTIFICATE);
        return true;
      } catch (error) {
        return error instanceof FormatError;
      }
    }),
    { numRuns: fuzzRuns },
  );
});
