import { hash, randomUUID } from 'node:crypto';
import { DerReader } from '../../bytes/der.ts';
import { contextConstructed } from '../../bytes/der-tag.ts';
import { toHex } from '../../bytes/text.ts';
import type { Issued } from './certificate.ts';
import type { ForgedNvidiaGpu } from './gpu.ts';
import { forgeOcsp, forgeResponder, type OcspFields } from './ocsp.ts';
import { forgeRimsOf } from './rim.ts';

const NONCE = '1.3.6.1.5.5.7.48.1.2';
const MAX_BYTES = 8192;
/** OCSPResponse with responseStatus unauthorized (6): not its to answer (RFC 5019, 2.2.3). As NVIDIA's does of leaves. */
const UNAUTHORIZED = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x06);

type Pair = { readonly about: Issued; readonly issuer: Issued };

/** What NVIDIA's two services answer, without the network in between. */
export type ForgedNvidiaServices = {
  /** The body of `GET /v1/rim/<id>`; null where there is none: 404. */
  rim(id: string): string | null;
  /** The body that answers an OCSPRequest in DER, its nonce echoed. */
  ocsp(request: Uint8Array): Uint8Array;
};

export type ServicesOptions = {
  readonly devices: readonly ForgedNvidiaGpu[];
  /** The responder's clock, asked each time. */
  readonly clock: () => Date;
  /** What is to be different in an answer. */
  readonly change?: (about: Issued) => Partial<OcspFields>;
  /** Manifests instead of good ones, by id; null: there is none. */
  readonly rims?: ReadonlyMap<string, Uint8Array | null>;
};

/** Services that know these devices, the manifests that they need, and everybody above both. */
export function forgeNvidiaServices(options: ServicesOptions): ForgedNvidiaServices {
  const { devices, clock, change = () => ({}), rims: instead } = options;
  // Not of leaves: the chip issues them, and certified no responder.
  const chains = devices.flatMap(({ chain: [, ...known], generation, pki }) => [
    known,
    [...pki.rimChain(generation), pki.rimRoot],
  ]);
  const pairs = new Map(chains.flatMap(pairsOf).map((pair) => [serialKey(pair.about.serial), pair]));
  const rims = new Map(devices.flatMap((device) => forgeRimsOf(device)).map(({ id, xml }) => [id, xml]));
  const responders = new Map<Issued, Issued>();
  const responderOf = (issuer: Issued, at: Date): Issued => {
    const responder = responders.get(issuer) ?? forgeResponder(issuer, at);
    responders.set(issuer, responder);
    return responder;
  };
  return {
    rim(id) {
      const xml = instead?.has(id) === true ? instead.get(id) : rims.get(id);
      if (xml === undefined || xml === null) return null;
      const rim = Buffer.from(xml).toString('base64');
      return JSON.stringify({ id, rim, sha256: hash('sha256', xml, 'hex'), request_id: randomUUID() });
    },
    ocsp(request) {
      const { serial, nonce } = readOcspRequest(request);
      const pair = pairs.get(serialKey(serial));
      if (pair === undefined) return UNAUTHORIZED;
      const at = clock();
      return forgeOcsp({
        ...pair,
        at,
        nonce,
        responder: responderOf(pair.issuer, at),
        ...change(pair.about),
      });
    },
  };
}

function pairsOf(chain: readonly Issued[]): Pair[] {
  return chain.slice(0, -1).flatMap((about, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined ? [] : [{ about, issuer }];
  });
}

/** As INTEGERs compare: without leading zeros. */
function serialKey(serial: Uint8Array): string {
  return toHex(serial).replace(/^(?:00)+/, '');
}

/** RFC 6960, 4.1.1, of one certificate, unsigned. */
function readOcspRequest(der: Uint8Array): {
  readonly serial: Uint8Array;
  readonly nonce: Uint8Array | null;
} {
  return DerReader.parse(der, 'OCSPRequest', (outer) =>
    outer.sequence('ocspRequest', MAX_BYTES, (message) =>
      message.sequence('tbsRequest', MAX_BYTES, (tbs) => {
        const serial = tbs.sequence('requestList', MAX_BYTES, (list) =>
          list.sequence('request', MAX_BYTES, (request) =>
            request.sequence('reqCert', MAX_BYTES, readSerial),
          ),
        );
        return { serial, nonce: readNonce(tbs) };
      }),
    ),
  );
}

function readSerial(certId: DerReader): Uint8Array {
  certId.any('hashAlgorithm', MAX_BYTES);
  certId.octetString('issuerNameHash', 64);
  certId.octetString('issuerKeyHash', 64);
  return certId.integer('serialNumber', 64);
}

function readNonce(tbs: DerReader): Uint8Array | null {
  if (!tbs.has(contextConstructed(2))) return null;
  return tbs.nested(contextConstructed(2), 'requestExtensions', MAX_BYTES, (explicit) =>
    explicit.sequence('extensions', MAX_BYTES, (extensions) =>
      extensions.sequence('extension', MAX_BYTES, (extension) => {
        const oid = extension.oid('extnID');
        if (oid !== NONCE) throw extension.error('unsupported', 'extnID', `is ${oid}`);
        const value = extension.octetString('extnValue', 256);
        return DerReader.parse(value, 'Nonce', (inner) => inner.octetString('nonce', 128));
      }),
    ),
  );
}
