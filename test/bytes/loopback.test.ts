import { expect, it } from 'vitest';
import { isLoopbackHost } from '../../src/bytes/loopback.ts';

it.each([
  'localhost',
  '127.0.0.1',
  '127.255.3.250',
  '::1',
  '[::1]',
  new URL('http://[0:0::1]').hostname,
  new URL('http://127.1').hostname,
])('%s is this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

it.each([
  '',
  '0.0.0.0',
  '::',
  '127.0.0.256',
  '127.0.0.1.example',
  'localhost.example',
  'x127.0.0.1',
  '127.0.0',
  '[::2]',
  '[::1',
  '128.0.0.1',
  '127.0.0.1\n',
])('%j is not', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});
