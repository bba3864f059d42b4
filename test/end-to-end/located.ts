import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { Guest, type Hardware } from './guest.ts';
import { registerFleet } from './landmarks.ts';
import { pem, SNP_MEASUREMENT } from './measured.ts';
import { type StubVendors, stubCollateral } from './stub-collateral.ts';
import { makeWorld, type WorldOptions } from './world.ts';

export const ICELAND = {
  authorisedArea: { kind: 'countries', name: 'Iceland', countries: ['IS'], reading: 'land-only' },
};

/** A sealed guest under SEV-SNP at a facility in Iceland, and ten landmarks. */
export async function beginLocated({
  sealed = true,
  ...options
}: WorldOptions & { readonly sealed?: boolean } = {}) {
  const platform = forgeSnpPlatform({ at: new Date() });
  const vendors: StubVendors = { asked: [], amd: { certificates: [], crl: platform.crl() } };
  const world = await makeWorld(stubCollateral(vendors), options);
  await world.trustRoots('amd', pem(platform.roots), 'amd-ark');
  await world.trustSet({ kind: 'snp', name: 'guest-image', measurement: [SNP_MEASUREMENT], sealed });
  await world.authorise(ICELAND);
  const fleet = await registerFleet(world);
  const hardware: Hardware = ({ reportData }) => {
    const value = serialiseSnpItem({ report: platform.report(reportData), auxblob: platform.auxblob() });
    return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
  };
  const guest = new Guest(world, hardware);
  const hostId = await guest.enrol();
  return { world, fleet, guest, hostId, vendors };
}

export type Located = Awaited<ReturnType<typeof beginLocated>>;

/** The guest on the register, by its key. */
export async function declareGuest({ world, guest }: Pick<Located, 'world' | 'guest'>) {
  const register = async (body: object): Promise<string> => {
    const answer = await world.verifier.call('POST', '/v1/devices', {
      token: world.tokens.exporter,
      body: { facilityId: world.facilityId, ...body },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return String(answer.body['id']);
  };
  const thumbprint = Buffer.from(guest.key.jkt, 'base64url').toString('hex');
  return register({ kind: 'host-tee', identity: { type: 'host-key', sha256: thumbprint } });
}
