import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { type Dated, Fields, type IsvLevel, type Standing } from './document-fields.ts';
import { TCB_COMPONENTS } from './pck-extension.ts';

/** One of 16 component SVNs, with Intel's words for what it counts. */
export type TcbComponent = {
  readonly svn: number;
  readonly category: string | null;
  readonly type: string | null;
};

export type PlatformLevel = Standing & {
  readonly sgx: readonly TcbComponent[];
  readonly pceSvn: number;
  /** Null in TCB Info for SGX. */
  readonly tdx: readonly TcbComponent[] | null;
};

/** The signer and attributes that a TDX module must have. Hexadecimal in lower case. */
export type TdxModule = {
  /** 48 bytes. */
  readonly mrSigner: string;
  /** 8 bytes. */
  readonly attributes: string;
  /** 8 bytes. */
  readonly attributesMask: string;
};

/** `TDX_01` and its like: a TDX module of one major version. */
export type TdxModuleIdentity = TdxModule & {
  /** In upper case. */
  readonly id: string;
  /** The newest first. */
  readonly levels: readonly IsvLevel[];
};

/** TCB Info version 3 (Intel PCS API v4). */
export type TcbInfo = {
  readonly id: string;
  readonly version: number;
  readonly issueDate: Dated;
  readonly nextUpdate: Dated;
  /** 6 bytes, hexadecimal in lower case. */
  readonly fmspc: string;
  /** 2 bytes, hexadecimal in lower case. */
  readonly pceId: string;
  readonly tcbEvaluationDataNumber: number;
  readonly tdxModule: TdxModule | null;
  readonly tdxModuleIdentities: readonly TdxModuleIdentity[];
  /** The newest first. */
  readonly levels: readonly PlatformLevel[];
};

/** @throws FormatError `bad_value`, for an unknown status and for another layout than version 3 too */
export function readTcbInfo(value: JsonValue): TcbInfo {
  const fields = new Fields(value, 'tcbInfo');
  // 0 is the only comparison that Intel has ever defined: each SVN by itself.
  fields.number('tcbType', 0);
  return {
    id: fields.text('id'),
    version: fields.number('version', 65_535),
    issueDate: fields.dated('issueDate'),
    nextUpdate: fields.dated('nextUpdate'),
    fmspc: fields.hex('fmspc', 6),
    pceId: fields.hex('pceId', 2),
    tcbEvaluationDataNumber: fields.number('tcbEvaluationDataNumber', 0xffff_ffff),
    tdxModule: fields.has('tdxModule') ? readModule(fields.object('tdxModule')) : null,
    tdxModuleIdentities: readModuleIdentities(fields),
    levels: fields.levels(readLevel).toSorted(newestFirst),
  };
}

/** Versions of a TDX module are one byte. */
const MAX_MODULES = 256;

function readModule(fields: Fields): TdxModule {
  return {
    mrSigner: fields.hex('mrsigner', 48),
    attributes: fields.hex('attributes', 8),
    attributesMask: fields.hex('attributesMask', 8),
  };
}

/** Two of one name would leave it to the reader which of them counts. */
function readModuleIdentities(fields: Fields): readonly TdxModuleIdentity[] {
  const name = 'tdxModuleIdentities';
  if (!fields.has(name)) return [];
  const identities = fields.list(name, MAX_MODULES, readModuleIdentity);
  if (new Set(identities.map(({ id }) => id)).size !== identities.length) {
    throw fields.bad(name, 'a list of different modules');
  }
  return identities;
}

function readModuleIdentity(fields: Fields): TdxModuleIdentity {
  return { id: fields.text('id').toUpperCase(), ...readModule(fields), levels: fields.isvLevels() };
}

function readLevel(fields: Fields): PlatformLevel {
  const tcb = fields.object('tcb');
  return {
    sgx: readComponents(tcb, 'sgxtcbcomponents'),
    pceSvn: tcb.number('pcesvn', 65_535),
    tdx: tcb.has('tdxtcbcomponents') ? readComponents(tcb, 'tdxtcbcomponents') : null,
    ...fields.standing(),
  };
}

/** Hundreds in a document: read without more ado than they need. */
function readComponents(tcb: Fields, name: string): readonly TcbComponent[] {
  const components = tcb.values(name, TCB_COMPONENTS).map((value) => {
    const component = readComponent(value);
    if (component === null) throw tcb.bad(name, 'components of an SVN of 0 to 255');
    return component;
  });
  if (components.length === TCB_COMPONENTS) return components;
  throw tcb.bad(name, `${TCB_COMPONENTS} components`);
}

function readComponent(value: JsonValue): TcbComponent | null {
  if (!isJsonObject(value)) return null;
  const { svn, category = null, type = null } = value;
  if (typeof svn !== 'number' || !Number.isInteger(svn) || svn < 0 || svn > 255) return null;
  return isLabel(category) && isLabel(type) ? { svn, category, type } : null;
}

function isLabel(value: JsonValue): value is string | null {
  return value === null || (typeof value === 'string' && value.length <= MAX_LABEL);
}

const MAX_LABEL = 64;

/** By SGX components, PCESVN, TDX components, as Intel's own library sorts; Intel's order in the document is no promise. */
function newestFirst(a: PlatformLevel, b: PlatformLevel): number {
  return (
    compareComponents(b.sgx, a.sgx) || b.pceSvn - a.pceSvn || compareComponents(b.tdx ?? [], a.tdx ?? [])
  );
}

function compareComponents(a: readonly TcbComponent[], b: readonly TcbComponent[]): number {
  for (let index = 0; index < TCB_COMPONENTS; index++) {
    const difference = (a[index]?.svn ?? 0) - (b[index]?.svn ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
