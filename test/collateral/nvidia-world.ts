import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import type { CollateralCache, CollateralEvent } from '../../src/collateral/port.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { forgeNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { forgeNvidiaPki, type NvidiaPki } from '../../src/forge/nvidia/pki.ts';
import { forgeRim, forgeRimsOf } from '../../src/forge/nvidia/rim.ts';
import type { CertifiedPath } from '../../src/pki/index.ts';
import { type CollateralAccess, collateralAccess } from '../../src/service/collateral/access.ts';
import {
  deviceAnchors,
  HOPPER_DRIVER_RIM,
  HOPPER_VBIOS_RIM,
  issued,
  issuersOf,
  rimAnchors,
} from '../evidence/nvidia/forged.ts';
import type { Issued } from '../pki/issue.ts';
import type { OcspOptions, Single } from '../pki/ocsp-issue.ts';
import { fakeTiming } from './fake-timing.ts';
import { type Known, startNvidiaServer } from './nvidia-server.ts';

export const AT = new Date('2026-01-05T12:00:00Z');
const HOUR_MS = 3_600_000;

export const pki = forgeNvidiaPki();
export const gpu = forgeNvidiaGpu({ pki });
/** Leaf, chip, provisioner, identity, root. */
export const chain = issuersOf(gpu);
/** Signer, intermediate, CA, root. */
export const signers: readonly Issued[] = [...pki.rimChain('hopper'), pki.rimRoot].map(issued);
export const RIMS: ReadonlyMap<string, Uint8Array> = new Map(
  forgeRimsOf(gpu).map(({ id, xml }) => [id, new Uint8Array(xml)]),
);
export const BOTH = [HOPPER_DRIVER_RIM, HOPPER_VBIOS_RIM];

/** Well signed by that PKI, and of nothing but a version. */
export function manifest(colloquialVersion: string, by: NvidiaPki = pki): Uint8Array {
  const fields = { generation: 'hopper', product: 'GH100', colloquialVersion, active: new Map() } as const;
  return new Uint8Array(forgeRim(by, fields));
}

const [anchor] = deviceAnchors(pki);
if (anchor === undefined) throw new TypeError('a forged PKI has a root');
export const PATH: CertifiedPath = {
  chain: chain.slice(0, -1).map(({ certificate }) => certificate),
  anchor,
};

function links(path: readonly Issued[]): Known[] {
  return path.slice(0, -1).flatMap((subject, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [{ subject, issuer }];
  });
}

/** As NVIDIA's responder: it knows chips, CAs and signers, and no leaf. */
export const KNOWN: readonly Known[] = [...links(chain.slice(1)), ...links(signers)];

export type Said = { readonly single?: Partial<Single>; readonly options?: OcspOptions };

type WorldOptions = {
  readonly cache?: CollateralCache;
  readonly rims?: ReadonlyMap<string, Uint8Array>;
  readonly jwks?: () => Uint8Array;
  /** Whose manifests are trusted besides. */
  readonly others?: readonly NvidiaPki[];
};

export async function world({ cache = memoryCache(), rims = RIMS, jwks, others = [] }: WorldOptions = {}) {
  let now = AT;
  let say: (subject: Issued) => Said = () => ({});
  const server = await startNvidiaServer({
    rims,
    known: KNOWN,
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
        anchors: [pki, ...others].flatMap((one) => [...deviceAnchors(one), ...rimAnchors(one)]),
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
  /** As the service asks: roots that are trusted now, and no pins. */
  const access = (): CollateralAccess =>
    collateralAccess([], (trust) =>
      createCollateral({
        ...{ cache, trust, timing, clock: () => now, log: () => {} },
        settings: collateralSettings({ rimUrl: origin, ocspUrl: origin, nrasUrl: origin }),
      }),
    );
  return { server, timing, events, start, pass, saying, cache, access, now: () => now };
}

/** Codes of what is not at hand, by RIM id or by the certificate's place in the device's chain. */
export function codesOf(
  absent: readonly { readonly name: string; readonly error: { readonly code: string } }[],
) {
  const [places, ofSigners] = [chain, signers].map((path) =>
    path.map(({ certificate }) => certificate.sha256),
  );
  return Object.fromEntries(
    absent.map(({ name, error }) => {
      const place = places?.indexOf(name) ?? -1;
      const ofSigner = ofSigners?.indexOf(name) ?? -1;
      const where = place !== -1 ? `chain[${place}]` : ofSigner !== -1 ? `signers[${ofSigner}]` : name;
      return [where, error.code];
    }),
  );
}
