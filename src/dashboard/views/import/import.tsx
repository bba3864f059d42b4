import { useState } from 'react';
import { Link } from 'wouter';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { FileField } from '../../parts/file-field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { type ChosenFile, type Refused, readChosen } from './chosen-file.ts';
import type { ImportKind } from './kind.ts';
import { Sending } from './sending.tsx';
import { importWords } from './words.ts';
import './import.css';

type Chosen = { readonly turn: number; readonly file: ChosenFile | Refused };

/** A file of rows is chosen, looked at, sent whole, and reported row by row; what was rejected is mended and sent by itself. */
export function Import({ kind }: { readonly kind: ImportKind }) {
  const words = useWords(importWords);
  const about = useWords(kind.words);
  const announce = useAnnounce();
  const { session } = useSession();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const choose = async (given: File): Promise<void> => {
    const file = await readChosen(given);
    setChosen((before) => ({ turn: (before?.turn ?? 0) + 1, file }));
    if (!('refused' in file)) announce(words.chosen(file.split?.rows.length ?? null));
  };
  return (
    <Page
      title={about.title}
      lead={about.lead}
      actions={
        <Link href={kind.list} className="button">
          {about.toList}
        </Link>
      }
    >
      {session.readsOnly ? (
        <p className="note note--warn">{about.readsOnly}</p>
      ) : (
        <FilePanel kind={kind} onChoose={(file) => void choose(file)} />
      )}
      {chosen !== null &&
        ('refused' in chosen.file ? (
          <p className="note note--bad" role="alert">
            {words.refused[chosen.file.refused]}
          </p>
        ) : (
          <Sending key={chosen.turn} kind={kind} file={chosen.file} />
        ))}
    </Page>
  );
}

type FilePanelProps = { readonly kind: ImportKind; readonly onChoose: (file: File) => void };

function FilePanel({ kind, onChoose }: FilePanelProps) {
  const words = useWords(importWords);
  const about = useWords(kind.words);
  return (
    <Panel title={words.file}>
      <FileField
        label={words.choose}
        accept=".csv,.json,.jsonl,.ndjson"
        onChoose={([file]) => {
          if (file !== undefined) onChoose(file);
        }}
      >
        <p>{words.chooseHint}</p>
        <p className="import__columns">
          <code>{kind.columns}</code>
        </p>
        <p>{about.columnsHint}</p>
      </FileField>
    </Panel>
  );
}
