import { contextConstructed, contextPrimitive, TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBoolean,
  writeElement,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeText,
} from '../../src/bytes/der-writer.ts';
import { KEY_USAGES, type KeyUsage } from '../../src/pki/extension-keys.ts';
import { OID } from '../../src/pki/object-identifiers.ts';

export type OneExtension = { readonly critical: boolean; readonly value: Uint8Array };
export type Extension = Readonly<Record<string, OneExtension | null>>;

export function critical(value: Uint8Array): OneExtension {
  return { critical: true, value };
}

export function plain(value: Uint8Array): OneExtension {
  return { critical: false, value };
}

export function basicConstraints(cA: boolean, pathLength?: number): Uint8Array {
  return writeSequence(
    ...(cA ? [writeBoolean(true)] : []),
    ...(pathLength === undefined ? [] : [writeInteger(pathLength)]),
  );
}

export function keyUsage(...usages: readonly KeyUsage[]): Uint8Array {
  return writeNamedBits(usages.map((usage) => KEY_USAGES.indexOf(usage)));
}

export function extKeyUsage(...purposes: readonly string[]): Uint8Array {
  return writeSequence(...purposes.map((purpose) => writeObjectIdentifier(purpose)));
}

export function keyIdentifiers(ski: Uint8Array, aki: Uint8Array | null): Extension {
  return {
    [OID.subjectKeyIdentifier]: plain(writeOctetString(ski)),
    ...(aki === null ? {} : { [OID.authorityKeyIdentifier]: plain(authorityKeyIdentifier(aki)) }),
  };
}

export function authorityKeyIdentifier(keyIdentifier: Uint8Array): Uint8Array {
  return writeSequence(writeElement(contextPrimitive(0), keyIdentifier));
}

/** GeneralNames in short: `dns:`, `mail:`, `uri:`, `ip:` with decimal octets, `other:`. */
export function generalName(text: string | { readonly directory: Uint8Array }): Uint8Array {
  if (typeof text !== 'string') return writeElement(contextConstructed(4), text.directory);
  const [form = '', ...rest] = text.split(':');
  const value = rest.join(':');
  switch (form) {
    case 'dns':
      return writeText(contextPrimitive(2), value);
    case 'mail':
      return writeText(contextPrimitive(1), value);
    case 'uri':
      return writeText(contextPrimitive(6), value);
    case 'ip':
      return writeElement(contextPrimitive(7), Uint8Array.from(value.split(/[./]/).map(Number)));
    case 'other':
      return writeElement(
        contextConstructed(0),
        writeObjectIdentifier(value),
        writeElement(contextConstructed(0), Uint8Array.of(TAG.null, 0)),
      );
    default:
      throw new Error(`no general name ${text}`);
  }
}

export type NameText = Parameters<typeof generalName>[0];

export function subjectAltName(...names: readonly NameText[]): Uint8Array {
  return writeSequence(...names.map(generalName));
}

export function nameConstraints(permitted: readonly NameText[], excluded: readonly NameText[]): Uint8Array {
  const subtrees = (number: number, names: readonly NameText[]): Uint8Array[] =>
    names.length === 0
      ? []
      : [writeElement(contextConstructed(number), ...names.map((base) => writeSequence(generalName(base))))];
  return writeSequence(...subtrees(0, permitted), ...subtrees(1, excluded));
}

export function certificatePolicies(...policies: readonly string[]): Uint8Array {
  return writeSequence(...policies.map((policy) => writeSequence(writeObjectIdentifier(policy))));
}

export function policyMappings(...pairs: readonly (readonly [string, string])[]): Uint8Array {
  return writeSequence(
    ...pairs.map(([from, to]) => writeSequence(writeObjectIdentifier(from), writeObjectIdentifier(to))),
  );
}

export function policyConstraints(explicit: number | null, mapping: number | null = null): Uint8Array {
  return writeSequence(
    ...(explicit === null ? [] : [writeInteger(explicit, contextPrimitive(0))]),
    ...(mapping === null ? [] : [writeInteger(mapping, contextPrimitive(1))]),
  );
}

export function inhibitAnyPolicy(skipCerts: number): Uint8Array {
  return writeInteger(skipCerts);
}
