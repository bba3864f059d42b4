import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseRuntimeClaims } from '../../../src/evidence/azure/runtime-claims.ts';
import { marshalClaims } from '../../../src/forge/azure/hcl-report.ts';
import { fuzzRuns } from '../../vectors.ts';
import { claimedKey } from './samples.ts';

const [ak, ek] = [claimedKey(), claimedKey()];
const text = new TextDecoder().decode(marshalClaims({ ak, ek, vmUniqueId: 'A' }));
const utf8 = (json: string): Uint8Array => new TextEncoder().encode(json);
const modulus = /"n":"([^"]+)"/.exec(text)?.[1] ?? '';

function codeOf(json: string): string {
  try {
    parseRuntimeClaims(utf8(json));
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseRuntimeClaims', () => {
  it('reads claims without user data, without an endorsement key, and with members that it does not know', () => {
    expect(parseRuntimeClaims(utf8(text.replace(/,"user-data":"0+"/, ''))).userData).toBeNull();
    expect(parseRuntimeClaims(utf8(text.replace(/"user-data":"0+"/, '"user-data":""'))).userData).toBeNull();
    expect(parseRuntimeClaims(utf8(text.replace('HCLEkPub', 'Other'))).ek).toBeNull();
    expect(codeOf(text.replace('"vmUniqueId"', '"current-time":1,"vmUniqueId"'))).toBe('parsed');
    expect(codeOf(text.replace('{"keys"', '{"new":{},"keys"'))).toBe('parsed');
  });

  it('does not take what an older paravisor leaves out for false', () => {
    const { vmConfiguration } = parseRuntimeClaims(utf8(text.replace('"tpm-persisted":true,', '')));
    expect(vmConfiguration.tpmPersisted).toBeNull();
  });

  it.each<[string, string, string]>([
    ['no keys', 'bad_value', text.replace('"keys"', '"kees"')],
    ['keys that are no list', 'bad_value', text.replace(/"keys":\[.*?\],"vm/, '"keys":{},"vm')],
    ['a key that is no object', 'bad_value', text.replace('"keys":[', '"keys":[1,')],
    ['no attestation key', 'bad_value', text.replace('HCLAkPub', 'HCLOther')],
    ['two attestation keys', 'bad_value', text.replace('HCLEkPub', 'HCLAkPub')],
    ['another type of key', 'bad_value', text.replace('"kty":"RSA"', '"kty":"EC"')],
    ['an attestation key that does not sign', 'bad_value', text.replace('["sign"]', '["encrypt"]')],
    ['an endorsement key that signs', 'bad_value', text.replace('["encrypt"]', '["sign"]')],
    ['no operations', 'bad_value', text.replace('"key_ops":["sign"],', '')],
    ['no modulus', 'bad_value', text.replace(`"n":"${modulus}"`, '"m":""')],
    ['an empty modulus', 'bad_value', text.replace(modulus, '')],
    ['a modulus with leading zeros', 'bad_value', text.replace(`"${modulus}`, `"AAAA${modulus}`)],
    ['a modulus of 513 bytes', 'bad_value', text.replace(modulus, `_${'_'.repeat(683)}`)],
    ['padded base64', 'bad_value', text.replace(`${modulus}"`, `${modulus}=="`)],
    [
      'base64 that is not canonical',
      'not_canonical',
      text.replace('"e":"AQAB"', '"e":"AQE"').replace('AQE"', 'AQF"'),
    ],
    ['an exponent of 5 bytes', 'bad_value', text.replace('"AQAB"', '"AQABAAA"')],
    ['no configuration', 'bad_value', text.replace('vm-configuration', 'vm-config')],
    ['a flag that is none', 'bad_value', text.replace('"secure-boot":true', '"secure-boot":"yes"')],
    ['an id that is no text', 'bad_value', text.replace('"vmUniqueId":"A"', '"vmUniqueId":1')],
    ['user data of 63 bytes', 'bad_value', text.replace('"user-data":"00', '"user-data":"')],
    ['user data that is not hexadecimal', 'bad_value', text.replace('"user-data":"00', '"user-data":"zz')],
    ['a member twice', 'duplicate', text.replace('"kty":"RSA"', '"kty":"RSA","kty":"RSA"')],
    ['text behind it', 'bad_value', `${text}0`],
    ['a NUL behind it', 'bad_value', `${text}\0`],
    ['a list', 'bad_value', `[${text}]`],
    ['too many keys', 'budget_exceeded', text.replace('"keys":[', `"keys":[${'{},'.repeat(300)}`)],
  ])('refuses %s', (_, code, json) => {
    expect(json).not.toBe(text);
    expect(codeOf(json)).toBe(code);
  });

  it('throws nothing but format errors, whatever the text', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(8), fc.string({ maxLength: 8 }), (at, length, put) => {
        codeOf(text.slice(0, at) + put + text.slice(at + length));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
