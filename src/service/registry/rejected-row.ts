type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
};

/** What is wrong with a row that is not what its schema asks for: a code, the first field, and every sentence. */
export function firstIssue(issues: readonly Issue[]): {
  readonly code: 'field_unknown' | 'field_invalid';
  readonly field: string;
  readonly message: string;
} {
  const [first] = issues;
  if (first?.code === 'unrecognized_keys') {
    const names = (first.keys ?? []).join(', ').slice(0, 100);
    return { code: 'field_unknown', field: names, message: `there is no such member: leave out ${names}` };
  }
  const all = issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`).join('; ');
  return { code: 'field_invalid', field: first?.path.join('.') || 'row', message: all.slice(0, 500) };
}
