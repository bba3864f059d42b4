import { webcrypto } from 'node:crypto';
import * as pkijs from 'pkijs';
import { expect, it } from 'vitest';
import { TAG } from '../../src/bytes/der-tag.ts';
import { writeInteger } from '../../src/bytes/der-writer.ts';
import { NEXT_UPDATE, REVOKED_AT, THIS_UPDATE } from './crl-issue.ts';
import { issueLeaf } from './issue.ts';
import { authorityKeyIdentifier } from './issue-extensions.ts';
import { answers, ask, ca } from './revocation-case.ts';

// A CRL that an independent implementation made, so that the tests' writer and our reader do not merely agree with each
// other; OpenSSL's responder does the same for OCSP.
const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto });
pkijs.setEngine('node', engine);
const issuer = pkijs.Certificate.fromBER(ca.der);
const listed = issueLeaf(ca);

const signingKey = (): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    ca.key.privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );

const extension = (extnID: string, value: Uint8Array, critical = false): pkijs.Extension =>
  new pkijs.Extension({ extnID, critical, extnValue: new Uint8Array(value).buffer });

async function madeCrl(): Promise<Uint8Array> {
  const crl = new pkijs.CertificateRevocationList();
  crl.version = 1;
  crl.issuer = issuer.subject;
  crl.thisUpdate = new pkijs.Time({ type: 0, value: THIS_UPDATE });
  crl.nextUpdate = new pkijs.Time({ type: 0, value: NEXT_UPDATE });
  crl.revokedCertificates = [
    new pkijs.RevokedCertificate({
      userCertificate: pkijs.Certificate.fromBER(listed.der).serialNumber,
      revocationDate: new pkijs.Time({ type: 0, value: REVOKED_AT }),
      crlEntryExtensions: new pkijs.Extensions({
        extensions: [extension('2.5.29.21', writeInteger(1, TAG.enumerated))],
      }),
    }),
  ];
  crl.crlExtensions = new pkijs.Extensions({
    extensions: [
      extension('2.5.29.35', authorityKeyIdentifier(ca.ski)),
      extension('2.5.29.20', writeInteger(300)),
    ],
  });
  await crl.sign(await signingKey(), 'SHA-256', engine);
  return new Uint8Array(crl.toSchema(true).toBER());
}

it('reads a CRL of pkijs', async () => {
  const crls = [await madeCrl()];
  expect(ask({ crls })[0]?.status).toBe('good');
  expect(answers({ chain: [listed, ca], crls })).toEqual(['revoked: keyCompromise']);
});
