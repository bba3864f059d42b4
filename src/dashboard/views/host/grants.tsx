import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant, useNow, When } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { Empty, Loading, ProblemNote } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { useWords } from '../../words/language.tsx';
import { grantWords } from './grant-words.ts';

type Row = Item<'listHostGrants'>;
type Grant = NonNullable<Row['grant']>;
const TONES: { readonly [S in Grant['status']]: Tone } = { valid: 'good', suspended: 'bad', invalid: 'idle' };

/** Under each licence until when the host has a grant, or since when it has none and why, as its agent was told. */
export function Grants({ hostId }: { readonly hostId: string }) {
  const words = useWords(grantWords);
  const list = usePages(
    'listHostGrants',
    { params: { hostId }, query: { limit: 100 } },
    { live: ['grant', 'host', 'hold', 'chip', 'licence'] },
  );
  return (
    <Panel title={words.title}>
      {list.error !== null && <ProblemNote error={list.error} onAgain={() => void list.refetch()} />}
      {list.rows === undefined && list.error === null && <Loading />}
      {list.rows?.length === 0 && <Empty>{words.none}</Empty>}
      {list.rows?.map((row) => (
        <Under key={row.licenceId} row={row} />
      ))}
      {list.more !== null && (
        <button type="button" className="button" onClick={list.more}>
          {words.more}
        </button>
      )}
    </Panel>
  );
}

function Under({ row: { licenceId, grant, denied } }: { readonly row: Row }) {
  const words = useWords(grantWords);
  return (
    <div className="host__licence">
      <h3>
        {words.licence} <SubjectLink subject={`licence:${licenceId}`} bare />
      </h3>
      {grant !== null && <Newest grant={grant} />}
      {denied !== null && (
        <>
          <p className="reasons__head">
            <Status tone="bad">{words.refused}</Status>
            <Instant at={denied.at} />
            {denied.decisionId !== null && <SubjectLink subject={`decision:${denied.decisionId}`} bare />}
          </p>
          {denied.reasons.length === 0 ? (
            <Empty>{words.notKept}</Empty>
          ) : (
            <ReasonList reasons={denied.reasons} of="decision" />
          )}
        </>
      )}
    </div>
  );
}

/** A grant that has ended is good for nothing, whatever held it. */
function Newest({ grant: { status, expiresAt, heldBy } }: { readonly grant: Grant }) {
  const words = useWords(grantWords);
  const ended = Date.parse(expiresAt) <= useNow().getTime();
  return (
    <>
      <p className="reasons__head">
        <Status tone={ended ? 'idle' : TONES[status]}>{ended ? words.ended : words.statuses[status]}</Status>
        <span>
          {words.until} <When at={expiresAt} />
        </span>
      </p>
      {!ended && heldBy.map((holder) => <Holder key={holder} holder={holder} />)}
    </>
  );
}

/** What suspended it, and what helps. */
function Holder({ holder }: { readonly holder: string }) {
  const { held } = useWords(grantWords);
  const [kind = ''] = holder.split(':', 1);
  return (
    <p className="reasons__mend">
      {holder.includes(':') && <SubjectLink subject={holder} />}{' '}
      {kind === 'host' || kind === 'facility' || kind === 'device' || kind === 'review'
        ? held[kind]
        : held.licence}
    </p>
  );
}
