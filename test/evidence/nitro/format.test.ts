import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { p384Key } from '../../../src/forge/nitro/pki.ts';
import { type Pin, parsePinFile } from '../../../src/pki/index.ts';
import { type JudgeOptions, judgeOffline } from '../../../src/policy/judge.ts';
import { offlinePolicy } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { AT } from './forged.ts';

const authenticity = offlinePolicy.parse({ name: 'authenticity', base: 'authenticity' });
const gate = offlinePolicy.parse({ name: 'gate', base: 'gate' });
const certs = join(import.meta.dirname, '../../../certs');
const pinsIn = (name: string): readonly Pin[] => {
  const json: unknown = JSON.parse(readFileSync(join(certs, name), 'utf8'));
  return parsePinFile(json).pins;
};
const AWS_PINS = pinsIn('aws-nitro.json');

type Judgement = ReturnType<typeof judgeOffline>;

function judge(files: EvidenceFolder, options: Partial<JudgeOptions> = {}): Judgement {
  return judgeOffline(files, { at: AT, policy: authenticity, pins: AWS_PINS, ...options });
}

function lone(bytes: Uint8Array, name = 'evidence'): EvidenceFolder {
  return new Map([[name, bytes]]);
}

function failed({ checks }: Judgement): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describeWithVectors('a genuine Nitro attestation document', (folder) => {
  type Case = {
    readonly arguments: readonly [path: string, flag: string, at: string];
    readonly format: string;
    readonly authentic: boolean;
    readonly why: string;
  };
  const { cases }: { cases: readonly Case[] } = JSON.parse(
    readFileSync(join(folder, 'expected.json'), 'utf8'),
  );
  const ours = cases.filter(({ format }) => format === 'nitro');
  const REASONS = new Map([
    ['leaf expired', ['nitro.chain.validity']],
    ['signature', ['nitro.signature']],
  ]);

  it('has cases', () => expect(ours.length).toBeGreaterThan(2));

  it.each(ours)('gives the verdict of $arguments', ({ arguments: [path, , at], authentic, why }) => {
    const judgement = judge(lone(vector(path)), { at: new Date(at) });
    expect(judgement).toMatchObject({ format: 'nitro', authentic, accepted: authentic });
    expect(failed(judgement)).toEqual(authentic ? [] : REASONS.get(why));
  });

  const document = vector('nitro/aws_nitro_document.cbor');
  const at = new Date('2022-11-09T22:52:00Z');
  const nonce = Buffer.from('c678c86135de539d183acff58886d98dfb982304', 'hex');

  it('states what it states', () => {
    const { nitro } = judge(lone(document), { at });
    expect(nitro).toMatchObject({
      moduleId: 'i-04fd167167daacf3b-enc01845e97d0b3eb4e',
      timestamp: '2022-11-09T22:52:00.696Z',
      publicKey: null,
    });
    expect(nitro?.nonce?.startsWith(nonce.toString('hex'))).toBe(true);
    expect(nitro?.userData).toMatch(/^7c37108079b3e8a3[0-9a-f]{48}$/);
    expect(Object.keys(nitro?.pcrs ?? {})).toHaveLength(16);
    expect(judge(lone(document), { at: AT }).nitro).toBeUndefined();
  });

  it('passes the gate with its nonce, and not without', () => {
    const hex = judge(lone(document), { at }).nitro?.nonce ?? '';
    const whole = Buffer.from(hex, 'hex');
    expect(judge(lone(document), { at, policy: gate, nonce: whole })).toMatchObject({ accepted: true });
    expect(judge(lone(document), { at, policy: gate })).toMatchObject({ authentic: true, accepted: false });
    expect(failed(judge(lone(document), { at, nonce }))).toEqual(['nitro.nonce']);
  });

  it('is trusted under AWS’s root alone', () => {
    expect(failed(judge(lone(document), { at, pins: [] }))).toEqual(['nitro.chain.root']);
    const [pin] = AWS_PINS;
    if (pin === undefined) throw new Error('a pin');
    const elsewhere = { ...pin, name: 'another maker' };
    expect(failed(judge(lone(document), { at, pins: [elsewhere] }))).toEqual(['nitro.chain.root']);
    const roots = new Map([['root.pem', vector('nitro/aws_nitro_root_cert.pem')]]);
    expect(judge(lone(document), { at, pins: [], roots }).authentic).toBe(true);
  });

  it('asks a policy’s registers', () => {
    const { nitro } = judge(lone(document), { at });
    const value = nitro?.pcrs['0'] ?? '';
    const under = (pcrs: object): Judgement =>
      judge(lone(document), {
        at,
        policy: offlinePolicy.parse({ name: 'ours', base: 'authenticity', nitro: { pcrs } }),
      });
    expect(under({ '0': ['00'.repeat(48), value], '3': ['00'.repeat(48)] }).accepted).toBe(true);
    expect(failed(under({ '0': ['00'.repeat(48)] }))).toEqual(['nitro.policy.pcr']);
    expect(failed(under({ '0': [value], '31': [value] }))).toEqual(['nitro.policy.pcr']);
    expect(under({ '0': [value], '31': [value] })).toMatchObject({ authentic: true, accepted: false });
  });

  it('is recognised nowhere else', () => {
    const others = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/nitro'))
      .map((entry) => lone(new Uint8Array(readFileSync(join(entry.parentPath, entry.name))), entry.name));
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((files) => recogniseFormat(files)?.id === 'nitro')).toEqual([]);
  });

  it('is refused cut anywhere, by its name if by nothing else', () => {
    for (let length = 1; length < document.length; length += 5) {
      const cut = judge(lone(document.subarray(0, length), 'aws_nitro_document.cbor'), { at });
      expect(cut).toMatchObject({ format: 'nitro', authentic: false, error: { code: 'truncated' } });
    }
  });

  it('is refused with any one bit flipped', () => {
    // Prime to 8: over the bytes, all bits of a byte come up. More of them where there is time.
    const stride = fuzzRuns > 5000 ? 11 : 61;
    for (let bit = 0; bit < document.length * 8; bit += stride) {
      const judgement = judge(lone(flipped(document, bit), 'document.bin'), { at });
      const { format, authentic } = judgement;
      if (format !== 'nitro' || authentic !== false) throw new Error(`bit ${bit}: ${format} ${authentic}`);
    }
  }, 300_000);
});

describe('forged Nitro attestation documents as files', () => {
  const { document, pki } = forgeNitroDocument({ at: AT, map: 'indefinite' });
  const roots = lone(pki.root, 'root.der');
  const base64 = Buffer.from(document).toString('base64');

  it('are refused for their root, and authentic where somebody names it', () => {
    expect(failed(judge(lone(document)))).toEqual(['nitro.chain.root']);
    expect(judge(lone(document), { roots })).toMatchObject({ format: 'nitro', authentic: true });
  });

  it('may lie in a folder, under any name, tagged, or in base64', () => {
    const tagged = forgeNitroDocument({ at: AT, pki, tagged: true }).document;
    const beside = new Map([['notes.txt', text('hello')], ...lone(document, 'x.y')]);
    const lines = base64.replace(/.{64}/g, '$&\r\n');
    const forms = [
      beside,
      lone(document, 'eventlog.bin'),
      lone(document, 'document.bin'),
      lone(tagged),
      lone(text(base64)),
      lone(text(`${lines}\n`)),
      lone(text(Buffer.from(document).toString('base64url'))),
      lone(text(Buffer.from(tagged).toString('base64'))),
    ];
    for (const files of forms)
      expect(judge(files, { roots })).toMatchObject({ format: 'nitro', authentic: true });
  });

  it('are refused where the base64 is none', () => {
    for (const broken of [
      `${base64.slice(0, -8)}!!!!`,
      `${base64.slice(0, 2000)}=${base64.slice(2000)}`,
      base64.slice(0, -3),
    ]) {
      expect(judge(lone(text(broken)), { roots })).toMatchObject({ format: 'nitro', authentic: false });
    }
    const long = judge(lone(text(base64 + '\n'.repeat(40_000))), { roots });
    expect(long).toMatchObject({ authentic: false, error: { code: 'too_long' } });
  });

  it('are authentic in debug mode, and not accepted by the gate', () => {
    const zero = new Map([0, 1, 2, 3].map((index) => [index, new Uint8Array(48)]));
    const nonce = Uint8Array.of(1, 2, 3);
    const debug = forgeNitroDocument({ at: AT, pki, fields: { pcrs: zero, nonce } }).document;
    expect(judge(lone(debug), { roots, nonce })).toMatchObject({
      authentic: true,
      accepted: true,
      notPerformed: [{ id: 'nitro.debug' }],
    });
    const gated = judge(lone(debug), { roots, nonce, policy: gate });
    expect(gated).toMatchObject({ authentic: true, accepted: false });
    expect(failed(gated)).toEqual(['nitro.debug']);
  });

  it('match no reference set: there is none for enclaves', () => {
    const set = {
      kind: 'snp',
      name: 'guest',
      version: '1',
      publisher: 'us',
      sealed: false,
      measurement: ['a0'.repeat(48)],
    };
    const policy = offlinePolicy.parse({
      name: 'sets',
      base: 'authenticity',
      referenceSets: [set],
      hashAlgorithms: ['sha384'],
    });
    const judgement = judge(lone(document), { roots, policy });
    expect(judgement).toMatchObject({ authentic: true, accepted: false });
    expect(failed(judgement)).toEqual(['policy.hash-algorithms', 'policy.reference-set']);
  });

  it.each([
    {},
    { '32': ['00'.repeat(48)] },
    { '00': ['00'.repeat(48)] },
    { '0': [] },
    { '0': ['00'] },
    { '0': ['AA'.repeat(48)] },
  ])('are judged under no policy of registers like %j', (pcrs) => {
    expect(offlinePolicy.safeParse({ name: 'p', base: 'gate', nitro: { pcrs } }).success).toBe(false);
  });

  it('never throw, and garbage is never authentic', () => {
    const signer = p384Key();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, signed) => {
        const file = signed ? forgeNitroDocument({ at: AT, pki, signer, payload: noise }).document : noise;
        return judge(lone(file, 'document.bin'), { roots }).authentic !== true;
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});
