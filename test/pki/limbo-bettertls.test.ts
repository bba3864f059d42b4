import { describe, expect, it } from 'vitest';
import { anchorFromCertificate, OID, PathError, verifyPath } from '../../src/pki/index.ts';
import { issueLeaf, newKey, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { constraints, intermediateCa, RFC5280, rootCa } from './limbo.ts';

/*
 * Netflix BetterTLS, suite `nameconstraints`: every combination of a common name, a host name and an address in the leaf with
 * permitted and excluded trees of either form in the CA. What the suite calls a soft pass or fail is a pass or fail here.
 */

const VALUES = ['none', 'valid', 'invalid'] as const;
type Value = (typeof VALUES)[number];

const HOST = { valid: 'test.localhost', invalid: 'bad.example.com' };
const ADDRESS = { valid: '127.0.0.1', invalid: '1.1.1.1' };
const permittedHosts = { valid: 'dns:localhost', invalid: 'dns:example.com' };
const excludedHosts = { valid: 'dns:localhost', invalid: 'dns:bad.example.com' };
const ranges = { valid: 'ip:127.0.0.0.255.255.255.0', invalid: 'ip:1.1.1.0.255.255.255.0' };

const of = (value: Value, texts: Readonly<Record<'valid' | 'invalid', string>>) =>
  value === 'none' ? [] : [texts[value]];

type Limits = {
  readonly permittedHost: Value;
  readonly permittedAddress: Value;
  readonly excludedHost: Value;
  readonly excludedAddress: Value;
};

const product = VALUES.flatMap((permittedHost) =>
  VALUES.flatMap((permittedAddress) =>
    VALUES.flatMap((excludedHost) =>
      VALUES.map(
        (excludedAddress): Limits => ({ permittedHost, permittedAddress, excludedHost, excludedAddress }),
      ),
    ),
  ),
);

const contradicts = (value: Value, permitted: Value, excluded: Value): boolean =>
  value !== 'none' && ((permitted !== 'none' && permitted !== value) || excluded === value);

const root = rootCa();
const key = newKey();
const cas = product.map((limits) => {
  const permitted = [...of(limits.permittedHost, permittedHosts), ...of(limits.permittedAddress, ranges)];
  const excluded = [...of(limits.excludedHost, excludedHosts), ...of(limits.excludedAddress, ranges)];
  const list = permitted.length + excluded.length === 0 ? {} : constraints(permitted, excluded);
  const extensions = { [OID.subjectAltName]: null, ...list };
  return { limits, made: intermediateCa(root, { subject: 'local_ica', key, extensions }) };
});
const [issuer] = cas;

const leaves = [HOST, ADDRESS].flatMap((commonNames) =>
  VALUES.flatMap((common) =>
    VALUES.flatMap((host) =>
      VALUES.map((address) => {
        const names = [
          ...of(host, HOST).map((text) => `dns:${text}`),
          ...of(address, ADDRESS).map((text) => `ip:${text}`),
        ];
        const extensions = {
          [OID.subjectAltName]: names.length === 0 ? null : ext.plain(ext.subjectAltName(...names)),
          [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(OID.serverAuth)),
        };
        const [subject = 'bettertls.com'] = of(common, commonNames);
        if (issuer === undefined) throw new Error('a CA was issued');
        return { host, address, made: issueLeaf(issuer.made, { subject, extensions }) };
      }),
    ),
  ),
);

function accepts(serverName: string, leaf: (typeof leaves)[number], ca: (typeof cas)[number]): boolean {
  try {
    verifyPath({
      leaf: leaf.made.certificate,
      intermediates: [ca.made.certificate],
      anchors: [anchorFromCertificate(root.certificate)],
      at: T0,
      policy: RFC5280,
      serverName,
    });
    return true;
  } catch (error) {
    if (error instanceof PathError) return false;
    throw error;
  }
}

describe('BetterTLS nameconstraints', () => {
  it('agrees in each of 8,748 combinations', { timeout: 120_000 }, () => {
    const different: object[] = [];
    let count = 0;
    for (const ca of cas) {
      for (const leaf of leaves) {
        const { permittedHost, permittedAddress, excludedHost, excludedAddress } = ca.limits;
        const isSound =
          !contradicts(leaf.host, permittedHost, excludedHost) &&
          !contradicts(leaf.address, permittedAddress, excludedAddress);
        for (const [serverName, presented] of [
          [HOST.valid, leaf.host],
          [ADDRESS.valid, leaf.address],
        ] as const) {
          count += 1;
          const wanted = isSound && presented === 'valid';
          if (accepts(serverName, leaf, ca) !== wanted) {
            different.push({ ...ca.limits, host: leaf.host, address: leaf.address, serverName, wanted });
          }
        }
      }
    }
    expect(different).toEqual([]);
    expect(count).toBe(8748);
  });
});
