import { useParams } from 'wouter';
import { Problem } from '../../api/problem.ts';
import { NotFound } from '../../app/not-found.tsx';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/print-button.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { Downloads } from './downloads.tsx';
import { Goto } from './goto.tsx';
import { type Receipt, useProof } from './proof.ts';
import { ProofPanel } from './proof-panel.tsx';
import { logWords } from './words.ts';
import './log.css';

/** One act of the log: what it says, the proof that it stands there, checked here, and what to check it again with elsewhere. */
export default function ActPage() {
  const { leafIndex = '' } = useParams();
  return /^\d{1,15}$/.test(leafIndex) ? <ActView leafIndex={Number(leafIndex)} /> : <NotFound />;
}

function ActView({ leafIndex }: { readonly leafIndex: number }) {
  const words = useWords(logWords);
  const formats = useFormats();
  const read = useProof(leafIndex);
  if (read.error instanceof Problem && read.error.body.status === 404) return <NotFound />;
  const actions = (
    <>
      <Goto />
      <PrintButton />
    </>
  );
  return (
    <Page title={words.act(formats.number(leafIndex))} lead={words.actLead} actions={actions}>
      <Shown read={read}>
        {(proven) => (
          <>
            {proven.receipt !== null && <Said receipt={proven.receipt} />}
            <ProofPanel proven={proven} />
            {proven.receipt !== null && <Downloads receipt={proven.receipt} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Said({ receipt: { act } }: { readonly receipt: Receipt }) {
  const words = useWords(logWords);
  const { type, at, tenant, body } = act as { readonly [name: string]: unknown }; // as the leaf holds it; drawn as text
  return (
    <Panel title={words.body}>
      <Facts>
        <Fact name={words.kind}>
          <Told text={String(type)} mono />
        </Fact>
        <Fact name={words.at}>
          <Instant at={String(at)} />
        </Fact>
        <Fact name={words.tenant}>
          <Told text={String(tenant)} />
        </Fact>
      </Facts>
      <pre className="log-body">
        {JSON.stringify(body, null, 2)
          .split('\n')
          .map((line, index) => (
            // Lines of one text, in its order.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={index}>
              <Told text={line} most={2000} mono />
              {'\n'}
            </span>
          ))}
      </pre>
    </Panel>
  );
}
