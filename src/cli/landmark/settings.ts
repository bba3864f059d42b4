import { LANDMARK_DEFAULTS } from '../../landmark/settings.ts';
import type { Endpoint } from '../../location/probe/index.ts';
import {
  choice,
  list,
  number,
  type Program,
  parsed,
  required,
  text,
  type Values,
} from '../configuration/setting.ts';
import { port } from '../options.ts';
import { endpoints, place, wholeFrom } from './options.ts';

const { timing, ...limits } = LANDMARK_DEFAULTS;

const EVERYWHERE: readonly Endpoint[] = [
  { address: '0.0.0.0', port: 4600 },
  { address: '::', port: 4600 },
];

const settings = {
  id: required(
    text({
      flags: '--id <name>',
      variable: 'SEXTANT_LANDMARK_ID',
      what: 'its name, as it is registered and as permits name it',
      fallback: '',
      otherwise: '',
    }),
  ),
  key: required(
    text({
      flags: '--key <file>',
      variable: 'SEXTANT_LANDMARK_KEY',
      what: 'its key: `sextant landmark key` makes one',
      fallback: '',
      otherwise: '',
    }),
  ),
  place: required(
    parsed({
      flags: '--place <latitude,longitude>',
      variable: 'SEXTANT_LANDMARK_PLACE',
      what: 'where it stands, degrees, WGS 84, as it is registered',
      parse: place,
      fallback: { latitude: 0, longitude: 0 },
    }),
  ),
  uncertainty: required(
    number({
      flags: '--uncertainty <metres>',
      variable: 'SEXTANT_LANDMARK_UNCERTAINTY',
      what: 'how far it may stand from there, as it is registered',
      parse: wholeFrom(1),
      fallback: 0,
    }),
  ),
  verifier: required(
    list({
      flags: '--verifier <url[=file]>',
      variable: 'SEXTANT_LANDMARK_VERIFIER',
      what: 'whose permits count, by the URL in them; its permit keys are asked for there every 5 minutes, or read from a file (a JWK set). Repeatable',
      read: (texts) => texts,
      fallback: [] as readonly string[],
    }),
  ),
  listen: list({
    flags: '--listen <address:port>',
    variable: 'SEXTANT_LANDMARK_LISTEN',
    what: 'where it listens, UDP; repeatable. On a machine with several addresses name them: hosts take answers only from where they asked',
    read: endpoints,
    fallback: EVERYWHERE,
    otherwise: '0.0.0.0:4600 and [::]:4600',
  }),
  clockError: number({
    flags: '--clock-error <ppm>',
    variable: 'SEXTANT_LANDMARK_CLOCK_ERROR',
    what: 'by how much its monotonic clock may run fast or slow; goes into every bound',
    parse: wholeFrom(0),
    fallback: 100,
  }),
  clockSkew: number({
    flags: '--clock-skew <seconds>',
    variable: 'SEXTANT_LANDMARK_CLOCK_SKEW',
    what: 'by how much its date may differ from a verifier’s',
    parse: wholeFrom(0),
    fallback: limits.clockSkewMs / 1000,
  }),
  peers: text({
    flags: '--peers <file>',
    variable: 'SEXTANT_LANDMARK_PEERS',
    what: 'landmarks that are to measure this one besides those that verifiers name, as they are registered: JSON, [{"name", "key", "addresses"}]',
    fallback: undefined,
    otherwise: 'none',
  }),
  meshEvery: number({
    flags: '--mesh-every <seconds>',
    variable: 'SEXTANT_LANDMARK_MESH_EVERY',
    what: 'how often each of them, and each verifier, is asked',
    parse: wholeFrom(10),
    fallback: 600,
  }),
  maxMeasurements: number({
    flags: '--max-measurements <number>',
    variable: 'SEXTANT_LANDMARK_MAX_MEASUREMENTS',
    what: 'hosts that are measured at once; more are refused as `busy`',
    parse: wholeFrom(1),
    fallback: limits.maxMeasurements,
  }),
  roundTimeout: number({
    flags: '--round-timeout <ms>',
    variable: 'SEXTANT_LANDMARK_ROUND_TIMEOUT',
    what: 'how long the first rounds wait; once one came back, four times that',
    parse: wholeFrom(50),
    fallback: timing.timeoutMs,
  }),
  statusPort: number({
    flags: '--status-port <number>',
    variable: 'SEXTANT_LANDMARK_STATUS_PORT',
    what: 'port on 127.0.0.1 of /healthz, /metrics and /mesh; 0 takes any',
    parse: port,
    fallback: 4680,
  }),
  logLevel: choice({
    flags: '--log-level <level>',
    variable: 'SEXTANT_LANDMARK_LOG_LEVEL',
    what: 'what to log to standard output, as JSON lines',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    fallback: 'info',
  }),
};

/** What a landmark can be told; docs/configuration.md is made of it. */
export const LANDMARK: Program<typeof settings> = {
  name: 'landmark',
  settings,
  fileVariable: 'SEXTANT_LANDMARK_CONFIG',
};

export type LandmarkSettings = Values<typeof settings>;
