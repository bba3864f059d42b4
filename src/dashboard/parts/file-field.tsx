import { type ReactNode, useId } from 'react';

export type FileFieldProps = {
  readonly label: string;
  /** Endings of names, e.g. `.json,.pem`; any unless given. */
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly onChoose: (files: readonly File[]) => void;
  /** What the file must hold. */
  readonly children: ReactNode;
};

/** The browser's own field: a file can be dropped on it too. */
export function FileField({ label, accept, multiple = false, onChoose, children }: FileFieldProps) {
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          type="file"
          className="file-field"
          accept={accept}
          multiple={multiple}
          aria-describedby={`${id}hint`}
          onClick={({ currentTarget }) => {
            currentTarget.value = ''; // so that the same file, mended, is another choice
          }}
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])];
            if (files.length > 0) onChoose(files);
          }}
        />
      </div>
      <div id={`${id}hint`} className="soft">
        {children}
      </div>
    </>
  );
}
