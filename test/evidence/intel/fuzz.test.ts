import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { replayCcel } from '../../../src/evidence/eventlog/ccel.ts';
import { parseCollateralFile } from '../../../src/evidence/intel/collateral-file.ts';
import { parsePckExtension } from '../../../src/evidence/intel/pck-extension.ts';
import { readQeIdentity } from '../../../src/evidence/intel/qe-identity.ts';
import { parseQuote } from '../../../src/evidence/intel/quote.ts';
import { decodeHexText } from '../../../src/evidence/intel/quote-text.ts';
import { parseSignedDocument } from '../../../src/evidence/intel/signed-document.ts';
import { readTcbInfo } from '../../../src/evidence/intel/tcb-info.ts';
import { forgeSgxPlatform, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { parseCertificate } from '../../../src/pki/index.ts';
import { fuzzRuns } from '../../vectors.ts';

const tdx = forgeTdxPlatform({ seed: 'fuzz' });
const sgx = forgeSgxPlatform({ seed: 'fuzz' });
const collateral = tdx.collateral();
const numRuns = Math.ceil(fuzzRuns / 5);

/** Only what is wrong with bytes may come out of bytes. */
function survives(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

/** Some bytes of the sample written over, cut out, or put in. */
function mutated(sample: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(sample.length),
    cut: fc.nat(4),
    put: fc.uint8Array({ maxLength: 4 }),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce<Uint8Array>(
        (bytes, { at, cut, put }) =>
          Uint8Array.from(Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)])),
        sample,
      ),
    );
}

describe('hostile bytes', () => {
  const quotes = [
    tdx.quote(new Uint8Array(64)),
    tdx.quote(new Uint8Array(64), { teeTcbSvn2: new Uint8Array(16), mrServiceTd: new Uint8Array(48) }),
    sgx.quote(new Uint8Array(64)),
  ];

  it('are a quote, or a FormatError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), ...quotes.map(mutated)), (bytes) =>
        survives(() => parseQuote(bytes)),
      ),
      { numRuns },
    );
  });

  it.each(['tcbInfo', 'qeIdentity'] as const)('are a document (%s), or a FormatError', (name) => {
    const sample = collateral[name] ?? expect.unreachable();
    const member = name === 'tcbInfo' ? 'tcbInfo' : 'enclaveIdentity';
    const read = name === 'tcbInfo' ? readTcbInfo : readQeIdentity;
    fc.assert(
      fc.property(mutated(sample), (bytes) => survives(() => read(parseSignedDocument(bytes, member).value))),
      { numRuns },
    );
  });

  it('are an extension of a PCK certificate, or a FormatError', () => {
    const [certificate = ''] = tdx.pckChainPem.split(/(?<=-----END CERTIFICATE-----\n)/);
    const der = Buffer.from(certificate.replace(/-----[^-]+-----|\n/g, ''), 'base64');
    const value = parseCertificate(der).extensions.others.get('1.2.840.113741.1.13.1')?.value;
    if (value === undefined) return expect.unreachable();
    expect(parsePckExtension(value).components).toHaveLength(16);
    fc.assert(
      fc.property(mutated(value), (bytes) => survives(() => parsePckExtension(bytes))),
      { numRuns },
    );
    for (let length = 0; length < value.length; length++) {
      expect(() => parsePckExtension(value.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('are collateral in one file, or a FormatError', () => {
    const sample = Buffer.from(
      JSON.stringify({
        tcb_info: '{}',
        tcb_info_signature: '00',
        root_ca_crl: '00',
        pck_certificate_chain: null,
      }),
    );
    fc.assert(
      fc.property(mutated(sample), (bytes) => survives(() => parseCollateralFile(bytes))),
      { numRuns },
    );
  });

  it('are a log, or a FormatError', () => {
    const head = Buffer.from(
      '010000000300000000000000000000000000000000000000000000002100000053706563204944204576656e743033000000000000020002010000000c00300000',
      'hex',
    );
    const event = Buffer.concat([
      Buffer.from('010000000b000000010000000c00', 'hex'),
      Buffer.alloc(48, 7),
      Buffer.from('0100000000', 'hex'),
    ]);
    const rtMr = Array.from({ length: 4 }, () => new Uint8Array(48));
    const log = Buffer.concat([head, event, event, Buffer.alloc(64, 0xff)]);
    expect(replayCcel(log, rtMr).findings.checks).toHaveLength(4);
    fc.assert(
      fc.property(mutated(log), (bytes) => survives(() => replayCcel(bytes, rtMr))),
      { numRuns },
    );
  });

  it('are hexadecimal, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, prefixed) => {
        const text = `${prefixed ? ' 0x' : ''}${Buffer.from(bytes).toString('hex')}\n`;
        expect(decodeHexText(Buffer.from(text))).toEqual(bytes.length === 0 ? null : bytes);
        survives(() => decodeHexText(bytes));
      }),
      { numRuns },
    );
  });
});

describe('the signed range of a document', () => {
  const name = fc.constantFrom('tcbInfo', 'enclaveIdentity');
  const space = fc.constantFrom('', ' ', '\n', '\t \r\n');
  const inner = fc
    .dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map((value) => JSON.stringify(value));

  it('is the member as it stands, wherever and however it stands', () => {
    fc.assert(
      fc.property(
        name,
        inner,
        fc.tuple(space, space, space, space),
        fc.boolean(),
        (member, text, gaps, last) => {
          const [a, b, c, d] = gaps;
          const key = last
            ? `"${member}"`
            : `"\\u${member.charCodeAt(0).toString(16).padStart(4, '0')}${member.slice(1)}"`;
          const value = `${key}${a}:${b}${text}`;
          const signature = `"signature"${c}:${d}"${'ab'.repeat(64)}"`;
          const document = `${a}{${b}${last ? `${signature}${c},${d}${value}` : `${value}${d},${c}${signature}`}${a}}${b}`;
          const bytes = Buffer.from(document);
          let parsed: ReturnType<typeof parseSignedDocument>;
          try {
            parsed = parseSignedDocument(bytes, member);
          } catch (error) {
            // Numbers that a double cannot hold, and lone surrogates, are no I-JSON.
            if (error instanceof FormatError && error.code === 'bad_value') return;
            throw error;
          }
          expect(Buffer.from(parsed.signed).toString()).toBe(text);
          expect(parsed.signature).toHaveLength(64);
        },
      ),
      { numRuns },
    );
  });

  it('is that of no other object of its name, deeper down or in a text', () => {
    const text = '{"tcbInfo":{"tcbInfo":{"a":"}{\\"tcbInfo\\":{"}},"b":["tcbInfo",{"signature":"x"}]}';
    const document = `{"signature":"${'00'.repeat(64)}","tcbInfo":${text}}`;
    expect(Buffer.from(parseSignedDocument(Buffer.from(document), 'tcbInfo').signed).toString()).toBe(text);
  });

  it.each([
    ['a member more', '{"tcbInfo":{},"signature":"SIG","more":1}', 'bad_value'],
    ['a member twice', '{"tcbInfo":{},"tcbInfo":{},"signature":"SIG"}', 'duplicate'],
    ['a member twice, written otherwise', '{"tcbInfo":{},"tcbInf\\u006f":{},"signature":"SIG"}', 'duplicate'],
    ['a member twice, deeper down', '{"tcbInfo":{"a":1,"a":2},"signature":"SIG"}', 'duplicate'],
    ['no object', '{"tcbInfo":[],"signature":"SIG"}', 'bad_value'],
    ['no signature', '{"tcbInfo":{}}', 'bad_value'],
    ['a signature that is cut', '{"tcbInfo":{},"signature":"00"}', 'bad_value'],
    ['a signature of another kind', '{"tcbInfo":{},"signature":null}', 'bad_value'],
    ['something behind it', '{"tcbInfo":{},"signature":"SIG"}{}', 'bad_value'],
    ['a byte order mark', '\ufeff{"tcbInfo":{},"signature":"SIG"}', 'bad_value'],
  ])('is refused with %s', (_, document, code) => {
    const bytes = Buffer.from(document.replaceAll('SIG', '00'.repeat(64)));
    expect(() => parseSignedDocument(bytes, 'tcbInfo')).toThrow(expect.objectContaining({ code }));
  });
});
