import { hash } from 'node:crypto';
import type { HostState } from '../../src/protocol/host-list.ts';
import { insertHost, insertHostState } from '../../src/store/attestation/hosts.ts';
import { putHostSummary } from '../../src/store/attestation/summaries.ts';
import { putMeshPair } from '../../src/store/location/statements.ts';
import { trustEpoch } from '../../src/store/registry/trust.ts';
import type { TestLandmark } from '../end-to-end/landmarks.ts';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';

type HostsThere = {
  readonly facilityId: string;
  readonly tenant: string;
  readonly states: readonly Exclude<HostState, 'earlier-trust'>[];
};

/** Hosts as their submissions would leave them, without the submissions. */
export async function enrolThere(
  { context }: TestVerifier,
  { facilityId, tenant, states }: HostsThere,
): Promise<void> {
  const nowMs = context.clock().getTime();
  await context.store.write(async (tx) => {
    const epoch = (await tx.first(trustEpoch, {}))?.epoch ?? -1;
    for (const [order, state] of states.entries()) {
      const hostname = `rack-${order + 1}`;
      const id = `hst_${hash('sha256', `${facilityId} ${hostname}`, 'hex').slice(0, 26)}`;
      const nothing = { ek_certificate: null, ek_anchor: null, ek_name: null, ek_valid_until_ms: null };
      await tx.run(insertHost, {
        ...{ id, tenant, facility_id: facilityId, kind: 'tee', identity_sha256: hash('sha256', id, 'hex') },
        ...nothing,
        ...{ jkt: id, host_key: '{}', ak_name: null, ak_public: null, tee: 'tdx', platform: null, hostname },
        ...{ device_id: id, enrolled_at_ms: nowMs, version: 1 },
      });
      await tx.run(insertHostState, { hostId: id });
      await tx.run(putHostSummary, {
        ...{ host_id: id, tenant, facility_id: facilityId, name_key: hostname },
        suspended: state === 'suspended' ? 1 : 0,
        outcome: state === 'never' ? null : state === 'refused' ? 'refused' : 'accepted',
        evidence_at_ms: state === 'stale' ? 1 : nowMs,
        level: state === 'proven' ? 'G2-tee' : null,
        proves_until_ms: null,
        trust_epoch: epoch,
      });
    }
  });
}

/** Puts a landmark in force, by two people. @returns its version's id and digest */
export async function putInForce(
  { call, context }: TestVerifier,
  [proposer, approver]: readonly [TestPrincipal, TestPrincipal],
  landmark: TestLandmark,
  changes: Parameters<TestLandmark['content']>[0] | object = {},
): Promise<{ readonly id: string; readonly digest: string }> {
  const content = { ...landmark.content({ at: context.clock() }), ...changes };
  const proposed = await call('POST', '/v1/trust-inputs', {
    token: proposer.token,
    body: { kind: 'landmark', content },
  });
  const { id, digest } = proposed.body as { readonly id: string; readonly digest: string };
  const path = `/v1/trust-inputs/${id}/approval`;
  const approved = await call('POST', path, { token: approver.token, body: { digest } });
  if (approved.status !== 200) throw new Error(JSON.stringify([proposed.body, approved.body]));
  return { id, digest };
}

type Measured = { readonly id: string; readonly digest: string };

/** What the verifier keeps of one landmark's measurement of another. */
export async function keepMeasured(
  { context: { store, clock } }: TestVerifier,
  from: Measured,
  to: Measured,
  milliseconds: number,
): Promise<void> {
  const row = {
    ...{ from_id: from.id, to_id: to.id, from_digest: from.digest, to_digest: to.digest },
    ...{ min_rtt_ns: milliseconds * 1e6, clock_error_ppm: 100, at_ms: clock().getTime() },
    receipt: new Uint8Array(1),
  };
  await store.write(async (tx) => {
    for (const kept_as of ['newest', 'fastest'] as const) await tx.run(putMeshPair, { ...row, kept_as });
  });
}
