import { useState } from 'react';
import { Link } from 'wouter';
import { useAnnounce } from '../../../app/announce.tsx';
import { Page } from '../../../app/page.tsx';
import { FileField } from '../../../parts/file-field.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { toldText } from '../../../parts/told-text.ts';
import { useSession } from '../../../session/gate.tsx';
import { useWords } from '../../../words/language.tsx';
import { CertificateForm } from './certificate-form.tsx';
import { type Proposal, type ReadFiles, readProposal } from './proposal-file.ts';
import { Proposing } from './proposing.tsx';
import { proposeWords } from './words.ts';
import '../trust.css';

type Chosen = { readonly turn: number; readonly read: ReadFiles };

/** A version is read from a file, compared with the one in force, and proposed. */
export default function Propose() {
  const words = useWords(proposeWords);
  const announce = useAnnounce();
  const { session } = useSession();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const choose = async (files: readonly File[]): Promise<void> => {
    const read = await readProposal(files);
    setChosen((before) => ({ turn: (before?.turn ?? 0) + 1, read }));
    if (!('refused' in read)) announce(words.read(toldText(files.map(({ name }) => name).join(', '))));
  };
  const name = (proposal: Proposal): void =>
    setChosen((before) => ({ turn: (before?.turn ?? 0) + 1, read: { proposal } }));
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Link href="/trust" className="button">
          {words.back}
        </Link>
      }
    >
      {session.readsOnly ? (
        <p className="note note--warn">{words.readsOnly}</p>
      ) : (
        <div className="stack">
          <Panel title={words.file}>
            <FileField
              label={words.choose}
              accept=".json,.pem,.crt,.cedar,.cedarschema"
              multiple
              onChoose={(files) => void choose(files)}
            >
              <p>{words.hint}</p>
            </FileField>
          </Panel>
          {chosen !== null && <Read key={chosen.turn} read={chosen.read} onNamed={name} />}
        </div>
      )}
    </Page>
  );
}

function Read({ read, onNamed }: { readonly read: ReadFiles; readonly onNamed: (of: Proposal) => void }) {
  const words = useWords(proposeWords);
  if ('refused' in read) {
    return (
      <p className="note note--bad" role="alert">
        {words.refused[read.refused]}
      </p>
    );
  }
  return 'proposal' in read ? (
    <Proposing proposal={read.proposal} />
  ) : (
    <CertificateForm {...read} onNamed={onNamed} />
  );
}
