import type { KeyObject } from 'node:crypto';
import type { AzureVm } from '../../agent/azure/port.ts';
import type { DeviceQuote } from '../../agent/tpm/port.ts';
import { type PcrChoice, parsePcrChoice } from '../../agent/tpm/selection.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import type { IntelCollateral } from '../../evidence/intel/collateral.ts';
import { importPublicKey, parseTpm2bPublic } from '../../evidence/tpm/index.ts';
import { makeEkCa } from '../tpm/ek-ca.ts';
import { SoftwareTpm } from '../tpm/software-tpm.ts';
import { type AkCa, type AkCertificateChange, makeAkCa } from './ak-ca.ts';
import type { AzureReport, ForgedAzureHardware, HclChange } from './hardware.ts';
import { type ClaimedKey, marshalClaims } from './hcl-report.ts';

/** All that a VM hands over: `verifyAzureCvm`'s input but for trust, time and policy. */
export type AzureCvmParts = AzureReport & {
  readonly vtpm: DeviceQuote & { readonly akCertificate: Uint8Array };
  /** DER: the hardware's, and the CA above the AK certificate. */
  readonly certificates: readonly Uint8Array[];
  readonly crl: Uint8Array | null;
  readonly intelCollateral: IntelCollateral;
  readonly eventLog: Uint8Array | null;
};

export type ForgedAzureCvmOptions = {
  readonly at: Date;
  readonly hardware: ForgedAzureHardware;
  /** Made anew unless given; several VMs of one cloud share it. */
  readonly akCa?: AkCa;
  readonly vmUniqueId?: string;
};

/** An Azure confidential VM that runs nowhere: its vTPM, its paravisor's claims and its hardware are this process. */
export type ForgedAzureCvm = {
  readonly hardware: ForgedAzureHardware;
  readonly akCa: AkCa;
  readonly tpm: SoftwareTpm;
  /** Public half of the vTPM's attestation key. */
  readonly ak: KeyObject;
  /** The runtime claims, JSON. */
  readonly claims: Uint8Array;
  /** Everything, the quote over these bytes. */
  readonly evidence: (extraData: Uint8Array, change?: CvmChange) => Promise<AzureCvmParts>;
  /** The same as its agent sees it. */
  readonly vm: AzureVm;
};

export type CvmChange = HclChange & {
  readonly akCertificate?: AkCertificateChange;
  /** Default: all 24 of SHA-256. */
  readonly choice?: PcrChoice;
};

/** All 24 PCRs, as Azure's own tools quote. */
const ALL_PCRS = parsePcrChoice('sha256:0-23');
/** What an NV index of Azure's vTPMs holds behind a certificate. */
const AK_CERTIFICATE_INDEX_BYTES = 4096;

export async function forgeAzureCvm(options: ForgedAzureCvmOptions): Promise<ForgedAzureCvm> {
  const { at, hardware, akCa = makeAkCa(at), vmUniqueId = '6332533D-5649-4D02-8AA7-8F64B7C3EE21' } = options;
  const tpm = new SoftwareTpm({ ca: makeEkCa(at), clock: () => at, ek: 'rsa2048', ak: 'rsa' });
  const ak = publicKeyOf((await tpm.createOrLoadAk()).akPublic);
  const ek = publicKeyOf((await tpm.readEndorsement()).ekPublic);
  const claims = marshalClaims({ ak: claimedKeyOf(ak), ek: claimedKeyOf(ek), vmUniqueId });
  const evidence = async (
    extraData: Uint8Array,
    { akCertificate, choice = ALL_PCRS, ...change }: CvmChange = {},
  ): Promise<AzureCvmParts> => ({
    ...hardware.report(claims, change),
    vtpm: {
      ...(await tpm.quote({ extraData, choice })),
      akCertificate: padded(akCa.certify(ak, akCertificate)),
    },
    certificates: [...hardware.certificates, akCa.intermediate],
    crl: hardware.crl,
    intelCollateral: hardware.intelCollateral,
    eventLog: await tpm.readEventLog(),
  });
  return {
    hardware,
    akCa,
    tpm,
    ak,
    claims,
    evidence,
    vm: {
      hardware: async () => hardware.tee,
      collect: async ({ extraData, choice }) => {
        const { vtpm, ...rest } = await evidence(extraData, { choice });
        return { ...rest, ...vtpm };
      },
    },
  };
}

/** As claims name a key. */
export function claimedKeyOf(key: KeyObject): ClaimedKey {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  return { modulus: fromBase64Url(n, 'n'), exponent: fromBase64Url(e, 'e') };
}

function publicKeyOf(tpm2bPublic: Uint8Array): KeyObject {
  return importPublicKey(parseTpm2bPublic(tpm2bPublic));
}

function padded(certificate: Uint8Array): Uint8Array {
  const index = new Uint8Array(AK_CERTIFICATE_INDEX_BYTES);
  index.set(certificate);
  return index;
}
