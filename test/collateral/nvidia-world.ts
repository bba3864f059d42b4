import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import type { CollateralCache, CollateralEvent } from '../../src/collateral/port.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { CertifiedPath } from '../../src/pki/index.ts';
import {
  type ForgedDevice,
  type ForgedSigner,
  forgeDevice,
  forgeRim,
  forgeSigner,
  HOPPER_DRIVER_RIM,
  HOPPER_VBIOS_RIM,
} from '../evidence/nvidia/forged.ts';
import type { Issued } from '../pki/issue.ts';
import type { OcspOptions, Single } from '../pki/ocsp-issue.ts';
import { fakeTiming } from './fake-timing.ts';
import { type Known, startNvidiaServer } from './nvidia-server.ts';

export const AT = new Date('2026-01-05T12:00:00Z');
const HOUR_MS = 3_600_000;

export const device = forgeDevice();
export const signer = forgeSigner();
export const RIMS: ReadonlyMap<string, Uint8Array> = new Map([
  [HOPPER_DRIVER_RIM, new Uint8Array(forgeRim(signer, { version: '550.1' }))],
  [HOPPER_VBIOS_RIM, new Uint8Array(forgeRim(signer, { version: '96.00.01.00.02' }))],
]);
export const BOTH = [...RIMS.keys()];

export function pathOf({ chain, anchors }: ForgedDevice): CertifiedPath {
  const [anchor] = anchors;
  if (anchor === undefined) throw new TypeError('a forged device has a root');
  return { chain: chain.map(({ certificate }) => certificate), anchor };
}

/** As NVIDIA's responder: it knows chips, CAs and signers, and no leaf. */
export function knownOf(devices: readonly ForgedDevice[]): Known[] {
  const ofDevices = devices.flatMap(({ root, chain: [, chip, ica, identity] }) => [
    { subject: chip, issuer: ica },
    { subject: ica, issuer: identity },
    { subject: identity, issuer: root },
  ]);
  return [...ofDevices, { subject: signer.signer, issuer: signer.root }];
}

export type Said = { readonly single?: Partial<Single>; readonly options?: OcspOptions };

type WorldOptions = {
  readonly cache?: CollateralCache;
  readonly devices?: readonly ForgedDevice[];
  readonly rims?: ReadonlyMap<string, Uint8Array>;
  readonly jwks?: () => Uint8Array;
  /** Whose manifests are trusted besides. */
  readonly signers?: readonly ForgedSigner[];
};

export async function world({
  cache = memoryCache(),
  devices = [device],
  rims = RIMS,
  jwks,
  signers = [],
}: WorldOptions = {}) {
  let now = AT;
  let say: (subject: Issued) => Said = () => ({});
  const server = await startNvidiaServer({
    rims,
    known: knownOf(devices),
    now: () => now,
    saying: (subject) => say(subject),
    ...(jwks === undefined ? {} : { jwks }),
  });
  const timing = fakeTiming();
  const events: CollateralEvent[] = [];
  const { origin } = server;
  const start = (mode?: 'offline') =>
    createCollateral({
      cache,
      settings: collateralSettings({ rimUrl: origin, ocspUrl: origin, nrasUrl: origin, mode }),
      trust: {
        pins: [],
        anchors: [...devices, signer, ...signers].flatMap(({ anchors }) => anchors),
      },
      clock: () => now,
      log: (event) => void events.push(event),
      timing,
    });
  const pass = (hours: number): void => {
    now = new Date(now.getTime() + hours * HOUR_MS);
    timing.advance(hours * HOUR_MS);
  };
  const saying = (what: (subject: Issued) => Said): void => {
    say = what;
  };
  return { server, timing, events, start, pass, saying, cache, now: () => now };
}

/** Codes of what is not at hand, by RIM id or by the certificate's place in the device's chain. */
export function codesOf(
  absent: readonly { readonly name: string; readonly error: { readonly code: string } }[],
) {
  const places = device.chain.map(({ certificate }) => certificate.sha256);
  return Object.fromEntries(
    absent.map(({ name, error }) => {
      const place = places.indexOf(name);
      const isSigner = name === signer.signer.certificate.sha256;
      return [isSigner ? 'signer' : place === -1 ? name : `chain[${place}]`, error.code];
    }),
  );
}
