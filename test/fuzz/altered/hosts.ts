import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NO_NVIDIA_TRUST } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { type EnrolledHost, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import { exitStatus, judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES } from '../../../src/policy/offline-policy.ts';
import { bindingItem, bundleOf, snpItem, tdxItem, trust } from '../../evidence/bundle/guest.ts';
import { makeHost, now, session, submit } from '../../evidence/bundle/host.ts';
import { type Altered, altered, toTheByte } from './altered.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../examples/evidence/tpm-ecc');

/** The signed files of a TPM's quote, one changed at a time, judged as `sextant verify` does. */
export function tpmFiles(): Altered[] {
  const policy = BUILT_IN_POLICIES.get('authenticity');
  if (policy === undefined) throw new TypeError('no such policy');
  const names = readdirSync(EXAMPLE);
  const files = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(EXAMPLE, name)))]));
  const judged = (name: string, bytes: Uint8Array): boolean =>
    exitStatus(judgeOffline(new Map(files).set(name, new Uint8Array(bytes)), { at: now, policy })) === 0;
  // Not the key: nobody signed its attributes, and what ties it to a TPM is its enrolment.
  return ['quote.msg', 'quote.sig', 'quote.pcrs'].map((name) =>
    altered(
      `sextant verify: ${name}`,
      files.get(name),
      toTheByte((bytes) => judged(name, bytes)),
    ),
  );
}

/** A host's submission, its signature made by whoever held the session's key before anything was changed. */
export function bundles(): Altered[] {
  const host = makeHost();
  const binding = bindingItem(host);
  const isAuthentic = (bytes: Uint8Array, enrolled: EnrolledHost): boolean =>
    verifyBundle({
      jws: Buffer.from(bytes).toString('latin1'),
      session,
      host: enrolled,
      tee: trust,
      nvidia: NO_NVIDIA_TRUST,
      at: now,
    }).verified !== null;
  const bundle = (name: string, jws: string, enrolled: EnrolledHost): Altered =>
    altered(
      `verifyBundle: ${name}`,
      new Uint8Array(Buffer.from(jws)),
      toTheByte((bytes) => isAuthentic(bytes, enrolled)),
    );
  return [
    bundle('a TPM', submit(host), host),
    bundle('a TD', bundleOf(host, [binding, tdxItem([binding])]), { kind: 'tee', tee: 'tdx' }),
    bundle('an SNP guest', bundleOf(host, [binding, snpItem([binding])]), { kind: 'tee', tee: 'snp' }),
  ];
}
