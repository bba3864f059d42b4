import type { TpmDevice } from '../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import { formatPem } from '../../src/bytes/pem.ts';
import type { Item } from '../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../src/evidence/bundle/commitment.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../src/evidence/bundle/labels.ts';
import {
  NVIDIA_GPU_MEDIA_TYPE,
  NVIDIA_SWITCH_MEDIA_TYPE,
  serialiseNvidiaItem,
} from '../../src/evidence/bundle/nvidia-item.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../src/evidence/bundle/tdx-item.ts';
import { serialiseTpmItem } from '../../src/evidence/bundle/tpm-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import type { Issued } from '../../src/forge/nvidia/certificate.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu, type NvidiaReportChange } from '../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf, forgeResponder, type OcspFields } from '../../src/forge/nvidia/ocsp.ts';
import { forgeNvidiaPki } from '../../src/forge/nvidia/pki.ts';
import { forgeRimsOf } from '../../src/forge/nvidia/rim.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { Guest, type Hardware } from './guest.ts';
import { MRTD, pem, SNP_MEASUREMENT } from './measured.ts';
import { type StubVendors, stubCollateral } from './stub-collateral.ts';
import { makeWorld, type World } from './world.ts';

const DAY_MS = 86_400_000;
const pki = forgeNvidiaPki();

/** Chips that exist nowhere; each call makes others. */
export const makeGpus = (count: number): ForgedNvidiaGpu[] =>
  Array.from({ length: count }, () => forgeNvidiaGpu());

const responders = new Map<Issued, Issued>();
function responderOf(issuer: Issued, at: Date): Issued {
  const known = responders.get(issuer) ?? forgeResponder(issuer, at);
  responders.set(issuer, known);
  return known;
}

/** What NVIDIA publishes about devices, good for six days unless told. @param statuses of a device's chip, other than `good` */
export function publishedFor(
  devices: readonly ForgedNvidiaGpu[],
  statuses: ReadonlyMap<ForgedNvidiaGpu, NonNullable<OcspFields['status']>> = new Map(),
  lifeMs = 6 * DAY_MS,
): NonNullable<StubVendors['nvidia']> {
  const at = new Date();
  const fields = (chain: readonly Issued[]) => (index: number) => {
    const issuer = chain[index + 1];
    const nextUpdate = new Date(at.getTime() + lifeMs);
    return { nextUpdate, ...(issuer === undefined ? {} : { responder: responderOf(issuer, at) }) };
  };
  const ocspOf = (chain: readonly Issued[], status: NonNullable<OcspFields['status']> = 'good') =>
    forgeOcspOf(chain, at, (index) => ({ ...fields(chain)(index), ...(index === 1 ? { status } : {}) }));
  // The CAs above them all answer once; about leaves nobody does.
  const lines = [...new Map(devices.map(({ chain }) => [chain[2], chain] as const)).values()];
  const shared = lines.flatMap((chain) => ocspOf(chain).slice(2));
  const generations = [...new Set(devices.map(({ generation }) => generation))];
  return {
    rims: new Map(devices.flatMap((device) => forgeRimsOf(device).map(({ id, xml }) => [id, xml] as const))),
    ocsp: [
      ...shared,
      ...devices.flatMap((device) => ocspOf(device.chain, statuses.get(device)).slice(1, 2)),
      ...generations.flatMap((generation) =>
        forgeOcspOf([...pki.rimChain(generation), pki.rimRoot], at, (index) =>
          fields([...pki.rimChain(generation), pki.rimRoot])(index),
        ),
      ),
    ],
  };
}

type ItemChange = {
  readonly nonce?: Uint8Array;
  readonly report?: NvidiaReportChange;
  /** Last change to the report. */
  readonly tamper?: (report: Uint8Array) => Uint8Array;
};

export function gpuItem(
  binding: Uint8Array,
  device: ForgedNvidiaGpu,
  label: string,
  { nonce = commitment('gpu-nonce', binding, []), report = {}, tamper = (same) => same }: ItemChange = {},
): Item {
  return {
    label,
    mediaType: device.kind === 'gpu' ? NVIDIA_GPU_MEDIA_TYPE : NVIDIA_SWITCH_MEDIA_TYPE,
    value: serialiseNvidiaItem({
      report: tamper(device.report(nonce, report)),
      certificates: device.certificates,
    }),
  };
}

/** The items of a host's devices, as its collectors make them. */
export const items =
  (devices: readonly ForgedNvidiaGpu[]) =>
  async (binding: Uint8Array): Promise<Item[]> =>
    devices.map((device, index) => gpuItem(binding, device, `${device.kind}-${index}`));

/** A verifier that trusts the forged NVIDIA and asks it; its clock runs with the day's. */
export async function makeFleet(gpus: readonly ForgedNvidiaGpu[]) {
  const vendors: StubVendors = { asked: [], nvidia: publishedFor(gpus) };
  const world = await makeWorld(stubCollateral(vendors));
  await trustNvidia(world);
  return { world, vendors };
}

export async function trustNvidia(world: World): Promise<void> {
  await world.trustRoots('nvidia-devices', rootPem(pki.deviceRoot), 'nvidia-device-root');
  await world.trustRoots('nvidia-rims', rootPem(pki.rimRoot), 'nvidia-rim-root');
}

function rootPem({ certificate }: Issued): string {
  return formatPem('CERTIFICATE', certificate);
}

/** How a host attests itself; each is G2 under a set that is approved here. */
export const HOSTS = {
  tdx: async (world: World, vendors: StubVendors): Promise<Guest> => {
    const platform = forgeTdxPlatform({ seed: 'composite', at: new Date() });
    vendors.intel = platform.collateral();
    await world.trustRoots('intel', platform.rootPem, 'intel-sgx-root');
    await world.trustSet({ kind: 'tdx', name: 'guest-image', mrTd: [MRTD] });
    const hardware: Hardware = ({ reportData }) => {
      const value = serialiseTdxItem({ quote: platform.quote(reportData), eventLog: null });
      return { mediaType: TDX_QUOTE_MEDIA_TYPE, value };
    };
    const guest = new Guest(world, hardware);
    await guest.enrol();
    return guest;
  },
  snp: async (world: World, vendors: StubVendors): Promise<Guest> => {
    const platform = forgeSnpPlatform({ at: new Date() });
    vendors.amd = { certificates: [], crl: platform.crl() };
    await world.trustRoots('amd', pem(platform.roots), 'amd-ark');
    await world.trustSet({ kind: 'snp', name: 'guest-image', measurement: [SNP_MEASUREMENT] });
    const hardware: Hardware = ({ reportData }) => {
      const value = serialiseSnpItem({ report: platform.report(reportData), auxblob: platform.auxblob() });
      return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
    };
    const guest = new Guest(world, hardware);
    await guest.enrol();
    return guest;
  },
  tpm: async (world: World): Promise<Guest> => {
    const ca = makeEkCa(new Date());
    await world.trustRoots('tpms', ca.rootPem);
    const device = new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' });
    await trustState(world, device);
    return enrolTpm(world, device);
  },
} as const;

const CHOICE = parsePcrChoice('sha256:0-9,14');

async function trustState(world: World, device: TpmDevice): Promise<void> {
  const { pcrs } = await device.quote({ extraData: new Uint8Array(32), choice: CHOICE });
  const value = Buffer.from(pcrs.get('sha256')?.get(7) ?? []).toString('hex');
  await world.trustSet({ kind: 'tpm-pcrs', name: 'boot', bank: 'sha256', pcrs: { 7: [value] } });
}

/** A TPM's host that speaks as guests do here: what its hardware is asked is a quote. */
export async function enrolTpm(
  world: World,
  device: TpmDevice,
  wish: object = {},
  token?: string,
): Promise<Guest> {
  const host = world.host({ device });
  await host.enrol(token ?? (await world.enrolmentToken(wish)));
  return new Guest(world, quotedBy(device), host.client.hostKey);
}

const quotedBy =
  (device: TpmDevice): Hardware =>
  async ({ extraData }) => {
    const { quote, signature, pcrs } = await device.quote({ extraData, choice: CHOICE });
    const { akPublic } = await device.createOrLoadAk();
    const value = serialiseTpmItem({ quote, signature, akPublic, pcrs, eventLog: null });
    return { mediaType: TPM_QUOTE_MEDIA_TYPE, value };
  };

/** Registers a device by its chip and answers its id. */
export async function declare(
  world: World,
  { identity, kind }: Pick<ForgedNvidiaGpu, 'identity' | 'kind'>,
  more: object = {},
): Promise<string> {
  const { status, body } = await world.verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: {
      kind,
      identity: { type: 'nvidia-chip-key', sha256: identity },
      facilityId: world.facilityId,
      ...more,
    },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return String(body['id']);
}

/** A licence for devices, and what the gate says of it. */
export async function licenceFor(world: World, devices: readonly string[], more: object = {}) {
  const { verifier, tokens } = world;
  const make = async (token: string, path: string, body: unknown) => {
    const answer = await verifier.call('POST', path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const party = await make(tokens.exporter, '/v1/parties', { legalName: 'Acme', country: 'IS' });
  await make(tokens.authority, `/v1/parties/${party['id']}/screening`, {
    standing: 'clear',
    reason: 'on no list',
  });
  const now = world.pace.clock().getTime();
  const licence = await make(tokens.authority, '/v1/licences', {
    tenant: 'chips',
    conditions: {
      validFrom: new Date(now - DAY_MS).toISOString(),
      validUntil: new Date(now + 60 * DAY_MS).toISOString(),
      parties: [party['id']],
      consignee: party['id'],
      facilities: [world.facilityId],
      devices,
      minimumLevel: 'G2',
      evidenceMaxAgeSeconds: 3600,
      rulePacks: 'none',
      referenceSets: 'any-approved',
      ...more,
    },
  });
  return async (): Promise<Decided> => {
    const body = await make(tokens.authority, '/v1/decisions', { licenceId: licence['id'] });
    return body as unknown as Decided; // the verifier's answers are checked by their schemas
  };
}

export type Decided = {
  readonly outcome: 'allow' | 'deny';
  readonly reasons: readonly {
    readonly code: string;
    readonly subject?: string;
    readonly sentence: string;
  }[];
  readonly devices: readonly { readonly id: string; readonly allowed: boolean; readonly label: string }[];
};

export const codesOf = ({ reasons }: Decided): string[] => [...new Set(reasons.map(({ code }) => code))];
