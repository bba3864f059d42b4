export type Row = { readonly id: string };

/** Rows in the order of their identifiers, with this one in its place, or without it. */
export function withRow(rows: readonly Row[], id: string, row: Row | null): readonly Row[] {
  const at = rows.findIndex((each) => each.id >= id);
  const place = at === -1 ? rows.length : at;
  return rows.toSpliced(place, rows[place]?.id === id ? 1 : 0, ...(row === null ? [] : [row]));
}
