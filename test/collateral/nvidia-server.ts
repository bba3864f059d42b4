import { createHash } from 'node:crypto';
import { DerReader } from '../../src/bytes/der.ts';
import { contextConstructed, TAG } from '../../src/bytes/der-tag.ts';
import { equalBytes } from '../../src/bytes/equal.ts';
import { type Issued, newKey } from '../pki/issue.ts';
import { issueOcsp, issueResponder, type OcspOptions, refuseOcsp, type Single } from '../pki/ocsp-issue.ts';
import { type Answer, startVendorServer, type VendorServer } from './vendor-server.ts';

export type OcspQuestion = { readonly serial: Uint8Array; readonly nonce: Uint8Array | null };

/** What an OCSPRequest asks: one certificate, with a nonce or without. */
export function readOcspQuestion(der: Uint8Array): OcspQuestion {
  return DerReader.parse(der, 'OCSPRequest', (reader) =>
    reader.sequence('request', 4096, (outer) =>
      outer.sequence('tbsRequest', 4096, (tbs) => {
        const [serial] = tbs.sequenceOf('requestList', 4096, 1, (list) =>
          list.sequence('request', 4096, (request) =>
            request.sequence('reqCert', 4096, (certId) => {
              certId.element(TAG.sequence, 'hashAlgorithm', 64);
              certId.octetString('issuerNameHash', 64);
              certId.octetString('issuerKeyHash', 64);
              return certId.integer('serialNumber', 64);
            }),
          ),
        );
        if (serial === undefined) throw new TypeError('a question about nothing');
        if (!tbs.has(contextConstructed(2))) return { serial, nonce: null };
        const nonce = tbs.nested(contextConstructed(2), 'requestExtensions', 512, (explicit) =>
          explicit.sequence('extensions', 512, (list) =>
            list.sequence('extension', 512, (extension) => {
              extension.oid('extnID');
              const value = extension.octetString('extnValue', 256);
              return DerReader.parse(value, 'Nonce', (inner) => inner.octetString('nonce', 128));
            }),
          ),
        );
        return { serial, nonce };
      }),
    ),
  );
}

/** A certificate that the responder knows, with its issuer; a change of what it says is asked for each time. */
export type Known = { readonly subject: Issued; readonly issuer: Issued };

export type NvidiaWorld = {
  /** By RIM id. */
  readonly rims: ReadonlyMap<string, Uint8Array>;
  readonly known: readonly Known[];
  readonly now: () => Date;
  /** What is said of a certificate, and how the answer is made. */
  readonly saying?: (subject: Issued) => {
    readonly single?: Partial<Single>;
    readonly options?: OcspOptions;
  };
  readonly jwks?: () => Uint8Array;
};

export type NvidiaServer = VendorServer & {
  /** Every OCSP answer that was given, in order. */
  readonly given: readonly Uint8Array[];
};

const UNAUTHORIZED = 6;

/** NVIDIA's RIM service, OCSP responder and key set under one address, by the paths and forms that they have. */
export async function startNvidiaServer(world: NvidiaWorld): Promise<NvidiaServer> {
  const given: Uint8Array[] = [];
  const server = await startVendorServer(nvidiaAnswers(world, (answer) => void given.push(answer)));
  return { ...server, given };
}

/** What it answers, for whoever serves it. @param onOcsp told of every OCSP answer */
export function nvidiaAnswers(
  world: NvidiaWorld,
  onOcsp: (answer: Uint8Array) => void = () => {},
): (url: URL, body: Uint8Array) => Answer {
  const responders = new Map<Issued, Issued>();
  const responderOf = (issuer: Issued): Issued => {
    const responder = responders.get(issuer) ?? issueResponder(issuer, { key: newKey('p384') });
    responders.set(issuer, responder);
    return responder;
  };
  return (url, body) => {
    if (url.pathname.startsWith('/v1/rim/')) return rim(world, decodeURIComponent(url.pathname.slice(8)));
    if (url.pathname === '/.well-known/jwks.json') return { body: world.jwks?.() ?? '{"keys":[]}' };
    const answer = ocspAnswer(world, readOcspQuestion(body), responderOf);
    onOcsp(answer);
    return { headers: { 'content-type': 'application/ocsp-response' }, body: answer };
  };
}

function rim({ rims }: NvidiaWorld, id: string): Answer {
  const manifest = rims.get(id);
  return manifest === undefined ? { status: 404, body: '{}' } : { body: rimAnswer(id, manifest) };
}

export function rimAnswer(id: string, manifest: Uint8Array, change: Record<string, unknown> = {}): string {
  const answer = {
    id,
    rim: Buffer.from(manifest).toString('base64'),
    sha256: createHash('sha256').update(manifest).digest('hex'),
    request_id: '00000000-0000-4000-8000-000000000000',
    ...change,
  };
  return JSON.stringify(answer);
}

function ocspAnswer(
  { known, now, saying }: NvidiaWorld,
  { serial, nonce }: OcspQuestion,
  responderOf: (issuer: Issued) => Issued,
): Uint8Array {
  const about = known.find(({ subject }) => equalBytes(subject.certificate.serialNumber, serial));
  if (about === undefined) return refuseOcsp(UNAUTHORIZED);
  const { subject, issuer } = about;
  const { single = {}, options = {} } = saying?.(subject) ?? {};
  const thisUpdate = new Date(Math.floor(now().getTime() / 1000) * 1000);
  const responder = responderOf(issuer);
  const nextUpdate = new Date(thisUpdate.getTime() + 86_400_000);
  return issueOcsp(responder, [{ subject, issuer, hash: 'sha384', thisUpdate, nextUpdate, ...single }], {
    certificates: [responder],
    algorithm: 'ecdsa-sha384',
    by: 'key',
    producedAt: thisUpdate,
    ...(nonce === null ? {} : { nonce }),
    ...options,
  });
}
