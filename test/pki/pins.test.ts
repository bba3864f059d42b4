import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import {
  matchPin,
  nameText,
  type Pin,
  parseCertificate,
  parsePem,
  parsePinFile,
  pinnedAnchors,
} from '../../src/pki/index.ts';
import { describeWithVectors, vector } from '../vectors.ts';
import { issueRoot } from './issue.ts';

const certs = join(import.meta.dirname, '../../certs');
const files = readdirSync(certs).filter((file) => file.endsWith('.json'));
const load = (file: string) => parsePinFile(JSON.parse(readFileSync(join(certs, file), 'utf8')));

const made = issueRoot().certificate;
const pin: Pin = {
  name: 'made',
  role: 'root',
  subject: 'CN=root',
  certificateSha256: made.sha256,
  publicKeySha256: made.publicKey.sha256,
  notBefore: '2025-01-01T00:00:00Z',
  notAfter: '2049-01-01T00:00:00Z',
  source: 'https://example.com/root.crt',
};

describe('pins', () => {
  it('match the certificate and its key, both', () => {
    const zero = '0'.repeat(64);
    expect(matchPin(made, [pin])).toBe(pin);
    expect(matchPin(made, [{ ...pin, certificateSha256: zero }])).toBeNull();
    expect(matchPin(made, [{ ...pin, publicKeySha256: zero }])).toBeNull();
    expect(matchPin(made, [])).toBeNull();
  });

  it('make anchors of roots alone', () => {
    expect(pinnedAnchors([made, issueRoot().certificate], [pin])).toHaveLength(1);
    expect(pinnedAnchors([made], [{ ...pin, role: 'intermediate' }])).toEqual([]);
  });

  it('are refused when a file is not just what it should be', () => {
    const file = { version: 1, vendor: 'test', pins: [pin] };
    expect(parsePinFile(file).pins).toEqual([pin]);
    const wrong = [
      { ...file, version: 2 },
      { ...file, pins: [] },
      { ...file, pins: [pin, pin] },
      { ...file, extra: 1 },
      { ...file, pins: [{ ...pin, certificateSha256: made.sha256.toUpperCase() }] },
      { ...file, pins: [{ ...pin, notAfter: '2049-01-01' }] },
      { ...file, pins: [{ ...pin, role: 'leaf' }] },
    ];
    for (const json of wrong) expect(() => parsePinFile(json)).toThrow(ZodError);
  });

  it.each(files)('of certs/%s are well formed', (file) => {
    expect(load(file).pins.length).toBeGreaterThan(0);
  });
});

describeWithVectors('pins of genuine roots', (folder) => {
  const all = files.flatMap((file) => load(file).pins);
  const certificates = (path: string) => {
    const bytes = vector(path);
    const text = Buffer.from(bytes).toString('latin1');
    return (text.includes('-----BEGIN') ? parsePem(text) : [bytes]).map(parseCertificate);
  };
  const roots = [
    'snp/milan-vcek-v3/ark.pem',
    'snp/genoa-vcek-v3/ark.pem',
    'snp/turin-vcek-v5/ark.pem',
    'intel/cases/phala_tdx_quote/root.pem',
    'nvidia/roots/device_root.pem',
    'nvidia/roots/rim_root.pem',
    'nitro/aws_nitro_root_cert.pem',
  ];

  it('match them, with what they say of themselves', () => {
    const makers = readdirSync(join(folder, 'tpm/ek-ca')).map((file) => `tpm/ek-ca/${file}`);
    for (const certificate of [...roots, ...makers].flatMap(certificates)) {
      const found = matchPin(certificate, all);
      expect(found).toMatchObject({
        subject: nameText(certificate.subject),
        notBefore: certificate.notBefore.toISOString().replace('.000Z', 'Z'),
        notAfter: certificate.notAfter.toISOString().replace('.000Z', 'Z'),
      });
    }
    for (const certificate of roots.flatMap(certificates))
      expect(matchPin(certificate, all)?.role).toBe('root');
  });

  it('do not match a software TPM that made its own authority', () => {
    const own = ['tpm/enrolment/issuercert.pem', 'tpm/enrolment/swtpm-localca-rootca-cert.pem'].flatMap(
      certificates,
    );
    expect(pinnedAnchors(own, all)).toEqual([]);
  });
});
