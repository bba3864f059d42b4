import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import {
  decodeStatusList,
  deviceTree,
  encodeStatusList,
  isGrantedDevice,
  parseGrant,
  parseGrantKeys,
  parseStatusList,
  proveDevice,
  statusAt,
} from '../../../src/record/grant/index.ts';
import { fuzzRuns } from '../../vectors.ts';
import { grantOf, keys, listOf, signJwt } from './shown.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });
const numRuns = Math.max(100, Math.floor(fuzzRuns / 50));

describe('a list of statuses', () => {
  it('is the bytes of the standard’s own example with two bits', () => {
    // draft-ietf-oauth-status-list, 4.1, second example, but for its threes, which are nobody's here.
    const words = ['invalid', 'suspended', 'valid', 'valid', 'valid', 'invalid', 'valid', 'invalid'] as const;
    const bytes = decodeStatusList(encodeStatusList(8, words.entries()));
    expect(Buffer.from(bytes).toString('hex')).toBe('0944');
  });

  it('says of each index what was last put there, and valid of every other', () => {
    const status = fc.constantFrom('valid' as const, 'invalid' as const, 'suspended' as const);
    const changes = fc.array(fc.tuple(fc.nat(199), status), { maxLength: 40 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = decodeStatusList(encodeStatusList(200, list));
        const last = new Map(list);
        for (let index = 0; index < 200; index++) {
          expect(statusAt(bytes, index)).toBe(last.get(index) ?? 'valid');
        }
        expect(statusAt(bytes, 200)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it('has no word for the fourth status', () => {
    expect(statusAt(Uint8Array.of(0b11), 0)).toBeNull();
  });

  it.each([
    ['trailing_data', Buffer.concat([deflateSync(Buffer.alloc(8)), Buffer.of(0)])],
    ['too_long', deflateSync(Buffer.alloc((1 << 20) + 1))],
    ['bad_value', Buffer.from('not compressed')],
    ['bad_value', deflateSync(Buffer.alloc(8)).subarray(0, -1)],
  ])('with %s is refused', (expected, bytes) => {
    expect(() => decodeStatusList(bytes.toString('base64url'))).toThrow(code(expected));
  });
});

describe('the devices of a grant', () => {
  const device = fc.record({ kind: fc.constant('gpu'), model: fc.option(fc.string({ maxLength: 20 })) });
  const list = fc
    .array(device, { minLength: 1, maxLength: 20 })
    .map((all) => all.map((one, index) => ({ ...one, id: `dev_${(index * 7) % 23}` })));

  it('are each provable against the root, in whatever order they came, and nothing else is', async () => {
    await fc.assert(
      fc.asyncProperty(list, fc.nat(), async (devices, choice) => {
        const tree = deviceTree(devices);
        expect(deviceTree(devices.toReversed())).toEqual(tree);
        const one = devices[choice % devices.length] ?? { id: '', kind: '', model: '' };
        const proof = await proveDevice(devices, one.id);
        expect(isGrantedDevice(tree, one, proof)).toBe(true);
        expect(isGrantedDevice(tree, { ...one, model: `${one.model}x` }, proof)).toBe(false);
        expect(isGrantedDevice({ ...tree, count: tree.count + 1 }, one, proof)).toBe(false);
        expect(isGrantedDevice(tree, one, { ...proof, path: [...proof.path, tree.root] })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('hold no stranger, and a proof of nonsense proves nothing', async () => {
    const devices = [{ id: 'a', kind: 'gpu', model: null }];
    await expect(proveDevice(devices, 'b')).rejects.toThrow(code('bad_value'));
    const tree = deviceTree(devices);
    const own = { id: 'a', kind: 'gpu', model: null };
    expect(isGrantedDevice(tree, own, { index: -1, count: 1, path: [] })).toBe(false);
    expect(isGrantedDevice(tree, own, { index: 0, count: 1, path: ['?'] })).toBe(false);
  });
});

describe('a set of keys', () => {
  const key = { ...keys.grant.jwk, kid: keys.grant.kid };
  it.each([
    ['bad_value', {}],
    ['bad_value', { keys: [{ ...key, kid: keys.other.kid }] }],
    ['bad_value', { keys: [{ kty: 'RSA', kid: 'x' }] }],
    ['duplicate', { keys: [key, key] }],
    ['unsupported', { keys: [{ ...key, d: 'AAAA' }] }],
  ])('with %s is refused', (expected, set) => {
    expect(() => parseGrantKeys(set)).toThrow(code(expected));
  });
});

describe('tokens', () => {
  it.each([
    ['unsupported', (): unknown => parseGrant(grantOf({}, { crit: ['x'] }))],
    ['unsupported', (): unknown => parseGrant(grantOf({}, { jwk: {} }))],
    ['unsupported', (): unknown => parseGrant(grantOf({}, { typ: 7 }))],
    ['bad_value', (): unknown => parseGrant(`${grantOf()}.`)],
    ['not_canonical', (): unknown => parseGrant(`${grantOf().split('.').slice(0, 2).join('.')}.AB`)],
    ['bad_value', (): unknown => parseGrant(grantOf({ exp: 253_402_300_800 }))],
    ['bad_value', (): unknown => parseStatusList(listOf('valid', { claims: { ttl: undefined } }))],
    [
      'bad_value',
      (): unknown => parseStatusList(listOf('valid', { claims: { status_list: { bits: 1, lst: '' } } })),
    ],
    ['too_long', (): unknown => parseStatusList('a'.repeat((4 << 20) + 1))],
  ])('with %s are refused', (expected, parse) => {
    expect(parse).toThrow(code(expected));
  });

  it('that name a claim twice are refused', () => {
    const header = Buffer.from('{"alg":"ES256","typ":"licence-grant+jwt","kid":"k"}').toString('base64url');
    const payload = Buffer.from('{"exp":1,"exp":2}').toString('base64url');
    expect(() => parseGrant(`${header}.${payload}.AA`)).toThrow(code('duplicate'));
  });

  it('of random bytes, and with any one byte changed, are read or refused by a code', () => {
    const texts = [grantOf(), listOf('suspended'), signJwt(keys.grant, {}, {})];
    const changed = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(255)).map(([text, place, byte]) => {
      const bytes = Buffer.from(text, 'latin1');
      bytes[place % bytes.length] = byte;
      return bytes.toString('latin1');
    });
    fc.assert(
      fc.property(fc.oneof(changed, fc.string({ unit: 'binary' })), (text) => {
        for (const parse of [parseGrant, parseStatusList]) {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }),
      { numRuns },
    );
  });
});
