import { toUtf8 } from '../../../src/bytes/text.ts';
import { AZURE_CVM_MEDIA_TYPE, serialiseAzureItem } from '../../../src/evidence/bundle/azure-item.ts';
import { serialiseBinding } from '../../../src/evidence/bundle/binding.ts';
import { type Item, serialiseCollection } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { signJws } from '../../../src/evidence/bundle/jws.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/tdx-item.ts';
import type { TeeTrust } from '../../../src/evidence/bundle/tee-trust.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { type ForgedAzureCvm, forgeAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';
import type { Binding } from '../../../src/protocol/session.ts';
import { type Host, now } from './host.ts';

/** Confidential guests that run nowhere, and what must be trusted for their evidence to verify. */
export const tdx = forgeTdxPlatform({ seed: 'bundle', at: now });
export const snp = forgeSnpPlatform({ at: now });
export const azure: ForgedAzureCvm = await forgeAzureCvm({ at: now, hardware: snpHardware(snp) });
export const azureTdx = await forgeAzureCvm({ at: now, hardware: tdxHardware(tdx), akCa: azure.akCa });

const anchors = (roots: readonly Uint8Array[]) =>
  roots.map((der) => anchorFromCertificate(parseCertificate(der)));

export const trust: TeeTrust = {
  intel: { anchors: anchors([tdx.root]), collateral: tdx.collateral() },
  amd: { anchors: anchors(snp.roots), certificates: [], crl: snp.crl() },
  azure: { anchors: anchors([azure.akCa.root]) },
};

/** The binding's item, and a bundle of it with others, signed by the host's own key. */
export function bindingItem(host: Host, change: Partial<Binding> = {}): Item {
  const value = serialiseBinding({ ...host.binding, ...change });
  return { label: BINDING_LABEL, mediaType: BINDING_MEDIA_TYPE, value };
}

export function bundleOf(host: Host, items: readonly Item[], signedBy = host.signingPrivate): string {
  return signJws(toUtf8(serialiseCollection(items), 'bundle'), signedBy);
}

export function tdxItem(before: readonly Item[], reportData = reportDataOver(before)): Item {
  const value = serialiseTdxItem({ quote: tdx.quote(reportData), eventLog: null });
  return { label: 'tee', mediaType: TDX_QUOTE_MEDIA_TYPE, value };
}

export function snpItem(before: readonly Item[], reportData = reportDataOver(before)): Item {
  const value = serialiseSnpItem({ report: snp.report(reportData), auxblob: snp.auxblob() });
  return { label: 'tee', mediaType: SNP_REPORT_MEDIA_TYPE, value };
}

export async function azureItem(
  before: readonly Item[],
  extraData = extraDataOver(before),
  vm = azure,
): Promise<Item> {
  const { vtpm, ...parts } = await vm.evidence(extraData);
  return { label: 'tee', mediaType: AZURE_CVM_MEDIA_TYPE, value: serialiseAzureItem({ ...parts, ...vtpm }) };
}

export function reportDataOver(items: readonly Item[]): Uint8Array {
  return commitment('tee-report-data', items[0]?.value ?? new Uint8Array(0), items);
}

export function extraDataOver(items: readonly Item[]): Uint8Array {
  return commitment('tpm-extra-data', items[0]?.value ?? new Uint8Array(0), items);
}
