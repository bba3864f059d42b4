import { AGENT } from '../agent/settings.ts';
import { UsageError } from '../failure.ts';
import { LANDMARK } from '../landmark/settings.ts';
import { VERIFIER } from '../serve/settings.ts';
import { nearest } from './nearest.ts';
import type { Program } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is configured. */
export const PROGRAMS: readonly Program[] = [VERIFIER, AGENT, LANDMARK];

/** Variables that are no setting of these: docs/configuration.md says what reads them. */
export const OTHER_VARIABLES = [
  // Commands that speak to a verifier.
  'SEXTANT_URL',
  'SEXTANT_TOKEN',
  'SEXTANT_TOKEN_KEY',
  'SEXTANT_DEBUG',
  // `sextant collateral`.
  'SEXTANT_NVIDIA_NRAS_URL',
  // examples/.
  'SEXTANT_GRANT',
  'SEXTANT_ISSUER',
  'SEXTANT_TENANT',
  'SEXTANT_PROLOG_ENV',
  // `npm test`.
  'SEXTANT_AUDIT_LEAVES',
  'SEXTANT_CHROMIUM',
  'SEXTANT_FAULTS',
  'SEXTANT_FUZZ_RUNS',
  'SEXTANT_KILLS',
  'SEXTANT_PACKAGE',
  'SEXTANT_REPLAYS',
  'SEXTANT_REPLICA_SECONDS',
  'SEXTANT_REQUIRE_ALL',
  'SEXTANT_SLOW_BROWSER',
  'SEXTANT_TEST_DATABASE_URL',
  'SEXTANT_TEST_POSTGRES_FOLDER',
  'SEXTANT_TEST_TEMPLATES_FOLDER',
  'SEXTANT_TEST_STORE',
] as const;

/** A variable's text; a blank one counts as absent, as unit files and containers set those that nobody filled in. */
export function variable(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim();
  return text === '' ? undefined : text;
}

export function knownVariables(): readonly string[] {
  const configured = PROGRAMS.flatMap(({ settings, fileVariable }) => [
    fileVariable,
    ...Object.values(settings).map((setting) => setting.variable),
  ]);
  return [...new Set([...configured, ...OTHER_VARIABLES])];
}

/** @throws UsageError `unknown_setting` for the first variable called SEXTANT_… that nothing reads */
export function refuseUnknownVariables(environment: Environment): void {
  const known = knownVariables();
  const stray = Object.keys(environment).find((name) => name.startsWith('SEXTANT_') && !known.includes(name));
  if (stray === undefined) return;
  const meant = nearest(stray, known);
  throw new UsageError(
    'unknown_setting',
    `nothing reads the variable ${stray.slice(0, 64)}`,
    isServiceLink(stray)
      ? 'Kubernetes sets it for a Service of that name: give the pod enableServiceLinks: false.'
      : `${meant === undefined ? '' : `Did you mean ${meant}? `}docs/configuration.md lists them; unset what is not needed.`,
  );
}

/** Kubernetes, as Docker once did, tells a pod of each Service by variables that are called after it. */
function isServiceLink(name: string): boolean {
  return /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?)$/.test(name);
}
