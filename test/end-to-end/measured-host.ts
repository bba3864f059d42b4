import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { Guest } from './guest.ts';
import { pem, SNP_MEASUREMENT } from './measured.ts';
import { stubCollateral } from './stub-collateral.ts';
import { makeWorld, type World } from './world.ts';

const ICELAND = {
  authorisedArea: { kind: 'countries', name: 'Iceland', countries: ['IS'], reading: 'land-only' },
};

/** A verifier, and a sealed guest enrolled there whose facility may have its hosts anywhere in Iceland. */
export async function enrolledGuest(): Promise<{ readonly world: World; readonly guest: Guest }> {
  const platform = forgeSnpPlatform({ at: new Date() });
  const amd = { certificates: [], crl: platform.crl() };
  const world = await makeWorld(stubCollateral({ asked: [], amd }));
  await world.trustRoots('amd', pem(platform.roots), 'amd-ark');
  await world.trustSet({ kind: 'snp', name: 'guest-image', measurement: [SNP_MEASUREMENT], sealed: true });
  await world.authorise(ICELAND);
  const guest = new Guest(world, ({ reportData }) => {
    const value = serialiseSnpItem({ report: platform.report(reportData), auxblob: platform.auxblob() });
    return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
  });
  await guest.enrol();
  return { world, guest };
}

/** The verifier's permit keys as landmarks read them: a JWK set. */
export async function permitKeysOf({ verifier }: World): Promise<string> {
  return (await fetch(`${verifier.url}/.well-known/permit-keys.json`)).text();
}
