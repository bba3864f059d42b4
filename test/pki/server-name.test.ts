import { describe, expect, it } from 'vitest';
import { matchesDnsName, matchesIp, matchesMailbox, matchesServerName, OID } from '../../src/pki/index.ts';
import { parseIpAddress } from '../../src/pki/ip-address.ts';
import { issueLeaf, issueRoot } from './issue.ts';
import * as ext from './issue-extensions.ts';

const root = issueRoot();

function certificateFor(...names: readonly string[]) {
  return issueLeaf(root, {
    subject: 'example.com',
    extensions: { [OID.subjectAltName]: names.length === 0 ? null : ext.plain(ext.subjectAltName(...names)) },
  }).certificate;
}

/** RFC 6125 section 6.4: presented name, name asked for, whether they match. */
const HOSTS: readonly (readonly [presented: string, asked: string, matches: boolean])[] = [
  ['dns:example.com', 'example.com', true],
  ['dns:example.com', 'EXAMPLE.com', true],
  ['dns:example.com', 'example.com.', true],
  ['dns:example.com', 'example.com..', false],
  ['dns:example.com', 'example2.com', false],
  ['dns:example.com', 'abc.example.com', false],
  ['dns:abc.example.com', 'def.example.com', false],
  ['dns:abc.example.com', 'example.com', false],
  ['dns:*.example.com', 'foo.example.com', true],
  ['dns:*.example.com', 'foo.bar.example.com', false],
  ['dns:*.example.com', 'example.com', false],
  ['dns:*.example.com', '.example.com', false],
  ['dns:*.com', 'example.com', false],
  ['dns:example.com', '*.example.com', false],
  ['dns:*.example.com', '*.example.com', false],
  ['dns:xn--628h.example.com', '\u{1f61c}.example.com', false],
  ['dns:127.0.0.1', '127.0.0.1', false],
  ['ip:127.0.0.1', '127.0.0.1', true],
  ['ip:127.0.0.1', '127.0.0.2', false],
  ['ip:127.0.0.1', '127.0.0.01', false],
  ['ip:127.0.0.1', '127.1', false],
  ['ip:127.0.0.1', '::ffff:127.0.0.1', false],
  ['ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1', '2001:db8::1', true],
  ['ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1', '2001:DB8:0:0:0:0:0:1', true],
  ['ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1', '2001:db8::2', false],
];

describe('server names', () => {
  it.each(HOSTS)('%s for %s: %s', (presented, asked, matches) => {
    expect(matchesServerName(certificateFor(presented), asked)).toBe(matches);
  });

  it('are looked for among alternative names alone', () => {
    expect(matchesServerName(certificateFor(), 'example.com')).toBe(false);
    expect(matchesServerName(certificateFor('mail:a@example.com'), 'example.com')).toBe(false);
    expect(matchesDnsName(certificateFor('dns:a.example', 'dns:b.example'), 'b.example')).toBe(true);
  });

  it('keep hosts and addresses apart', () => {
    expect(matchesDnsName(certificateFor('ip:127.0.0.1'), '127.0.0.1')).toBe(false);
    expect(matchesIp(certificateFor('dns:localhost'), 'localhost')).toBe(false);
  });

  it('compare mailboxes exactly before the at sign', () => {
    const certificate = certificateFor('mail:Some.One@example.com');
    expect(matchesMailbox(certificate, 'Some.One@EXAMPLE.com')).toBe(true);
    expect(matchesMailbox(certificate, 'some.one@example.com')).toBe(false);
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ])('%s reads as %s', (text, canonical) => {
    expect(parseIpAddress(text)?.canonical).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8::',
    '::1.2.3.4:5',
    ' ::1',
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeNull();
  });
});
