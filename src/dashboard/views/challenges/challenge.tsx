import { useMutation } from '@tanstack/react-query';
import { useParams } from 'wouter';
import { call } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { useReadAgainAt, useReadAgainEvery } from '../../api/read-again.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { Who } from '../../parts/who.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { DrawnDevices } from './drawn-devices.tsx';
import { type Order, OrderStatus } from './outcome-state.tsx';
import { challengeWords } from './words.ts';

/** That a device answered is told by no event; that an order is over is. */
const AWAITED_MS = 5_000;

/** One order: among which devices, which were drawn, and what came of each. */
export default function ChallengePage() {
  const { challengeId = '' } = useParams();
  const words = useWords(challengeWords);
  const params = { challengeId };
  const read = useRead('getChallenge', { params }, { live: ['challenge', 'device', 'host'] });
  useReadAgainAt([read.data?.deadline ?? null], read.refetch);
  useReadAgainEvery(read.data?.state === 'drawn' ? AWAITED_MS : null, read.refetch);
  return (
    <Page
      title={words.one(toldText(challengeId))}
      heading={
        <span className="titled">
          <Told text={words.one(challengeId)} />{' '}
          {read.data !== undefined && <OrderStatus state={read.data.state} />}
        </span>
      }
      lead={words.oneLead}
      actions={read.data?.drawnLeafIndex != null && <SaveProof challengeId={challengeId} />}
    >
      <Shown read={read}>
        {(order) => (
          <div className="stack">
            {order.state === 'lapsed' && <p className="note note--warn">{words.lapsed}</p>}
            <DrawnDevices devices={order.devices ?? []} />
            <About order={order} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function SaveProof({ challengeId }: { readonly challengeId: string }) {
  const words = useWords(challengeWords);
  const announce = useAnnounce();
  const saving = useMutation<void, Error>({
    mutationFn: async () => {
      const proof = await call('getDrawProof', { params: { challengeId } });
      const name = `challenge-${toldText(challengeId)}-proof.json`;
      saveAs(name, new Blob([JSON.stringify(proof, null, 2)], { type: 'application/json' }));
      announce(words.saved(name));
    },
  });
  return (
    <>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      <button type="button" className="button" title={words.proofWhat} onClick={() => saving.mutate()}>
        {words.proof}
      </button>
    </>
  );
}

function About({ order }: { readonly order: Order }) {
  const words = useWords(challengeWords);
  const formats = useFormats();
  const { of, wanted, population, leafIndex, drawnLeafIndex } = order;
  return (
    <Panel title={words.order_}>
      <Facts>
        <Fact name={words.kind}>
          <SubjectLink subject={`${of.kind}:${of.id}`} />
        </Fact>
        <Fact name={words.columns.drawn}>{words.of(wanted, population)}</Fact>
        <Fact name={words.columns.reason}>
          <Told text={order.reason} most={2000} />
        </Fact>
        <Fact name={words.columns.orderedAt}>
          <Instant at={order.orderedAt} /> · <Who id={order.orderedBy} />
        </Fact>
        <Fact name={words.drawnAt}>
          <Instant at={order.drawnAt} />
        </Fact>
        <Fact name={words.columns.deadline}>
          <Instant at={order.deadline} />
        </Fact>
        <Fact name={words.endedAt}>
          <Instant at={order.endedAt} />
        </Fact>
        <Fact name={words.population}>
          <Told text={order.populationSha256} mono />
        </Fact>
        <Fact name={words.act}>
          <Way to={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Way>
        </Fact>
        {drawnLeafIndex !== null && (
          <Fact name={words.drawAct}>
            <Way to={`/log/${drawnLeafIndex}`}>{formats.number(drawnLeafIndex)}</Way>
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}
