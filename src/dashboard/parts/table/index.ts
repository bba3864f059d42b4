export { type Column, IDENTIFIER_PX, type Sort, type SortKey } from './column.ts';
export { LocalTable } from './local-table.tsx';
export { PagedTable } from './paged-table.tsx';
