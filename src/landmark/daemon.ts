import type { Logger } from 'pino';
import type { Endpoint, PermitKey } from '../location/probe/index.ts';
import { systemClock } from './clock.ts';
import { LandmarkError } from './errors.ts';
import type { LandmarkEvents } from './events.ts';
import { type RunningLandmark, startLandmark } from './landmark.ts';
import { type MeshPeer, type MeshReceipt, meshIssuer, runMesh } from './mesh.ts';
import { createLandmarkMetrics, type LandmarkMetrics } from './metrics.ts';
import { PermitKeys, peerPermitKey, type TrustedVerifier } from './permit-keys.ts';
import type { LandmarkIdentity, LandmarkLimits } from './settings.ts';
import { startStatusServer } from './status-server.ts';
import { runVerifierMesh } from './verifier-mesh.ts';

export type DaemonOptions = {
  readonly identity: LandmarkIdentity;
  readonly listen: readonly Endpoint[];
  readonly verifiers: readonly TrustedVerifier[];
  /** Landmarks that measure this one without a verifier's doing. */
  readonly peers: readonly MeshPeer[];
  /** Verifiers by whom to be told who is to measure this landmark, and to whom the receipts go. Default: none. */
  readonly meshVerifiers?: readonly URL[];
  readonly meshEveryMs: number;
  /** On 127.0.0.1; 0 takes any free one. */
  readonly statusPort: number;
  readonly limits: Partial<LandmarkLimits>;
  readonly log: Logger;
};

export type Daemon = {
  readonly bound: readonly Endpoint[];
  readonly statusUrl: string;
  /** Lets measurements under way finish. */
  readonly close: () => Promise<void>;
};

/** A landmark with all that it needs around it. @throws LandmarkError `permit_keys_unusable`, `listen_failed` */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { identity, log, peers } = options;
  const own = new Map<string, PermitKey>(peers.map(({ id, key }) => peerPermitKey(meshIssuer(id), key)));
  const keys = new PermitKeys(options.verifiers, own, (issuer, error) =>
    log.warn({ issuer, err: error }, 'permit keys were not had'),
  );
  await keys.start();
  let landmark: RunningLandmark | null = null;
  let stopping = false;
  const metrics = createLandmarkMetrics({
    underWay: () => landmark?.underWay() ?? 0,
    permitKeys: () => keys.current().size,
  });
  const clock = systemClock();
  const receipts = new Map<string, MeshReceipt>();
  try {
    landmark = await startLandmark(
      { identity, listen: options.listen, permitKeys: () => keys.current(), limits: options.limits },
      logged(metrics, log),
      clock,
    );
    const running = landmark;
    const status = await startStatusServer(options.statusPort, {
      health: () => {
        const permitKeys = keys.current().size;
        const ok = permitKeys > 0 && !stopping;
        return { ok, body: { ok, id: identity.id, permitKeys, underWay: running.underWay(), stopping } };
      },
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
      mesh: () => [...receipts.values()],
    });
    const ending = new AbortController();
    const mesh = runMesh(
      {
        identity,
        peers,
        everyMs: options.meshEveryMs,
        now: clock.now,
        measured: (receipt) => {
          receipts.set(receipt.peer, receipt);
          metrics.meshMeasured(receipt);
          log.info({ peer: receipt.peer, rttNs: receipt.rttNs }, 'measured by a peer');
        },
        failed: (peer, error) => {
          metrics.meshFailed(peer);
          log.warn({ peer, err: error }, 'a peer did not measure this landmark');
        },
      },
      ending.signal,
    );
    const verifierMesh = runVerifierMesh(
      {
        identity,
        verifiers: options.meshVerifiers ?? [],
        everyMs: options.meshEveryMs,
        now: clock.now,
        measured: ({ href }, round) => log.info({ verifier: href, ...round }, 'measured for a verifier'),
        failed: ({ href }, err) => log.warn({ verifier: href, err }, 'not measured for a verifier'),
      },
      ending.signal,
    );
    log.info({ id: identity.id, bound: running.bound, status: status.url }, 'landmark listens');
    return {
      bound: running.bound,
      statusUrl: status.url,
      close: async () => {
        stopping = true;
        ending.abort();
        keys.stop();
        await Promise.all([mesh, verifierMesh]);
        await running.close();
        await status.close();
        log.info('landmark stopped');
      },
    };
  } catch (cause) {
    keys.stop();
    await landmark?.close(0);
    if (cause instanceof LandmarkError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LandmarkError(
      'listen_failed',
      `cannot listen: ${why}`,
      'Name other addresses with --listen or --status-port.',
      cause,
    );
  }
}

/** Every event counted, and what people look for logged. */
function logged(metrics: LandmarkMetrics, log: Logger): LandmarkEvents {
  return {
    began: metrics.began,
    ended: (measurement) => {
      metrics.ended(measurement);
      const { outcome, permit, result, tookMs } = measurement;
      const { issuer, jti, sessionId, hostId } = permit;
      const rounds = { sent: result?.sent ?? 0, valid: result?.valid.length ?? 0 };
      log.info(
        { outcome, issuer, jti, sessionId, hostId, ...rounds, tookMs: Math.round(tookMs) },
        'measurement',
      );
    },
    refused: (reason, detail) => {
      metrics.refused(reason, detail);
      // Whoever has no cookie could fill the log from forged addresses.
      if (reason !== 'cookie') log.info({ reason, check: detail }, 'refused');
    },
    dropped: metrics.dropped,
  };
}
