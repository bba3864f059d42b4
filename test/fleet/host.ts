import { generateKeyPairSync } from 'node:crypto';
import { makeBundle, partOf } from '../../src/agent/attest.ts';
import type { HostKey } from '../../src/agent/host-key.ts';
import type { SessionKeys } from '../../src/agent/session-keys.ts';
import { tpmAttester } from '../../src/agent/tpm/attester.ts';
import type { TpmDevice } from '../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import type { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { BUNDLE_MEDIA_TYPE, type Session } from '../../src/protocol/session.ts';
import { askAs, type Connection, proofFor, type Reply } from './connection.ts';

export const CHOICE = parsePcrChoice('sha256:0-9,14');

/** A host with a TPM in software, enrolled. */
export type FleetHost = {
  readonly hostId: string;
  /** Its TPM, as the exporter declared it. */
  readonly deviceId: string;
  /** GPUs of the register that its operator claims for it. */
  readonly gpus: readonly string[];
  readonly facilityId: string;
  readonly hostKey: HostKey;
  readonly tpm: SoftwareTpm;
  readonly sessionKeys: SessionKeys;
};

export function newSessionKeys(): SessionKeys {
  return {
    signing: generateKeyPairSync('ed25519').privateKey,
    exchange: generateKeyPairSync('x25519').privateKey,
    createdAt: new Date(),
  };
}

export function openSession(connection: Connection, { hostKey }: FleetHost): Promise<Reply> {
  return askAs(connection, hostKey, '/v1/sessions');
}

type Attester = { readonly tpm: TpmDevice; readonly sessionKeys: SessionKeys };

/** What the agent would submit. */
export function bundleOf({ tpm, sessionKeys }: Attester, session: Session): Promise<string> {
  return makeBundle(
    { evidence: [partOf(tpmAttester(tpm, CHOICE))], sessionKeys: () => sessionKeys },
    session,
  );
}

/** With a fresh proof. */
export async function submitEvidence(
  connection: Connection,
  host: FleetHost,
  sessionId: string,
  bundle: string,
): Promise<Reply> {
  return submitWith(connection, await proveEvidence(host, sessionId), sessionId, bundle);
}

/** The DPoP proof for one submission. */
export function proveEvidence({ hostKey }: FleetHost, sessionId: string): Promise<string> {
  return proofFor(hostKey, evidencePath(sessionId));
}

/** With a proof made beforehand. */
export function submitWith(
  connection: Connection,
  proof: string,
  sessionId: string,
  bundle: string | Uint8Array,
): Promise<Reply> {
  const headers = { dpop: proof, 'content-type': BUNDLE_MEDIA_TYPE };
  return connection.ask('POST', evidencePath(sessionId), { headers, body: bundle });
}

function evidencePath(sessionId: string): string {
  return `/v1/sessions/${sessionId}/evidence`;
}
