import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { startVerifier } from '../../../src/cli/serve/verifier.ts';
import { createLogger } from '../../../src/http/logger.ts';
import { serveSubject } from '../../bench/subject.ts';
import { placedDatabase } from '../../postgres/placed.ts';
import { collateralFrom } from '../collateral.ts';
import { LOG_ORIGIN, PUBLIC_URL } from '../connection.ts';

/**
 * A verifier in a process of its own, on a data folder that `foundFleet` filled:
 *
 *     fork('verifier.ts', { env: { FLEET_DATA, FLEET_LOG_LEVEL, FLEET_WAITS, FLEET_UNSYNCED, FLEET_NVIDIA, FLEET_WORKERS, FLEET_LOG_ORIGIN } })
 *
 * FLEET_NVIDIA: where NVIDIA's documents are asked for; from nowhere unless given. FLEET_WORKERS: verifying threads; none.
 * One that waits has loaded everything and opens the folder when it is told to by any message.
 * Hosts may attest again at once: it is not the pacing that is tried here.
 */
const { FLEET_DATA: data = '', FLEET_LOG_LEVEL: level = 'silent', FLEET_WAITS: waits } = process.env;
const nvidia = process.env['FLEET_NVIDIA'];
// Whoever started it is gone: nobody would ever end it.
process.once('disconnect', () => process.exit());
// As `sextant serve` does.
flushCompileCache();
if (waits === '1') await once(process, 'message');
const verifier = await startVerifier({
  data,
  ...placedDatabase(data),
  host: '127.0.0.1',
  port: 0,
  publicUrl: PUBLIC_URL,
  log: createLogger(level),
  ...(nvidia === undefined ? {} : { collateral: (context) => collateralFrom(nvidia, data, context) }),
  // A few hosts here do the work of thousands: it is not the rates that are tried.
  rates: { address: null, principal: null, host: null },
  workers: Number(process.env['FLEET_WORKERS'] ?? 0),
  dangerouslyUnsynced: process.env['FLEET_UNSYNCED'] === '1',
  config: { logOrigin: process.env['FLEET_LOG_ORIGIN'] ?? LOG_ORIGIN, attestationIntervalMs: 1 },
});
serveSubject(verifier.url);
const stop = async (): Promise<void> => {
  await verifier.close();
  process.disconnect();
};
process.once('SIGTERM', stop);
process.on('message', (message) => {
  if (message === 'stop') void stop();
});
