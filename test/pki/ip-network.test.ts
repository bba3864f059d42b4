import { describe, expect, it } from 'vitest';
import { networkOf, plainAddress } from '../../src/pki/ip-network.ts';

describe('whom an address is counted for', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '20010db800000000'],
    ['2001:db8::ffff:0:1', '20010db800000000'],
    ['2001:db8:0:1::1', '20010db800000001'],
    ['fe80::1%eth0', 'fe80000000000000'],
    ['nobody', 'nobody'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is no other address under IPv4 than that which it names', () => {
    expect(plainAddress('::ffff:7f00:1')).toBe('::ffff:7f00:1');
    expect(plainAddress('::ffff:127.0.0.1')).toBe('127.0.0.1');
  });
});
