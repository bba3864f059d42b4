import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Given } from '../../../src/cli/configuration/configure.ts';
import { certificatePem, pairOf, serverPair } from '../../http/secure.ts';
import { issueCrl } from '../../pki/crl-issue.ts';
import { issueCa, issueLeaf, issueRoot } from '../../pki/issue.ts';
import { plain, subjectAltName } from '../../pki/issue-extensions.ts';

import { DAY_MS, look, useMachine, wants } from './machine.ts';

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

  describe('revocation lists of client certificates', () => {
    const dated = { thisUpdate: new Date(Date.now() - DAY_MS), nextUpdate: new Date(Date.now() + DAY_MS) };
    const ended = { ...dated, nextUpdate: new Date(Date.now() - 60_000) };

    function withLists(...lists: readonly (Uint8Array | null)[]): Given {
      const { key, cert } = chainOf();
      const tlsClientCa = join(machine.data, 'clients.pem');
      writeFileSync(tlsClientCa, certificatePem(root) + certificatePem(ca));
      const tlsClientCrl = lists.map((list, index) => {
        const path = join(machine.data, `list-${index}`);
        if (list !== null) writeFileSync(path, list);
        return path;
      });
      return { ...tls(cert, key), tlsClientCa, tlsClientCrl };
    }

    it('are in force, one for each CA', async () => {
      expect(await wants(machine, withLists(issueCrl(root, dated), issueCrl(ca, dated)))).toEqual([]);
    });

    it('are a warning where one of no use lies beside one in force', async () => {
      const given = withLists(issueCrl(root, dated), issueCrl(ca, dated), issueCrl(ca, ended));
      expect(await wants(machine, given)).toEqual(['tls.client-lists warning']);
    });

    it.each<[string, readonly (Uint8Array | null)[], string]>([
      ['one that has ended', [issueCrl(root, dated), issueCrl(ca, ended)], 'crl_expired'],
      ['one that is gone', [issueCrl(root, dated), issueCrl(ca, dated), null], 'crl_unreadable'],
      [
        'one that another key signed',
        [issueCrl(root, dated), issueCrl(ca, { ...dated, signer: root.key })],
        'crl_signature_invalid',
      ],
      ['none of a CA', [issueCrl(root, dated)], 'no list in force'],
    ])('%s is told', async (_, lists, says) => {
      const given = withLists(...lists);
      expect(await wants(machine, given)).toEqual(['tls.client-lists problem']);
      const found = (await look(machine, given)).find(({ id }) => id === 'tls.client-lists');
      expect(found?.says).toContain(says);
    });
  });
});
