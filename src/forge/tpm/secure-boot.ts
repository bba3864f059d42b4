import { concatBytes } from '../../bytes/concat.ts';
import { fromHex } from '../../bytes/text.ts';
import { type Measurement, u32le } from './measured-boot.ts';

/** What a machine that does not exist is set to, and what it starts. */
export type SecureBootChain = {
  /** Default true. */
  readonly secureBoot?: boolean;
  /** Certificates, DER: in db; of the shim, and of what shim started. */
  readonly firmwareSigner: Uint8Array;
  readonly kernelSigner: Uint8Array;
  /** Stand for the images: other ones give other digests in PCR 4. */
  readonly shim?: string;
  readonly grub?: string;
  readonly kernel?: string;
  readonly commandLine?: string;
  /** SHA-256 of images that are revoked, in hexadecimal; default one. */
  readonly dbx?: readonly string[];
  /** Default 2024010900. */
  readonly sbatLevel?: string;
  /** What is measured into PCR 7 besides, behind the separator. */
  readonly more?: readonly Measurement[];
};

const EV = {
  separator: 0x04,
  crtmVersion: 0x08,
  ipl: 0x0d,
  driverConfig: 0x80000001,
  application: 0x80000003,
  action: 0x80000007,
  authority: 0x800000e0,
} as const;

/** GUIDs as they stand in memory (UEFI 2.10, appendix A). */
const GUID = {
  global: '61dfe48bca93d211aa0d00e098032b8c',
  database: 'cbb219d73a3d9645a3bcdad00e67656f',
  shim: '50ab5d6046e00043abb63dd810dd8b23',
  x509: 'a159c0a5e494a74a87b5ab155c2bf072',
  sha256: '2616c4c14c509240aca941f936934328',
  owner: '53455854414e5420646f6573206e6f74',
} as const;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const guid = (name: keyof typeof GUID): Uint8Array => fromHex(GUID[name], 'guid');

/** A boot under Secure Boot by shim and GRUB, in the order in which a PC's firmware measures it. */
export function secureBootChain(chain: SecureBootChain): readonly Measurement[] {
  const { secureBoot = true, firmwareSigner, kernelSigner } = chain;
  const { shim = 'shim 1', grub = 'GRUB 1', kernel = 'kernel 1', sbatLevel = '2024010900' } = chain;
  const { commandLine = '/vmlinuz root=/dev/demonstration ro', dbx = ['ab'.repeat(32)], more = [] } = chain;
  const setting = (vendor: keyof typeof GUID, name: string, data: Uint8Array): Measurement => {
    return { pcr: 7, eventType: EV.driverConfig, event: variable(vendor, name, data) };
  };
  return [
    { pcr: 0, eventType: EV.crtmVersion, event: text('Sextant demonstration firmware 1') },
    setting('global', 'SecureBoot', Uint8Array.of(secureBoot ? 1 : 0)),
    setting('global', 'PK', list('x509', [firmwareSigner])),
    setting('global', 'KEK', list('x509', [firmwareSigner])),
    setting('database', 'db', list('x509', [firmwareSigner])),
    setting(
      'database',
      'dbx',
      list(
        'sha256',
        dbx.map((digest) => fromHex(digest, 'dbx')),
      ),
    ),
    ...[7, 0, 1, 2, 3, 4, 5, 6].map((pcr) => ({ pcr, eventType: EV.separator, event: new Uint8Array(4) })),
    { pcr: 4, eventType: EV.action, event: text('Calling EFI Application from Boot Option') },
    ...(secureBoot ? [authority('database', 'db', concatBytes([guid('owner'), firmwareSigner]))] : []),
    image(shim),
    authority('shim', 'SbatLevel', text(`sbat,1,${sbatLevel}\nshim,4\n`)),
    ...(secureBoot ? [authority('shim', 'Shim', kernelSigner)] : []),
    image(grub),
    grubText('grub_cmd', 'insmod gzio'),
    grubText('grub_cmd', `linux ${commandLine}`),
    image(kernel),
    { pcr: 9, eventType: EV.ipl, event: text('/vmlinuz\0'), measured: text(`all of ${kernel}`) },
    grubText('kernel_cmdline', commandLine),
    ...more,
  ];
}

/** EV_EFI_VARIABLE_AUTHORITY (PC Client Platform Firmware Profile 1.06, 10.4.1). */
export function authority(vendor: 'database' | 'shim', name: string, data: Uint8Array): Measurement {
  return { pcr: 7, eventType: EV.authority, event: variable(vendor, name, data) };
}

/** An UEFI_IMAGE_LOAD_EVENT that says nothing; what is hashed stands for the image. */
export function image(name: string): Measurement {
  return {
    pcr: 4,
    eventType: EV.application,
    event: new Uint8Array(32),
    measured: text(`the image of ${name}`),
  };
}

/** As GRUB logs what it is told (grub-core/commands/tpm.c). */
export function grubText(label: string, value: string): Measurement {
  return { pcr: 8, eventType: EV.ipl, event: text(`${label}: ${value}\0`), measured: text(value) };
}

/** UEFI_VARIABLE_DATA (10.2.6). */
export function variable(vendor: keyof typeof GUID, name: string, data: Uint8Array): Uint8Array {
  const wide = new Uint8Array(Buffer.from(name, 'utf16le'));
  return concatBytes([guid(vendor), u64le(name.length), u64le(data.length), wide, data]);
}

/** One EFI_SIGNATURE_LIST for each length of entry (UEFI 2.10, 32.4.1). */
function list(type: 'x509' | 'sha256', entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    entries.flatMap((entry) => {
      const size = 16 + entry.length;
      return [guid(type), u32le(28 + size), u32le(0), u32le(size), guid('owner'), entry];
    }),
  );
}

function u64le(value: number): Uint8Array {
  return concatBytes([u32le(value), u32le(0)]);
}
