import { Button } from 'react-aria-components';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { Acts } from './acts.tsx';
import { Goto } from './goto.tsx';
import { type Proven, useForget, useProof } from './proof.ts';
import { ProofPanel } from './proof-panel.tsx';
import { logWords } from './words.ts';
import './log.css';

/** The head of the log, what this browser could check of it, and its acts, the newest first. */
export default function Log() {
  const words = useWords(logWords);
  const read = useProof(null);
  return (
    <Page title={words.title} lead={words.lead} actions={<Goto />}>
      <Shown read={read}>
        {(proven) => (
          <>
            <Head proven={proven} />
            <ProofPanel proven={proven} />
            {proven.answer.head !== null && proven.answer.head.size > 0 && (
              <Acts size={proven.answer.head.size} />
            )}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Head({ proven: { answer, key, kept } }: { readonly proven: Proven }) {
  const words = useWords(logWords);
  const formats = useFormats();
  const announce = useAnnounce();
  const forget = useForget();
  const { head, witnesses } = answer;
  return (
    <Panel title={words.head}>
      <Facts>
        {head !== null && (
          <>
            <Fact name={words.origin}>
              <Told text={head.origin} mono />
            </Fact>
            <Fact name={words.size}>{formats.number(head.size)}</Fact>
            <Fact name={words.root}>
              <Told text={head.root} mono />
            </Fact>
          </>
        )}
        <Fact name={words.key}>
          <Told text={key} mono />
        </Fact>
        <Fact name={words.witnesses}>
          {witnesses.length === 0 ? words.noWitnesses : <Told text={witnesses.join(', ')} mono />}
          {witnesses.length > 0 && <p className="soft">{words.witnessesHint}</p>}
        </Fact>
        <Fact name={words.keptSince}>
          {kept === null ? (
            words.keptNothing
          ) : (
            <>
              <Instant at={kept.at} />{' '}
              <Button
                className="button"
                onPress={() => {
                  forget();
                  announce(words.forgotten);
                }}
              >
                {words.forget}
              </Button>
            </>
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}
