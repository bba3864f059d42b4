import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Given } from '../../../src/cli/configuration/configure.ts';
import { certificatePem, pairOf, serverPair } from '../../http/secure.ts';
import { issueCa, issueLeaf, issueRoot } from '../../pki/issue.ts';
import { plain, subjectAltName } from '../../pki/issue-extensions.ts';

import { DAY_MS, useMachine, wants } from './machine.ts';

const machine = useMachine();

describe('of TLS', () => {
  const root = issueRoot();
  const ca = issueCa(root);
  const names = { '2.5.29.17': plain(subjectAltName('dns:verifier.example')) };
  const publicUrl = 'https://verifier.example';

  function tls(cert: string, key: string, mode = 0o600): Given {
    const files = { tlsCert: join(machine.data, 'cert.pem'), tlsKey: join(machine.data, 'key.pem') };
    writeFileSync(files.tlsCert, cert);
    writeFileSync(files.tlsKey, key, { mode });
    return { ...files, publicUrl };
  }
  const chainOf = (
    notAfter = new Date(Date.now() + 90 * DAY_MS),
  ): { key: string; leaf: string; cert: string } => {
    const { key, cert: leaf } = pairOf(issueLeaf(ca, { extensions: names, notAfter }));
    return { key, leaf, cert: leaf + certificatePem(ca) };
  };

  it('nothing is to be mended where chain, name, dates and key are right', async () => {
    const { key, cert } = chainOf();
    expect(await wants(machine, tls(cert, key))).toEqual([]);
  });

  it.each<[string, () => Given, string]>([
    [
      'a chain that ends soon',
      () => {
        const { key, cert } = chainOf(new Date(Date.now() + 5 * DAY_MS));
        return tls(cert, key);
      },
      'tls.expiry warning',
    ],
    [
      'one that has ended',
      () => {
        const { key, cert } = chainOf(new Date(Date.now() - DAY_MS));
        return tls(cert, key);
      },
      'tls.expiry problem',
    ],
    [
      'one in the wrong order',
      () => {
        const { key, leaf } = chainOf();
        return tls(leaf + certificatePem(root), key);
      },
      'tls.chain problem',
    ],
    [
      'another name',
      () => {
        const { key, cert } = serverPair();
        return tls(cert, key);
      },
      'tls.name problem',
    ],
    [
      'a key that anybody reads',
      () => {
        const { key, cert } = chainOf();
        return tls(cert, key, 0o644);
      },
      'tls.key problem',
    ],
    ['another key', () => tls(chainOf().cert, chainOf().key), 'tls.files problem'],
  ])('%s is told, and that alone', async (_, make, expected) => {
    expect(await wants(machine, make())).toEqual([expected]);
  });
});
