import { saveAs } from './save-as.ts';

export type SaveButtonProps = { readonly label: string; readonly name: string; readonly content: unknown };

/** Saves something as a JSON file, from this page's own memory: nothing is asked of anybody. */
export function SaveButton({ label, name, content }: SaveButtonProps) {
  const save = (): void =>
    saveAs(name, new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  return (
    <button type="button" className="button" onClick={save}>
      {label}
    </button>
  );
}
