import { verifierAddress } from '../../agent/verifier/address.ts';
import { createLogger } from '../../http/logger.ts';
import { startDaemon } from '../../landmark/daemon.ts';
import { readLandmarkKey } from '../../landmark/key-file.ts';
import { parsePeers } from '../../landmark/mesh.ts';
import { PERMIT_KEYS_PATH, type TrustedVerifier } from '../../landmark/permit-keys.ts';
import { LANDMARK_DEFAULTS } from '../../landmark/settings.ts';
import type { Endpoint } from '../../location/probe/index.ts';
import type { Place } from '../../location/wgs84.ts';
import { readInput } from '../read-input.ts';
import { untilAskedToStop } from '../until-stopped.ts';

export type RunFlags = {
  readonly id: string;
  readonly key: string;
  readonly place: Place;
  readonly uncertainty: number;
  readonly verifier: readonly string[];
  readonly listen?: readonly Endpoint[];
  readonly clockError: number;
  readonly clockSkew: number;
  readonly peers?: string;
  readonly meshEvery: number;
  readonly maxMeasurements: number;
  readonly roundTimeout: number;
  readonly statusPort: number;
  readonly logLevel: string;
};

const PORT = 4600;
const EVERYWHERE: readonly Endpoint[] = [
  { address: '0.0.0.0', port: PORT },
  { address: '::', port: PORT },
];

/** Measures until SIGINT or SIGTERM. @throws LandmarkError, AgentError `address_refused`, UsageError `unreadable` */
export async function runLandmark(flags: RunFlags): Promise<void> {
  const { id, place, uncertainty, clockError, peers } = flags;
  const daemon = await startDaemon({
    identity: {
      id,
      key: readLandmarkKey(flags.key),
      place,
      uncertaintyMeters: uncertainty,
      clockErrorPpm: clockError,
    },
    listen: flags.listen ?? EVERYWHERE,
    verifiers: flags.verifier.map(trustedVerifier),
    meshVerifiers: flags.verifier.filter((text) => !text.includes('=')).map((text) => verifierAddress(text)),
    peers: peers === undefined ? [] : parsePeers(Buffer.from(readInput(peers)).toString('utf8')),
    meshEveryMs: flags.meshEvery * 1000,
    statusPort: flags.statusPort,
    limits: {
      clockSkewMs: flags.clockSkew * 1000,
      maxMeasurements: flags.maxMeasurements,
      timing: { ...LANDMARK_DEFAULTS.timing, timeoutMs: flags.roundTimeout },
    },
    log: createLogger(flags.logLevel),
  });
  const shown = daemon.bound.map(({ address, port }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
  );
  process.stderr.write(
    `Landmark ${id} listens on ${shown.join(' and ')}; its state: ${daemon.statusUrl}/healthz\n`,
  );
  await untilAskedToStop();
  process.stderr.write('Stopping: finishing what is under way …\n');
  await daemon.close();
}

/** `URL` or `URL=FILE`. A verifier's URL holds no equals sign. */
function trustedVerifier(text: string): TrustedVerifier {
  const at = text.indexOf('=');
  if (at >= 0) return { issuer: text.slice(0, at), source: { file: text.slice(at + 1) } };
  const base = verifierAddress(text);
  return {
    issuer: text,
    source: { url: new URL(base.pathname.replace(/\/$/, '') + PERMIT_KEYS_PATH, base) },
  };
}
