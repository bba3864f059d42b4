import { sixteen } from './pck-extension.ts';

/** A level of the platform, as TCB Info lists them: the newest first. */
export type PlatformLevel = {
  /** Missing ones at the end are 0. */
  readonly sgx: readonly number[];
  readonly pceSvn: number;
  /** Missing ones at the end are 0; ignored in TCB Info for SGX. */
  readonly tdx: readonly number[];
  readonly tcbDate: string;
  /** Any text, so that unknown ones can be tried. */
  readonly tcbStatus: string;
  readonly advisoryIDs?: readonly string[];
};

/** A level of an enclave or module, as QE Identity and TDX module identities list them: the newest first. */
export type IsvLevel = {
  readonly isvSvn: number;
  readonly tcbDate: string;
  readonly tcbStatus: string;
  readonly advisoryIDs?: readonly string[];
};

/** A TDX module's signer and attributes, hexadecimal. */
export type ModuleFields = {
  readonly mrSigner: string;
  readonly attributes: string;
  readonly attributesMask: string;
};

export type ModuleIdentity = ModuleFields & { readonly id: string; readonly tcbLevels: readonly IsvLevel[] };

/** When a signed document begins and ends, as the text that stands in it, so that nonsense can be tried too. */
export type DocumentDates = { readonly issueDate: string; readonly nextUpdate: string };

export type TcbInfoFields = DocumentDates & {
  readonly id: string;
  readonly version: number;
  readonly fmspc: string;
  readonly pceId: string;
  readonly tcbType: number;
  readonly tcbEvaluationDataNumber: number;
  /** Null: left out, as in TCB Info for SGX. */
  readonly tdxModule: ModuleFields | null;
  /** Null: left out. */
  readonly tdxModuleIdentities: readonly ModuleIdentity[] | null;
  readonly tcbLevels: readonly PlatformLevel[];
  /** Changes the text before it is signed, for what these fields cannot say. */
  readonly edit: (json: string) => string;
};

/** What Intel calls the components of its TDX platforms; the other seven have neither name nor category. */
const SGX_COMPONENTS: readonly object[] = [
  { category: 'BIOS', type: 'Early Microcode Update' },
  { category: 'OS/VMM', type: 'SGX Late Microcode Update' },
  { category: 'OS/VMM', type: 'TXT SINIT' },
  { category: 'BIOS' },
  { category: 'BIOS' },
  { category: 'BIOS' },
  {},
  { category: 'OS/VMM', type: 'SEAMLDR ACM' },
];
const TDX_COMPONENTS: readonly object[] = [
  { category: 'OS/VMM', type: 'TDX Module' },
  { category: 'OS/VMM', type: 'TDX Module' },
  { category: 'OS/VMM', type: 'TDX Late Microcode Update' },
];

/** The inner object of TCB Info version 3, compact and in Intel's order: exactly what is signed. */
export function writeTcbInfo(fields: TcbInfoFields): string {
  const tdx = fields.id === 'TDX';
  const document = {
    id: fields.id,
    version: fields.version,
    issueDate: fields.issueDate,
    nextUpdate: fields.nextUpdate,
    fmspc: fields.fmspc,
    pceId: fields.pceId,
    tcbType: fields.tcbType,
    tcbEvaluationDataNumber: fields.tcbEvaluationDataNumber,
    ...(fields.tdxModule === null ? {} : { tdxModule: moduleFields(fields.tdxModule) }),
    ...(fields.tdxModuleIdentities === null
      ? {}
      : { tdxModuleIdentities: fields.tdxModuleIdentities.map(moduleIdentity) }),
    tcbLevels: fields.tcbLevels.map((level) => ({
      tcb: {
        sgxtcbcomponents: components(level.sgx, SGX_COMPONENTS),
        pcesvn: level.pceSvn,
        ...(tdx ? { tdxtcbcomponents: components(level.tdx, TDX_COMPONENTS) } : {}),
      },
      ...standing(level),
    })),
  };
  return fields.edit(JSON.stringify(document));
}

/** The levels of an identity. */
export function isvLevels(levels: readonly IsvLevel[]): readonly object[] {
  return levels.map((level) => ({ tcb: { isvsvn: level.isvSvn }, ...standing(level) }));
}

function components(svns: readonly number[], described: readonly object[]): readonly object[] {
  return sixteen(svns).map((svn, index) => ({ svn, ...described[index] }));
}

function moduleFields({ mrSigner, attributes, attributesMask }: ModuleFields): object {
  return { mrsigner: mrSigner, attributes, attributesMask };
}

function moduleIdentity(identity: ModuleIdentity): object {
  return { id: identity.id, ...moduleFields(identity), tcbLevels: isvLevels(identity.tcbLevels) };
}

/** Intel leaves out the advisories where there are none. */
function standing({ tcbDate, tcbStatus, advisoryIDs = [] }: PlatformLevel | IsvLevel): object {
  return { tcbDate, tcbStatus, ...(advisoryIDs.length === 0 ? {} : { advisoryIDs }) };
}
