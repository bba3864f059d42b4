import { canonicalJson } from '../../bytes/canonical-json.ts';
import { isJsonObject } from '../../bytes/json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { type AuditCode, type Finding, finding } from '../../record/audit/findings.ts';

/** A member of a result that came out otherwise when it was judged again. */
export type Divergence = { readonly member: string; readonly recorded: string; readonly replayed: string };

/** What differs between two results, member by member, as canonical JSON. */
export function differences(recorded: object, replayed: object): Divergence[] {
  const [before, after] = [recorded, replayed].map((one) => {
    const plain = plainJson(one);
    return isJsonObject(plain) ? plain : {};
  });
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((member) => {
    const [was, is] = [before, after].map((one) => canonicalJson(one?.[member] ?? null));
    return was === is ? [] : [{ member, recorded: was ?? '', replayed: is ?? '' }];
  });
}

/** The first of them in words, and the names of all. */
export function diverges(code: AuditCode, subject: string, members: readonly Divergence[]): Finding {
  const [first] = members;
  return finding(code, subject, {
    because: members.map(({ member }) => member).join(', '),
    expected: first?.recorded.slice(0, 400) ?? '',
    actual: first?.replayed.slice(0, 400) ?? '',
  });
}
