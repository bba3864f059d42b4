export const PAGE = 500;

/** Row after row, a page at a time. */
export async function* paged<Row, After>(
  read: (after: After) => Promise<readonly Row[]>,
  first: After,
  behind: (row: Row) => After,
): AsyncGenerator<Row> {
  for (let after = first; ; ) {
    const found = await read(after);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE) return;
    after = behind(last);
  }
}

export function idOf({ id }: { readonly id: string }): string {
  return id;
}
