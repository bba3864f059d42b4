import { useMemo, useState } from 'react';
import type { Column } from './column.ts';

/** Which columns are shown: those that are not hidden at first, until somebody chooses. */
export function useShownColumns<Row>(columns: readonly Column<Row>[]) {
  const [shown, setShown] = useState<ReadonlySet<string>>(
    () => new Set(columns.filter(({ hidden }) => hidden !== true).map(({ id }) => id)),
  );
  const visible = useMemo(() => columns.filter(({ id }) => shown.has(id)), [columns, shown]);
  return { shown, setShown, visible };
}
