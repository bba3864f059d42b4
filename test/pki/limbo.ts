import { contextPrimitive } from '../../src/bytes/der-tag.ts';
import { writeElement } from '../../src/bytes/der-writer.ts';
import type { KeyUsage } from '../../src/pki/extension-keys.ts';
import {
  anchorFromCertificate,
  demandUnrevoked,
  FormatError,
  matchesMailbox,
  OID,
  PathError,
  type PathPolicy,
  type RevocationInput,
  RFC5280_POLICY,
  verifyPath,
  WEBPKI_POLICY,
} from '../../src/pki/index.ts';
import { type Issued, type IssueOptions, issueCa, issueLeaf, issueRoot, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

/*
 * The cases of C2SP x509-limbo, made anew: each group under the policy that `docs/library.md` names for it. What the suite
 * calls SUCCESS is `valid` here, and FAILURE is the code for which we refuse.
 */

export const RFC5280: PathPolicy = { ...RFC5280_POLICY, keyPurposes: [OID.serverAuth] };
export const CLIENT: PathPolicy = { ...RFC5280_POLICY, keyPurposes: [OID.clientAuth] };
export const WEBPKI: PathPolicy = WEBPKI_POLICY;

const HOST = 'example.com';
export const names = (...texts: readonly ext.NameText[]) => ({
  [OID.subjectAltName]: ext.plain(ext.subjectAltName(...texts)),
});
export const usage = (...usages: readonly KeyUsage[]) => ({
  [OID.keyUsage]: ext.plain(ext.keyUsage(...usages)),
});
export const purposes = (...oids: readonly string[]) => ({
  [OID.extKeyUsage]: ext.plain(ext.extKeyUsage(...oids)),
});
export const constraints = (permitted: readonly ext.NameText[], excluded: readonly ext.NameText[] = []) => ({
  [OID.nameConstraints]: ext.critical(ext.nameConstraints(permitted, excluded)),
});
export const ca = (pathLength?: number) => ({
  [OID.basicConstraints]: ext.critical(ext.basicConstraints(true, pathLength)),
});

const IN_CAS = { ...names(`dns:${HOST}`), ...usage('keyCertSign', 'cRLSign') };
const IN_LEAVES = { ...names(`dns:${HOST}`), ...usage('digitalSignature'), ...purposes(OID.serverAuth) };

export function rootCa(options: IssueOptions = {}): Issued {
  return issueRoot({
    subject: 'x509-limbo-root',
    ...options,
    extensions: { ...IN_CAS, ...options.extensions },
  });
}

let intermediates = 0;
export function intermediateCa(parent: Issued, options: IssueOptions = {}): Issued {
  intermediates += 1;
  const subject = `x509-limbo-intermediate-${intermediates}`;
  return issueCa(parent, { subject, ...options, extensions: { ...IN_CAS, ...options.extensions } });
}

export function endEntity(parent: Issued, options: IssueOptions = {}): Issued {
  return issueLeaf(parent, {
    subject: HOST,
    ...options,
    extensions: { ...IN_LEAVES, ...options.extensions },
  });
}

export type Scene = {
  readonly leaf: Issued;
  readonly bag?: readonly Issued[];
  readonly anchors: readonly Issued[];
  readonly at?: Date;
  /** `example.com` unless given; a mailbox is compared as one. */
  readonly peer?: string;
  readonly maxIntermediates?: number;
  readonly revocation?: Omit<RevocationInput, 'at'>;
};

export type Chain = {
  readonly root?: IssueOptions;
  readonly between?: readonly IssueOptions[];
  readonly leaf?: IssueOptions;
  readonly leafIsCa?: true;
};

/** root > intermediates > leaf. */
export function chain(
  { root = {}, between = [], leaf = {}, leafIsCa }: Chain,
  more: Partial<Scene> = {},
): Scene {
  const top = rootCa(root);
  const bag: Issued[] = [];
  for (const options of between) bag.push(intermediateCa(bag.at(-1) ?? top, options));
  const parent = bag.at(-1) ?? top;
  const end = leafIsCa === true ? intermediateCa(parent, leaf) : endEntity(parent, leaf);
  return { leaf: end, bag, anchors: [top], ...more };
}

/** `valid`, or the code of the error; for a path that revocation refuses, what is known of the certificate. */
export function judge(policy: PathPolicy, make: () => Scene): string {
  try {
    const { leaf, bag = [], anchors, at = T0, peer = HOST, maxIntermediates, revocation } = make();
    const isMailbox = peer.includes('@');
    verifyPath({
      leaf: leaf.certificate,
      intermediates: bag.map(({ certificate }) => certificate),
      anchors: anchors.map(({ certificate }) => anchorFromCertificate(certificate)),
      at,
      policy: maxIntermediates === undefined ? policy : { ...policy, maxIntermediates },
      ...(isMailbox ? {} : { serverName: peer }),
      ...(revocation === undefined
        ? {}
        : { acceptPath: (path) => demandUnrevoked(path, { ...revocation, at }) }),
    });
    return isMailbox && !matchesMailbox(leaf.certificate, peer) ? 'server_name_mismatch' : 'valid';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    if (error instanceof PathError) return error.code === 'path_refused' ? `${error.actual}` : error.code;
    throw error;
  }
}

/** A name constraint or alternative name whose octets are no name of their form. */
export function rawAddress(...octets: readonly number[]): Uint8Array {
  return writeElement(contextPrimitive(7), Uint8Array.from(octets));
}

export type Case = readonly [id: string, scene: () => Scene, outcome: string];
