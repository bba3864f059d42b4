import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SignJWT } from 'jose';
import { forgeManufacturer } from '../../src/forge/device-manifest.ts';
import { parsePackFiles } from '../../src/policy/packs/index.ts';
import { signCheckpoint } from '../../src/record/checkpoint.ts';
import { formatKey } from '../../src/record/note-format.ts';
import { formatEntryBundle, formatHashTile } from '../../src/record/tiles.ts';
import { landmark } from '../location/probe/parties.ts';
import { issued } from '../record/disclosure/shown.ts';
import { grantOf, keys, listOf, proofOf } from '../record/grant/shown.ts';
import { reportOf, signed } from '../record/report/shown.ts';

const PACK = resolve(import.meta.dirname, '../../packs/base');
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));

/** Tokens, documents and notes, and texts of a line. */
export async function textSamples(): Promise<Uint8Array[]> {
  return [pack(), ...(await tokens()), ...records(), ...small()];
}

async function tokens(): Promise<Uint8Array[]> {
  const grant = grantOf();
  const manufacturer = forgeManufacturer();
  return [
    text(grant),
    text(listOf('valid')),
    text(proofOf(grant)),
    text(issued()),
    text(signed(await reportOf())),
    text(manufacturer.sign(MANIFEST)),
    text(await usageReport()),
    text(JSON.stringify({ keys: [{ ...keys.grant.jwk, kid: keys.grant.kid, use: 'sig', alg: 'ES256' }] })),
  ];
}

function records(): Uint8Array[] {
  const hashes = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
  const name = 'log.example/sextant';
  return [
    formatHashTile(hashes),
    formatEntryBundle([text('{"a":1}'), text('{"b":2}')]),
    text(
      signCheckpoint(2, new Uint8Array(32), {
        name,
        privateKey: landmark.key,
        publicKey: createPublicKey(landmark.key),
      }),
    ),
    text('tile/0/x001/234.p/5'),
    text(formatKey({ name, publicKey: createPublicKey(landmark.key) }, 0x04)),
    text('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'),
  ];
}

const MANIFEST = {
  format: 'sextant-device-manifest/1',
  manufacturer: 'NVIDIA',
  issuedAt: '2026-03-01T00:00:00Z',
  devices: [
    {
      kind: 'gpu',
      serial: '1',
      model: 'H100',
      identity: { type: 'nvidia-chip-key', sha256: '0'.repeat(64) },
    },
  ],
};

function usageReport(): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const said = {
    ...{ iss: `hst_${'0'.repeat(26)}`, aud: 'https://verifier.example', sub: `lic_${'0'.repeat(26)}` },
    ...{ iat: 1_772_000_000, from: '2026-03-01T12:00:00Z', until: '2026-03-01T13:00:00Z' },
    ...{ unit: 'chip-seconds', amount: 7, source: 'dcgm', purpose: 'inference' },
  };
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const jwk = { kty: String(kty), crv: String(crv), x: String(x), y: String(y) };
  return new SignJWT(said)
    .setProtectedHeader({ typ: 'usage-report+jwt', alg: 'ES256', jwk })
    .sign(privateKey);
}

/** A rule pack as one document. */
function pack(): Uint8Array {
  const names = readdirSync(PACK);
  const files = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(PACK, name)))]));
  return text(JSON.stringify(parsePackFiles(files)));
}

/** Texts and structures of a line, that nothing above holds. */
function small(): Uint8Array[] {
  return [
    text('192.0.2.1'),
    text('2001:db8::1'),
    text('2026-03-01T12:00:00Z'),
    text('12\n'),
    text(JSON.stringify([['host', randomUUID(), 7]])),
    text(JSON.stringify({ sha256: { 0: '00'.repeat(32), 7: '11'.repeat(32) } })),
    Uint8Array.of(0xa1, 0x01, 0x18, 0x20),
    new Uint8Array(8).fill(1),
  ];
}
