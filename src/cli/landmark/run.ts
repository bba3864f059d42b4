import { verifierAddress } from '../../agent/verifier/address.ts';
import { createLogger } from '../../http/logger.ts';
import { startDaemon } from '../../landmark/daemon.ts';
import { readLandmarkKey } from '../../landmark/key-file.ts';
import { parsePeers } from '../../landmark/mesh.ts';
import { PERMIT_KEYS_PATH, type TrustedVerifier } from '../../landmark/permit-keys.ts';
import { LANDMARK_DEFAULTS } from '../../landmark/settings.ts';
import { readInput } from '../read-input.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import type { LandmarkSettings } from './settings.ts';

/** Measures until SIGINT or SIGTERM. @throws LandmarkError, AgentError `address_refused`, UsageError `unreadable` */
export async function runLandmark(settings: LandmarkSettings): Promise<void> {
  const { id, place, uncertainty, clockError, peers } = settings;
  const daemon = await startDaemon({
    identity: {
      id,
      key: readLandmarkKey(settings.key),
      place,
      uncertaintyMeters: uncertainty,
      clockErrorPpm: clockError,
    },
    listen: settings.listen,
    verifiers: settings.verifier.map(trustedVerifier),
    meshVerifiers: settings.verifier
      .filter((text) => !text.includes('='))
      .map((text) => verifierAddress(text)),
    peers: peers === undefined ? [] : parsePeers(Buffer.from(readInput(peers)).toString('utf8')),
    meshEveryMs: settings.meshEvery * 1000,
    statusPort: settings.statusPort,
    limits: {
      clockSkewMs: settings.clockSkew * 1000,
      maxMeasurements: settings.maxMeasurements,
      timing: { ...LANDMARK_DEFAULTS.timing, timeoutMs: settings.roundTimeout },
    },
    log: createLogger(settings.logLevel),
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
