import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { dpopProof } from '../../../src/agent/dpop.ts';
import { fromBase64Url } from '../../../src/bytes/text.ts';
import { worldAtlas, worldCountries } from '../../../src/cli/locate/atlas.ts';
import { openKeys } from '../../../src/cli/serve/keys.ts';
import type { Session } from '../../../src/protocol/session.ts';
import type { Context, Random } from '../../../src/service/context.ts';
import { HostCache } from '../../../src/service/dpop/host-cache.ts';
import { type ProvenRequest, verifyDpopProof } from '../../../src/service/dpop/proof.ts';
import { judge, type Submission } from '../../../src/service/evidence/judge.ts';
import { effectiveTrust } from '../../../src/service/trust/effective.ts';
import { ownThread } from '../../../src/service/workers/bundle-verifier.ts';
import { hostRecord } from '../../../src/store/attestation/hosts.ts';
import type { Store } from '../../../src/store/port.ts';
import { collateralFrom } from '../../fleet/collateral.ts';
import { LOG_ORIGIN, PUBLIC_URL } from '../../fleet/connection.ts';
import type { FleetHost } from '../../fleet/host.ts';
import { openTestStore } from '../../postgres/choice.ts';

const SKEW_MS = 60_000;
const KEYS = { attestationIntervalMs: 1, sessionTtlMs: 300_000, logOrigin: LOG_ORIGIN };

/** One attestation that a verifier accepted. */
export type Attested = { readonly host: FleetHost; readonly session: Session; readonly bundle: string };

/** The CPU microseconds that each of some attestations took, one after the other. */
export type OfflineWork = {
  readonly cost: (attested: readonly Attested[]) => Promise<number>;
  readonly close: () => Promise<void>;
};

/**
 * What a verifier computes for an attestation, without HTTP and store: two proofs verified, the bundle verified and
 * appraised, the result signed, by documents that are at hand. Everything that the store holds is read beforehand, but for what is
 * known of a host's GPUs: that is read once, while it warms up.
 */
export async function offlineWork(data: string, nvidiaUrl: string): Promise<OfflineWork> {
  const store = await openTestStore({ folder: data });
  const trust = await store.read((view) => effectiveTrust({ store }, view));
  const log = pino({ level: 'silent' });
  const clock = () => new Date();
  const random: Random = (length) => new Uint8Array(randomBytes(length));
  const context: Context = {
    bundles: ownThread,
    store,
    publication: null,
    clock,
    random,
    collateral: await collateralFrom(nvidiaUrl, join(data, 'offline'), { clock, log }),
    jurisdictions: worldAtlas,
    countries: worldCountries,
    keys: await openKeys(join(data, 'keys'), { store, clock, random }, KEYS),
    log,
    config: {
      publicUrl: PUBLIC_URL,
      logOrigin: LOG_ORIGIN,
      sessionTtlMs: 300_000,
      enrolmentTtlMs: 600_000,
      attestationIntervalMs: 1,
      dpopSkewMs: SKEW_MS,
      selfApproval: false,
    },
  };
  const hosts = new Map<string, Awaited<ReturnType<typeof readHost>>>();
  const readHost = (id: string) => store.read((view) => view.first(hostRecord, { id }));
  const readOnce = new Map<string, Promise<unknown>>();
  // Of the store nothing else is there to be used.
  const withoutStore = (hostId: string): Context => {
    const read: Store['read'] = async (work) => {
      const known = readOnce.get(hostId) ?? store.read(work);
      readOnce.set(hostId, known);
      return (await known) as Awaited<ReturnType<typeof work>>; // of the only reading that judging does
    };
    return { ...context, store: { ...EMPTY, highWater: () => store.highWater(), read } };
  };
  const cache = new HostCache();
  const rules = { publicUrl: PUBLIC_URL, skewMs: SKEW_MS };

  async function prepare({ host, session, bundle }: Attested) {
    const { hostId } = host;
    const known = hosts.get(hostId) ?? (await readHost(hostId));
    if (known === undefined) throw new Error('not enrolled');
    hosts.set(hostId, known);
    const prove = async (path: string): Promise<ProvenRequest> => {
      const dpop = await dpopProof(host.hostKey, 'POST', new URL(path, PUBLIC_URL), new Date());
      return { method: 'POST', path, dpop };
    };
    const proofs = [await prove('/v1/sessions'), await prove(`/v1/sessions/${session.id}/evidence`)];
    const { jkt } = host.hostKey;
    const proof = { digest: 0, expiresAt: new Date() };
    const submission: Submission = {
      host: { hostId, tenant: session.tenant, jkt, proof },
      sessionId: session.id,
      session: {
        ...known,
        linked_devices: 0,
        proven_chips: 1,
        nonce: fromBase64Url(session.nonce, 'nonce'),
        issued_at_ms: Date.parse(session.issuedAt),
        expires_at_ms: Date.parse(session.expiresAt),
      },
      body: Buffer.from(bundle),
      at: new Date(),
    };
    return { proofs, submission };
  }

  const cost = async (attested: readonly Attested[]): Promise<number> => {
    const prepared = [];
    for (const each of attested) {
      prepared.push({ ...(await prepare(each)), context: withoutStore(each.host.hostId) });
    }
    const before = cpuMicros();
    for (const one of prepared) {
      for (const proof of one.proofs) {
        const { jkt, key } = await verifyDpopProof(proof, { ...rules, now: clock() }, cache);
        const { hostId, tenant } = one.submission.host;
        if (cache.host(jkt) === undefined) cache.keep(jkt, { hostId, tenant, key });
      }
      const { appraisal } = await judge(one.context, one.submission, trust);
      const [, gpu] = appraisal.devices;
      if (appraisal.outcome !== 'accepted' || gpu?.chip?.outcome !== 'attested') {
        throw new Error(JSON.stringify(appraisal.reasons));
      }
    }
    return (cpuMicros() - before) / attested.length;
  };
  return { cost, close: () => store.close() };
}

const unused = (): never => {
  throw new Error('judging used the store');
};
const EMPTY = { write: unused, first: unused, ping: unused, tend: unused, processes: unused, close: unused };

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
