import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeElement,
  writeExplicit,
  writeInteger,
  writeNull,
  writeOctetString,
} from '../../src/bytes/der-writer.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { formatPem } from '../../src/bytes/pem.ts';
import { parseOcspResponse, writeOcspRequest } from '../../src/pki/index.ts';
import { codeOf } from '../bytes/refusal.ts';
import { fuzzRuns } from '../vectors.ts';
import { extension, NEXT_UPDATE, REVOKED_AT, THIS_UPDATE } from './crl-issue.ts';
import { issueOcsp, issueResponder, type OcspOptions, refuseOcsp, type Single } from './ocsp-issue.ts';
import { answerOf, ask, ca, leaf, root } from './revocation-case.ts';

const responder = issueResponder(ca);
const good: Single = { subject: leaf, issuer: ca };
const rich = issueOcsp(
  responder,
  [
    { ...good, hash: 'sha256', nextUpdate: null, extensions: [extension('1.2.3', writeNull())] },
    { subject: ca, issuer: root, status: { reason: 1 } },
    { subject: root, issuer: root, status: 'unknown' },
  ],
  { nonce: new Uint8Array(32).fill(9), certificates: [responder] },
);

describe('parsing an OCSP response', () => {
  it('reads every field', () => {
    const response = parseOcspResponse(rich);
    expect(response).toMatchObject({
      responseStatus: 'successful',
      basic: {
        responderId: { by: 'name', name: { canonical: responder.certificate.subject.canonical } },
        producedAt: THIS_UPDATE,
        nonce: new Uint8Array(32).fill(9),
        unknownCritical: [],
        certificates: [{ sha256: responder.certificate.sha256 }],
        responses: [
          { certStatus: { status: 'good' }, thisUpdate: THIS_UPDATE, nextUpdate: null },
          {
            certStatus: { status: 'revoked', reason: 'keyCompromise', at: REVOKED_AT },
            nextUpdate: NEXT_UPDATE,
            certId: { serialNumber: ca.certificate.serialNumber },
          },
          { certStatus: { status: 'unknown' } },
        ],
      },
    });
  });

  it.each([
    [1, 'malformedRequest'],
    [2, 'internalError'],
    [3, 'tryLater'],
    [5, 'sigRequired'],
    [6, 'unauthorized'],
  ])('reads refusal %s as %s', (status, responseStatus) => {
    expect(parseOcspResponse(refuseOcsp(status))).toEqual({ responseStatus });
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['status 4, which is not used', refuseOcsp(4), 'bad_value'],
    ['status 7', refuseOcsp(7), 'bad_value'],
    ['success without a response', refuseOcsp(0), 'truncated'],
    ['a refusal with a response', withStatus(rich, 3), 'trailing_data'],
    ['another type of response', made({ responseType: '1.2.3' }), 'unsupported'],
    ['a spelled-out version', made({ version: writeExplicit(0, writeInteger(0)) }), 'unsupported'],
    ['no single response', issueOcsp(responder, []), 'bad_value'],
    [
      'a nonce that is no octet string',
      made({ extensions: [extension('1.3.6.1.5.5.7.48.1.2', writeNull())] }),
      'bad_value',
    ],
    ['two nonces', made({ nonce: new Uint8Array(1), extensions: [nonceExtension(1)] }), 'duplicate'],
    ['a nonce of no bytes', made({ extensions: [nonceExtension(0)] }), 'bad_value'],
    ['a nonce of 129 bytes', made({ extensions: [nonceExtension(129)] }), 'too_long'],
    ['reason 7', issueOcsp(responder, [{ ...good, status: { reason: 7 } }]), 'bad_value'],
  ])('refuses %s', (_, der, code) => {
    expect(codeOf(() => parseOcspResponse(der))).toBe(code);
  });

  it.each([1, 128])('reads a nonce of %i bytes', (octets) => {
    expect(parseOcspResponse(made({ extensions: [nonceExtension(octets)] }))).toMatchObject({
      basic: { nonce: new Uint8Array(octets) },
    });
  });

  it('keeps its ceiling', () => {
    expect(codeOf(() => parseOcspResponse(rich, { maxBytes: rich.length - 5 }))).toBe('too_long');
  });

  it('refuses every proper beginning, and appended bytes', () => {
    for (let length = 0; length < rich.length; length++) {
      expect(codeOf(() => parseOcspResponse(rich.subarray(0, length)))).toBe('truncated');
    }
    expect(codeOf(() => parseOcspResponse(new Uint8Array([...rich, 0])))).toBe('trailing_data');
  });

  it('fails on mutated and random bytes only with its own error', () => {
    const mutated = fc.tuple(fc.nat(rich.length - 1), fc.nat(255)).map(([at, octet]) => {
      const bytes = rich.slice();
      bytes[at] = octet;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          parseOcspResponse(bytes);
          return true;
        } catch (error) {
          return error instanceof FormatError;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

function made(options: OcspOptions): Uint8Array {
  return issueOcsp(responder, [good], options);
}

function nonceExtension(octets: number): Uint8Array {
  return extension('1.3.6.1.5.5.7.48.1.2', writeOctetString(new Uint8Array(octets)));
}

function withStatus(response: Uint8Array, status: number): Uint8Array {
  const changed = response.slice();
  const at = changed.indexOf(TAG.enumerated);
  changed.set(writeElement(TAG.enumerated, Uint8Array.of(status)), at);
  return changed;
}

it.each([0, 129])('no request carries a nonce of %i bytes', (octets) => {
  const nonce = new Uint8Array(octets);
  const input = { certificate: leaf.certificate, issuer: holder, hash: 'sha256', nonce } as const;
  expect(codeOf(() => writeOcspRequest(input))).toBe('bad_value');
});

/** The responder that everybody has: whether it understands our requests, and we its answers. */
const openssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error('openssl is required here and absent');
    return false;
  }
})();

describe.skipIf(!openssl)(
  `a request to OpenSSL's responder${openssl ? '' : ' (skipped: no openssl)'}`,
  () => {
    it.each(['sha1', 'sha256', 'sha384'] as const)('with %s is answered as we read it', (hash) => {
      const folder = mkdtempSync(join(tmpdir(), 'sextant-ocsp-'));
      try {
        const file = (name: string, contents: string | Uint8Array): string => {
          const path = join(folder, name);
          writeFileSync(path, contents);
          return path;
        };
        const nonce = new Uint8Array(32).fill(7);
        const request = writeOcspRequest({ certificate: leaf.certificate, issuer: holder, hash, nonce });
        const serial = Buffer.from(leaf.certificate.serialNumber).toString('hex').toUpperCase();
        const index = file('index.txt', `V\t490101000000Z\t\t${serial}\tunknown\t/CN=leaf\n`);
        const key = responder.key.privateKey.export({ type: 'pkcs8', format: 'pem' });
        const answer = join(folder, 'answer.der');
        execFileSync('openssl', [
          ...['ocsp', '-index', index, '-CA', file('ca.pem', formatPem('CERTIFICATE', ca.der))],
          ...[
            '-rsigner',
            file('r.pem', formatPem('CERTIFICATE', responder.der)),
            '-rkey',
            file('r.key', key),
          ],
          ...['-reqin', file('request.der', request), '-respout', answer, '-nmin', '5'],
        ]);
        const ocsp = [new Uint8Array(readFileSync(answer))];
        const parsed = parseOcspResponse(ocsp[0] ?? new Uint8Array());
        if (parsed.responseStatus !== 'successful') throw new Error(parsed.responseStatus);
        const nonces = new Map([[leaf.certificate.sha256, nonce]]);
        const [verdict] = ask({ ocsp, nonces, at: parsed.basic.producedAt });
        expect(answerOf(verdict)).toBe('good');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);

const holder = {
  name: ca.certificate.subject,
  publicKey: ca.certificate.publicKey,
  certificate: ca.certificate,
};
