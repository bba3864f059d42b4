import { z } from 'zod';
import type { JsonValue } from '../../bytes/json.ts';
import {
  type Dated,
  dated,
  evaluationNumber,
  hexOf,
  type IsvLevel,
  isvLevels,
  levelsOf,
  readFields,
  type Standing,
  standing,
  svn8,
  svn16,
} from './document-fields.ts';
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

const component = z
  .object({ svn: svn8, category: z.string().max(64).optional(), type: z.string().max(64).optional() })
  .transform(({ svn, category = null, type = null }): TcbComponent => ({ svn, category, type }));
const components = z.array(component).length(TCB_COMPONENTS);

const moduleFields = { mrsigner: hexOf(48), attributes: hexOf(8), attributesMask: hexOf(8) };
type ModuleFields = {
  readonly mrsigner: string;
  readonly attributes: string;
  readonly attributesMask: string;
};
const toModule = ({ mrsigner, attributes, attributesMask }: ModuleFields): TdxModule => ({
  mrSigner: mrsigner,
  attributes,
  attributesMask,
});

const moduleIdentity = z.object({ id: z.string().max(32), ...moduleFields, tcbLevels: isvLevels }).transform(
  (fields): TdxModuleIdentity => ({
    id: fields.id.toUpperCase(),
    ...toModule(fields),
    levels: fields.tcbLevels,
  }),
);

const level = z
  .object({
    tcb: z.object({ sgxtcbcomponents: components, pcesvn: svn16, tdxtcbcomponents: components.optional() }),
    ...standing,
  })
  .transform(
    ({ tcb, ...rest }): PlatformLevel => ({
      sgx: tcb.sgxtcbcomponents,
      pceSvn: tcb.pcesvn,
      tdx: tcb.tdxtcbcomponents ?? null,
      ...rest,
    }),
  );

/** `tcbType` 0 is the only comparison that Intel has ever defined: each SVN by itself. */
const schema = z
  .object({
    id: z.string().max(16),
    version: z.int(),
    issueDate: dated,
    nextUpdate: dated,
    fmspc: hexOf(6),
    pceId: hexOf(2),
    tcbType: z.literal(0),
    tcbEvaluationDataNumber: evaluationNumber,
    tdxModule: z.object(moduleFields).transform(toModule).optional(),
    tdxModuleIdentities: z.array(moduleIdentity).max(256).optional(),
    tcbLevels: levelsOf(level),
  })
  .transform(
    ({ tcbType: _, tcbLevels, tdxModule = null, tdxModuleIdentities = [], ...rest }): TcbInfo => ({
      ...rest,
      tdxModule,
      tdxModuleIdentities,
      levels: tcbLevels.toSorted(newestFirst),
    }),
  );

/** @throws FormatError `bad_value`, for an unknown status and for another layout than version 3 too */
export function readTcbInfo(value: JsonValue): TcbInfo {
  return readFields(schema, value, 'tcbInfo');
}

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
