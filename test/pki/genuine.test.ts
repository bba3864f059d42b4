import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import {
  anchorFromCertificate,
  type Certificate,
  DANGEROUSLY_LEGACY_ALGORITHMS,
  HARDWARE_POLICY,
  isSelfIssued,
  PathError,
  type PathPolicy,
  parseCertificate,
  parsePem,
  verifyPath,
} from '../../src/pki/index.ts';
import { describeWithVectors, vector } from '../vectors.ts';

/** PEM or DER, one or several certificates. */
function load(path: string): Certificate[] {
  const bytes = vector(path);
  const text = Buffer.from(bytes).toString('latin1');
  return (text.includes('-----BEGIN') ? parsePem(text) : [bytes]).map(parseCertificate);
}

function verify(
  leaf: Certificate,
  rest: readonly Certificate[],
  at: string,
  policy: Partial<PathPolicy> = {},
): string {
  try {
    verifyPath({
      leaf,
      intermediates: rest.filter((certificate) => !isSelfIssued(certificate)),
      anchors: rest.filter(isSelfIssued).map(anchorFromCertificate),
      at: new Date(at),
      policy: { ...HARDWARE_POLICY, ...policy },
    });
    return 'valid';
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
}

describeWithVectors('genuine certificates', (folder) => {
  const manufacturers = readdirSync(join(folder, 'tpm/ek-ca')).map((file) => `tpm/ek-ca/${file}`);
  const eks = readdirSync(join(folder, 'tpm/ek')).map((file) => `tpm/ek/${file}`);

  it('of TPM manufacturers parse, their departures named', () => {
    const departures = new Map<string, number>();
    for (const certificate of manufacturers.flatMap(load)) {
      for (const departure of certificate.departures)
        departures.set(departure, (departures.get(departure) ?? 0) + 1);
    }
    expect(Object.fromEntries(departures)).toEqual({
      rdn_out_of_order: 7,
      key_usage_trailing_zeros: 11,
      generalized_time_early: 1,
    });
  });

  it('of TPMs parse, padding apart: that belongs to the NV read', () => {
    const padded = 'tpm/ek/keylime-st_sha256_with_rsa.der';
    for (const path of eks.filter((file) => file !== padded)) expect(load(path)).toHaveLength(1);
    expect(() => load(padded)).toThrow(FormatError);
    expect(parseCertificate(vector(padded).subarray(0, -431)).departures.size).toBe(0);
  });

  it('of TPM manufacturers chain to their roots, the old ones under SHA-1 alone', () => {
    const all = manufacturers.flatMap(load);
    const verdicts = new Map<string, number>();
    for (const certificate of all.filter((candidate) => !isSelfIssued(candidate))) {
      const verdict = verify(certificate, all, '2019-06-01T00:00:00Z', {});
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect([...verdicts.keys()].toSorted()).toEqual([
      'issuer_unknown',
      'not_yet_valid',
      'signature_algorithm_refused',
      'valid',
    ]);
    const ifx = load('tpm/ek-ca/keylime__tpm_cert_store__IFX_RSA_01I.pem');
    const ifxRoot = load('tpm/ek-ca/keylime__tpm_cert_store__IFX_RSA_RT.pem');
    const anchors = ifxRoot.map(anchorFromCertificate);
    const [leaf] = ifx;
    if (leaf === undefined) throw new Error('no certificate');
    const input = { leaf, intermediates: [], anchors, at: new Date('2010-06-01T00:00:00Z') };
    expect(() => verifyPath({ ...input, policy: HARDWARE_POLICY })).toThrow(
      expect.objectContaining({ code: 'signature_algorithm_refused' }),
    );
    const legacy = { ...HARDWARE_POLICY, algorithms: DANGEROUSLY_LEGACY_ALGORITHMS };
    expect(verifyPath({ ...input, policy: legacy }).chain).toHaveLength(1);
  });

  it('of a software TPM chain to its authority', () => {
    const rest = ['tpm/enrolment/issuercert.pem', 'tpm/enrolment/swtpm-localca-rootca-cert.pem'].flatMap(
      load,
    );
    for (const path of ['tpm/enrolment/ek_rsa.der', 'tpm/enrolment/ek_ecc.der']) {
      for (const leaf of load(path)) {
        const at = new Date(leaf.notBefore.getTime() + 86_400_000).toISOString();
        expect(verify(leaf, rest, at)).toBe('valid');
      }
    }
  });

  it('of AMD chain to their root, of each generation, with VCEK and VLEK', () => {
    const chains: readonly (readonly string[])[] = [
      ['snp/milan-vcek-v3/vcek.pem', 'snp/milan-vcek-v3/ask.pem', 'snp/milan-vcek-v3/ark.pem'],
      ['snp/milan-vcek-v2/vcek.der', 'snp/milan-vcek-v2/ask.pem', 'snp/milan-vcek-v2/ark.pem'],
      ['snp/genoa-vcek-v3/vcek.pem', 'snp/genoa-vcek-v3/ask.pem', 'snp/genoa-vcek-v3/ark.pem'],
      ['snp/turin-vcek-v5/vcek.pem', 'snp/turin-vcek-v5/ask.pem', 'snp/turin-vcek-v5/ark.pem'],
      ['snp/milan-vlek-v3/vlek.der', 'snp/milan-vlek-v3/ask_ark_asvk.pem'],
    ];
    for (const [leafPath = '', ...rest] of chains) {
      for (const leaf of load(leafPath)) {
        const at = new Date(leaf.notBefore.getTime() + 86_400_000).toISOString();
        expect(verify(leaf, rest.flatMap(load), at)).toBe('valid');
      }
    }
    const lookalike = load('snp/lookalike-vcek/vcek.der');
    const rest = ['snp/lookalike-vcek/ask.pem', 'snp/lookalike-vcek/ark.pem'].flatMap(load);
    for (const leaf of lookalike)
      expect(verify(leaf, rest, leaf.notBefore.toISOString())).toBe('signature_invalid');
  });

  it('of Intel chain to their root, whatever the platform', () => {
    for (const name of readdirSync(join(folder, 'intel/cases'))) {
      const [leaf, ...rest] = load(`intel/cases/${name}/pckchain.pem`);
      if (leaf === undefined) throw new Error('no certificate');
      expect(verify(leaf, rest, new Date(leaf.notBefore.getTime() + 86_400_000).toISOString())).toBe('valid');
    }
  });

  it('are refused when cut off at any byte', () => {
    for (const path of [
      'snp/milan-vcek-v2/vcek.der',
      'tpm/ek/keylime-st_ecdsa_sha256.der',
      'tpm/enrolment/ek_rsa.der',
    ]) {
      const der = vector(path);
      for (let length = 0; length < der.length; length++) {
        expect(() => parseCertificate(der.subarray(0, length))).toThrow(FormatError);
      }
    }
  });

  it('of NVIDIA chain to their root', () => {
    for (const name of ['hopper-535', 'hopper-580', 'blackwell-575', 'switch-ls10']) {
      const [leaf, ...rest] = load(`nvidia/${name}/chain.txt`);
      if (leaf === undefined) throw new Error('no certificate');
      expect(rest).toHaveLength(4);
      expect(verify(leaf, rest, '2025-06-01T00:00:00Z')).toBe('valid');
    }
  });
});

describe('genuine certificates', () => {
  it('are never part of the project', () => {
    expect(
      readdirSync(join(import.meta.dirname, '../../certs')).filter((file) => !file.endsWith('.json')),
    ).toEqual([]);
  });
});
