import type { ReactNode } from 'react';
import {
  Button,
  Input,
  Label,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  SearchField,
} from 'react-aria-components';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import type { Column } from './column.ts';

type ToolbarProps<Row> = {
  /** How many rows there are, in words. */
  readonly summary: string;
  readonly columns: readonly Column<Row>[];
  readonly shown: ReadonlySet<string>;
  readonly onShown: (shown: ReadonlySet<string>) => void;
  readonly search: string;
  /** Left out where nothing can be looked for. */
  readonly onSearch: ((search: string) => void) | undefined;
  /** Filters of the view's own. */
  readonly children?: ReactNode;
};

/** What stands above a table: what is looked for, how much was found, which columns are shown. */
export function Toolbar<Row>({
  summary,
  columns,
  shown,
  onShown,
  search,
  onSearch,
  children,
}: ToolbarProps<Row>) {
  const { table } = useWords(shellWords);
  return (
    <div className="toolbar">
      {onSearch !== undefined && (
        <SearchField className="toolbar__search" value={search} onChange={onSearch} maxLength={200}>
          <Label>{table.search}</Label>
          <Input className="input" />
        </SearchField>
      )}
      {children}
      <p className="toolbar__summary" role="status">
        {summary}
      </p>
      <MenuTrigger>
        <Button className="button">{table.columns}</Button>
        <Popover className="popover">
          <Menu
            className="menu"
            aria-label={table.columns}
            selectionMode="multiple"
            disallowEmptySelection
            selectedKeys={shown}
            onSelectionChange={(keys) => {
              if (keys !== 'all') onShown(new Set([...keys].map(String)));
            }}
          >
            {columns.map(({ id, header }) => (
              <MenuItem key={id} id={id} className="menu__item" textValue={header}>
                <span className="menu__tick" aria-hidden="true" />
                {header}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
