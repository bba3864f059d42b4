/**
 * Where a value holds U+0000, which the text of a PostgreSQL database cannot; undefined where it does nowhere. It has no place in
 * a name or a reason, and one database must not take what another refuses.
 */
export function placeOfNul(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? path : undefined;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const members = value as { readonly [name: string]: unknown }; // an object that is no array of bytes
  for (const name of Object.keys(value)) {
    const member = members[name];
    if (typeof member === 'string' && !member.includes('\u0000')) continue;
    const found = placeOfNul(
      member,
      Array.isArray(value) ? `${path}[${name}]` : `${path}.${name.slice(0, 64)}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
